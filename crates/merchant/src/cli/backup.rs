//! `backup`: a copy of the records while the server works on them.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::shared::{ConfigFile, said};

/// Copy the SQLite file while the server works on it (PostgreSQL: pg_dump)
#[derive(Args)]
pub(super) struct Backup {
    #[command(flatten)]
    config: ConfigFile,
    /// A file that does not exist yet
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

impl Backup {
    pub(super) async fn run(self, now: i64) -> Result<ExitCode, String> {
        let file = self.out.display();
        if self.out.symlink_metadata().is_ok() {
            return Err(format!("{file} is there already"));
        }
        let store = self.config.load()?.store.open_to_copy().await.map_err(said)?;
        let is_copied = store.back_up(&self.out).await.map_err(|error| format!("{file}: {error}"))?;
        if is_copied && store.was_copied(now).await.is_err() {
            eprintln!("that there is a copy could not be written into the records; notices may miss it");
        }
        store.close().await;
        if !is_copied {
            return Err("the records are in PostgreSQL: pg_dump --format=custom copies them".to_owned());
        }
        println!("{file} holds all records; start a server on it to restore them (docs/operations.md)");
        Ok(ExitCode::SUCCESS)
    }
}
