//! `cargo xtask …`: the commands of this project, a file per command.
//! Here live only the list of commands and the one place where a failure is printed.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool talks to people on its terminal")]

mod bench;
mod ci;
mod command;
mod conformance;
mod demo;
mod dev;
mod dist;
mod fuzz;
mod notices;
mod options;
mod progress;
mod setup;
mod size;
mod test;
mod tidy;
mod workspace;

use std::process::ExitCode;

use options::Options;
use workspace::Workspace;

const USAGE: &str = "\
cargo xtask COMMAND

  demo   [--port 8080] [--sandbox-port 8081]   build and run a shop, a merchant backend and a wallet; until Ctrl-C
  dev    [--port 8090]                         a page of the widget that follows every change; `demo` beside it is its backend
  test   [--fast] [--install] [NAME…]          every test, browsers included, or those of such names; --fast: native only
  ci     [--install]                           tidy, format, deny, dist, size, clippy, dev page, doc, test, fuzz
  dist   [--features gallery] [--out dist]     the release build of what merchants load; the gallery goes to target/dist-gallery
         [--server]                            and the server with the widget inside
  size   [--json]                              its sizes, against the budgets
  bench  [--only verify|backend] [--json] [--install]
                                               what verifying an answer costs, and what the backend does and holds
  fuzz   [--seconds 8] [--target NAME]         feed the protocol's fuzz targets for so long each
  setup  [--level demo|dev|test] [--install]   install what is missing for demo, dev or (default) test
  tidy   [--write]                             the rules that lints cannot say; --write makes docs/codes.md from the code
  conformance --backend URL --key PIN [--item SKU:QTY] [--origin URL]
                                               judge any merchant backend from outside; --item makes a real order

Where the system lacks packages that the tests need, test, ci, bench and setup ask at a terminal before they install them by
apt-get. With --install, or without a terminal, they do not ask.
";

fn main() -> ExitCode {
    match run(std::env::args().skip(1).collect()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Vec<String>) -> anyhow::Result<()> {
    let Some((command, rest)) = arguments.split_first() else {
        print!("{USAGE}");
        return Ok(());
    };
    let with = |values: &[&str], flags: &[&str]| Options::parse(rest, values, flags);
    match command.as_str() {
        "demo" => demo::run(&Workspace::find()?, &with(&["port", "sandbox-port"], &[])?),
        "dev" => dev::run(&Workspace::find()?, &with(&["port"], &[])?),
        "test" => test::run(&Workspace::find()?, &Options::parse_with_words(rest, &["fast", "install"])?),
        "ci" => ci::run(&Workspace::find()?, &with(&[], &["install"])?),
        "dist" => dist::run(&Workspace::find()?, &with(&["features", "out"], &["server"])?),
        "size" => size::run(&Workspace::find()?, &with(&[], &["json"])?),
        "bench" => bench::run(&Workspace::find()?, &with(&["only"], &["install", "json"])?),
        "fuzz" => fuzz::run(&Workspace::find()?, &with(&["seconds", "target"], &[])?),
        "setup" => setup::run(&Workspace::find()?, &with(&["level"], &["install"])?),
        "tidy" => tidy::run(&Workspace::find()?, &with(&[], &["write"])?),
        "conformance" => conformance::run(&with(&["backend", "key", "item", "origin"], &[])?),
        "help" | "--help" | "-h" => {
            print!("{USAGE}");
            Ok(())
        }
        unknown => anyhow::bail!("there is no command `{unknown}`\n\n{USAGE}"),
    }
}
