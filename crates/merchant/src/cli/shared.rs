//! What the subcommands share: the configuration, and the words of an error.

use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::Args;
use merchant::{Config, OrderNumber, Store};
use protocol::OrderId;
use protocol::base64::{Alphabet, encode};

/// Where the configuration stands.
#[derive(Args)]
pub(super) struct ConfigFile {
    /// The configuration
    #[arg(long, value_name = "FILE")]
    pub(super) config: PathBuf,
}

impl ConfigFile {
    pub(super) fn load(&self) -> Result<Config, String> {
        Config::load(&self.config).map_err(said)
    }
}

/// A word that nobody has used: for a call that is not to be one with any other.
pub(super) fn fresh() -> Result<String, String> {
    let mut bytes = [0; 16];
    aws_lc_rs::rand::fill(&mut bytes).map_err(said)?;
    Ok(encode(Alphabet::Url, &bytes))
}

/// A word that makes the same call twice one. One that is empty is a variable that holds nothing: the next call would count for this one.
pub(super) fn word(text: &str) -> Result<String, String> {
    if text.trim().is_empty() { Err("a word that you have not used; this one is empty".to_owned()) } else { Ok(text.to_owned()) }
}

/// The words of an error.
pub(super) fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// Prints lines, each with its end.
pub(super) fn print(lines: &str) -> Result<(), String> {
    let mut out = io::stdout().lock();
    printed(out.write_all(lines.as_bytes()).and_then(|()| out.flush()))
}

/// Who reads through `head` has read enough.
pub(super) fn printed(written: io::Result<()>) -> Result<(), String> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(said(error)),
        _ => Ok(()),
    }
}

/// The order of that number or id.
pub(super) async fn find(store: &Store, text: &str) -> Result<OrderId, String> {
    let by_number = match OrderNumber::parse(text) {
        Some(number) => store.order_by_number(number).await.map_err(said)?,
        None => None,
    };
    by_number.or_else(|| OrderId::parse(text)).ok_or_else(|| format!("{text:?} is neither the number nor the id of an order"))
}
