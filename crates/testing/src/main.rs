//! Starts what tests share, prints a line `NAME=value` for each variable and an empty one, and ends when its standard input does.
//! `cargo xtask test` runs it; `fast` leaves out browsers and databases.
#![expect(clippy::print_stdout, reason = "a program tells who started it")]

use std::io::Read as _;

use testing::fixtures::Fixtures;

fn main() {
    let fixtures = Fixtures::start(!std::env::args().any(|argument| argument == "fast"));
    for (name, value) in fixtures.variables() {
        println!("{name}={value}");
    }
    println!();
    // However it ends, whoever started us is gone.
    _ = std::io::stdin().read_to_end(&mut Vec::new());
}
