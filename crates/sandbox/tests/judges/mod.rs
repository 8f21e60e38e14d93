//! The independent judges, for the tests of this crate. How one is run is written beside the judges.

#[path = "../../../../tests/interop/judges.rs"]
mod programs;

pub use programs::judge;
