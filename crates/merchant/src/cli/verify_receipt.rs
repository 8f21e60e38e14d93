//! `verify-receipt`: what a receipt is worth, years later and without a server.

use std::io::{ErrorKind, read_to_string, stdin};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use merchant::receipts::{self, Verdict};
use protocol::{Code, Pins};

/// Judge a receipt
///
/// Exit code: 0 valid, 3 valid but its key has been revoked since, 4 unknown key, 5 invalid, 6 of a test, by which no money moved, 1 could not be judged.
#[derive(Args)]
#[command(group(clap::ArgGroup::new("pins").required(true).multiple(true)))]
pub(super) struct VerifyReceipt {
    /// The receipt, or the page in which the checkout saved it; - reads standard input
    file: PathBuf,
    /// A key of the merchant, as `merchant-key` has it on the page
    #[arg(long = "key", value_name = "PIN", value_parser = pins, group = "pins")]
    keys: Vec<Pins>,
    /// A key that was revoked
    #[arg(long, value_name = "PIN", value_parser = pins, group = "pins")]
    revoked: Vec<Pins>,
}

fn pins(text: &str) -> Result<Pins, String> {
    Pins::parse(text).map_err(|code| format!("{}: {}", code.as_str(), code.advice()))
}

impl VerifyReceipt {
    pub(super) fn run(self) -> Result<ExitCode, String> {
        let receipt = if self.file.as_os_str() == "-" { read_to_string(stdin()) } else { std::fs::read_to_string(&self.file) };
        let verdict = match receipt {
            Ok(receipt) => receipts::judge(receipts::signed_part(&receipt), &self.keys, &self.revoked),
            // Bytes that are no text are no receipt.
            Err(error) if error.kind() == ErrorKind::InvalidData => Verdict::Invalid(Code::BodyEncoding),
            Err(error) => return Err(format!("{}: {error}", self.file.display())),
        };
        println!("{verdict}");
        Ok(ExitCode::from(verdict.exit_code()))
    }
}
