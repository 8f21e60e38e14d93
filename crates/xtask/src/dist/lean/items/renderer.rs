//! A panic is a trap before any hook could word it.

fn set_default_panic_hook() {}
