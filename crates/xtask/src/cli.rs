//! The command line: which commands there are. What each takes stands in its own file.

use clap::{Parser, Subcommand};

use crate::workspace::Workspace;
use crate::{bench, ci, conformance, countries, demo, dev, dist, fuzz, setup, size, test, tidy};

/// Every command that builds, checks, measures and shows this project.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", arg_required_else_help = true)]
#[command(after_help = "\
Where the system lacks packages that the tests need, test, ci, bench and setup ask at a terminal before they install them by
apt-get. With --install, or without a terminal, they do not ask.")]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build and run a shop, a merchant backend and a wallet; until Ctrl-C
    Demo(demo::Options),
    /// A page of the widget that follows every change; `demo` beside it is its backend
    Dev(dev::Options),
    /// Every test, browsers included, or those of such names
    Test(test::Options),
    /// All that must hold before a change is taken
    Ci(ci::Options),
    /// The release build of what merchants load
    Dist(dist::Options),
    /// The sizes of the release build, against the budgets
    Size(size::Options),
    /// What verifying an answer costs, what the backend does and holds, and how long a shopper waits
    Bench(bench::Options),
    /// Feed the protocol's fuzz targets
    Fuzz(fuzz::Options),
    /// Install what is missing
    Setup(setup::Options),
    /// Take over how countries write addresses from the package that says so
    Countries,
    /// The rules that lints cannot say
    Tidy(tidy::Options),
    /// Judge any merchant backend from outside
    Conformance(conformance::Options),
}

/// Does what was asked for.
pub fn run(cli: &Cli) -> anyhow::Result<()> {
    // The one command that needs none of our sources.
    if let Command::Conformance(options) = &cli.command {
        return conformance::run(options);
    }
    let workspace = &Workspace::find()?;
    match &cli.command {
        Command::Demo(options) => demo::run(workspace, options),
        Command::Dev(options) => dev::run(workspace, options),
        Command::Test(options) => test::run(workspace, options),
        Command::Ci(options) => ci::run(workspace, options),
        Command::Dist(options) => dist::run(workspace, options),
        Command::Size(options) => size::run(workspace, options),
        Command::Bench(options) => bench::run(workspace, options),
        Command::Fuzz(options) => fuzz::run(workspace, options),
        Command::Setup(options) => setup::run(workspace, options),
        Command::Countries => countries::run(workspace),
        Command::Tidy(options) => tidy::run(workspace, options),
        Command::Conformance(options) => conformance::run(options),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn what_no_command_takes_is_refused_by_name() {
        for (arguments, named) in [
            ("demo --port 70000", "--port"),
            ("fuzz --seconds x", "--seconds"),
            ("setup --level all", "--level"),
            ("tidy --colour", "--colour"),
            ("dance", "dance"),
        ] {
            let complaint = Cli::try_parse_from(["xtask"].into_iter().chain(arguments.split(' '))).err().expect(arguments).to_string();
            assert!(complaint.contains(named), "{complaint}");
        }
    }
}
