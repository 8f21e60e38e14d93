//! Room xtask.
fn main() {}
