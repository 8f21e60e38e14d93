//! Judges conformance vectors: `verify [--no-expect] FILE…` prints a line each, `id verdict`, and exits 0 only if each
//! verdict is the one its file expects. With `--no-expect` it only prints.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool speaks to its user")]

use std::process::ExitCode;

use protocol::verify::vector::Vector;

fn main() -> ExitCode {
    let (options, files): (Vec<String>, Vec<String>) = std::env::args().skip(1).partition(|argument| argument.starts_with("--"));
    let judge_expectation = !options.iter().any(|option| option == "--no-expect");
    if files.is_empty() || options.iter().any(|option| option != "--no-expect") {
        eprintln!("usage: verify [--no-expect] FILE…");
        return ExitCode::from(2);
    }
    let mut good = true;
    for file in &files {
        let read = std::fs::read(file).map_err(|error| error.to_string()).and_then(|bytes| Vector::parse(&bytes));
        match read {
            Ok(vector) => {
                let verdict = vector.verdict();
                println!("{} {verdict}", vector.id);
                if judge_expectation && vector.expect.as_deref() != Some(verdict) {
                    let expected = vector.expect.as_deref().unwrap_or("a member `expect`");
                    eprintln!("{file}: expected {expected}, got {verdict}");
                    good = false;
                }
            }
            Err(reason) => {
                eprintln!("{file}: {reason}");
                good = false;
            }
        }
    }
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
