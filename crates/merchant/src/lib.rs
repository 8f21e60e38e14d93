//! Room merchant.
