//! `stock`: what is left of what is scarce, for whoever is about to write a new number.

use std::process::ExitCode;

use clap::Args;
use merchant::store::Counted;

use super::shared::{ConfigFile, print, said};

/// Print what is left of products in stock and of limited discount codes
///
/// A line each: how many are left, of how many, how many of the rest wait for payment, and of what. Only reads, and may run beside the server.
#[derive(Args)]
pub(super) struct Stock {
    #[command(flatten)]
    config: ConfigFile,
}

impl Stock {
    pub(super) async fn run(self) -> Result<ExitCode, String> {
        let store = self.config.load()?.store.open().await.map_err(said)?;
        let counted = store.counted().await.map_err(said)?;
        store.close().await;
        let line = |Counted { of, stock, taken, open }: &Counted| format!("{:>7} of {stock:<7} {open:>5} open  {of}\n", stock - taken);
        print(&counted.iter().map(line).collect::<String>())?;
        Ok(ExitCode::SUCCESS)
    }
}
