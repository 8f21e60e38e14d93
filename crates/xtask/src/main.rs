//! `cargo xtask …`: the commands of this project, a file per command.
//! Here is only the one place where a failure is printed.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool talks to people on its terminal")]

mod bench;
mod ci;
mod cli;
mod command;
mod conformance;
mod countries;
mod demo;
mod dev;
mod dist;
mod fuzz;
mod notices;
mod progress;
mod setup;
mod size;
mod test;
mod tidy;
mod workspace;

use std::process::ExitCode;

use clap::Parser as _;

use cli::Cli;

fn main() -> ExitCode {
    match cli::run(&Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure:#}");
            ExitCode::FAILURE
        }
    }
}
