//! Progress lines with the seconds since the command began, so that nobody wonders whether it hangs.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Prints one line of progress, beside what a command prints for programs to read.
pub fn say(line: &str) {
    eprintln!("[{:6.1} s] {line}", BEGAN.elapsed().as_secs_f64());
}

/// Runs `work` and tells how long it took.
pub fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    LazyLock::force(&BEGAN);
    let start = Instant::now();
    let result = work();
    (result, start.elapsed())
}
