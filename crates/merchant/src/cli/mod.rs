//! The subcommands, a file each: what they are called, what they take, and that they end in one line on standard error or not at all.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool speaks to its user")]

mod amount;
mod api_key;
mod backup;
mod catalog;
mod check;
mod details;
mod doctor;
mod keys;
mod label;
mod licenses;
mod links;
mod messages;
mod notices;
mod orders;
mod places;
mod releases;
mod serve;
mod shared;
mod signing;
mod stock;
mod tickets;
mod verify_receipt;
mod webhooks;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use merchant::Clock;

/// The backend of qr-checkout: keeps orders, speaks to payment providers, signs every answer.
#[derive(Parser)]
#[command(version, arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Serve(serve::Serve),
    Keygen(signing::Keygen),
    Snippet(signing::Snippet),
    CheckConfig(serve::CheckConfig),
    Check(check::Check),
    #[command(subcommand)]
    Catalog(catalog::CatalogCommand),
    #[command(subcommand)]
    ApiKey(api_key::ApiKey),
    VerifyReceipt(verify_receipt::VerifyReceipt),
    Doctor(doctor::Doctor),
    Orders(orders::Orders),
    Backup(backup::Backup),
    Stock(stock::Stock),
    Keys(keys::Keys),
    Tickets(tickets::Tickets),
    Links(links::Links),
    Places(places::Places),
    #[command(subcommand)]
    Details(details::Details),
    #[command(subcommand)]
    Releases(releases::Releases),
    #[command(subcommand)]
    Webhooks(webhooks::Webhooks),
    #[command(subcommand)]
    Messages(messages::Messages),
    #[command(subcommand)]
    Notices(notices::Notices),
    Licenses(licenses::Licenses),
}

impl Arguments {
    /// Does what was asked; a failure is one line on standard error and exit code 1, wrong usage is 2.
    pub(crate) async fn run(self, clock: Clock) -> ExitCode {
        let result = match self.command {
            Command::Serve(command) => command.run(clock).await,
            Command::Keygen(command) => command.run(),
            Command::Snippet(command) => command.run().await,
            Command::CheckConfig(command) => command.run(clock()),
            Command::Check(command) => command.run().await,
            Command::Catalog(command) => command.run(clock()),
            Command::ApiKey(command) => command.run(clock()).await,
            Command::VerifyReceipt(command) => command.run(),
            Command::Doctor(command) => command.run(clock()).await,
            Command::Orders(command) => command.run().await,
            Command::Backup(command) => command.run(clock()).await,
            Command::Stock(command) => command.run().await,
            Command::Keys(command) => command.run().await,
            Command::Links(command) => command.run().await,
            Command::Places(command) => command.run().await,
            Command::Tickets(command) => command.run(clock).await,
            Command::Details(command) => command.run(clock()).await,
            Command::Releases(command) => command.run(clock()).await,
            Command::Webhooks(command) => command.run(clock()).await,
            Command::Messages(command) => command.run().await,
            Command::Notices(command) => command.run().await,
            Command::Licenses(command) => command.run(),
        };
        result.unwrap_or_else(|reason| {
            eprintln!("{reason}");
            ExitCode::FAILURE
        })
    }
}
