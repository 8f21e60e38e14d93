//! Room checkout.
