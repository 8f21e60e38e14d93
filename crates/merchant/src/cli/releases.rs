//! `releases`: the widget's releases that are served, for as long as pages may pin them.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;
use merchant::Store;
use merchant::releases;

use super::shared::{ConfigFile, print, said};

/// List, add, revoke and forget releases of the widget
///
/// A server puts the release of its own program among the records when it starts; every node serves all that are there.
#[derive(Subcommand)]
pub(super) enum Releases {
    /// List all releases, first the one that pages get that pin none
    List {
        #[command(flatten)]
        config: ConfigFile,
    },
    /// Serve one more, from a folder that `cargo xtask dist` made
    Add {
        #[command(flatten)]
        config: ConfigFile,
        /// Holds manifest.json and what it names
        folder: PathBuf,
    },
    /// Serve a release no more, for ever: its files answer 410
    Revoke {
        #[command(flatten)]
        config: ConfigFile,
        /// As `list` prints it
        release: String,
    },
    /// Drop a release that nobody has used for 90 days
    Forget {
        #[command(flatten)]
        config: ConfigFile,
        /// As `list` prints it
        release: String,
    },
}

impl Releases {
    pub(super) async fn run(self, now: i64) -> Result<ExitCode, String> {
        let (Releases::List { config } | Releases::Add { config, .. } | Releases::Revoke { config, .. } | Releases::Forget { config, .. }) =
            &self;
        let store = config.load()?.store.open().await.map_err(said)?;
        let outcome = self.run_in(&store, now).await;
        store.close().await;
        outcome.map(|()| ExitCode::SUCCESS)
    }

    async fn run_in(&self, store: &Store, now: i64) -> Result<(), String> {
        match self {
            Releases::List { .. } => {
                print(&releases::list(store, now).await.map_err(said)?.iter().map(|line| format!("{line}\n")).collect::<String>())?
            }
            Releases::Add { folder, .. } => match releases::add(store, folder, now).await? {
                (release, true) => println!("{release} is served from now on"),
                (release, false) => println!("{release} was there already"),
            },
            Releases::Revoke { release, .. } => {
                let is_another_left = releases::revoke(store, release, now).await?;
                println!("{release} is no longer served; pages that pin it need new tags (snippet)");
                if !is_another_left {
                    println!("no release is left: pages have no checkout until a server starts that brings another");
                }
            }
            Releases::Forget { release, .. } => {
                releases::forget(store, release, now).await?;
                println!("{release} is forgotten");
            }
        }
        Ok(())
    }
}
