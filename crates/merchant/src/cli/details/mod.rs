//! `details`: what names a person, for whoever has the key: looked at, found, taken out, erased, and the keys that seal it.

mod asking;
mod keys;
mod looking;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;
use merchant::store::Look;
use merchant::{Config, OrderNumber, Store};

use super::shared::{ConfigFile, find, print, said};
use asking::Asked;

/// Show, find, export and erase what names a person, and make the keys that seal it
///
/// Whoever looks is written down (`looks`). What somebody is found by is asked for at a prompt, or read from standard input: it stands in no
/// command, and in no history of commands. These commands may run beside the server.
#[derive(Subcommand)]
pub(super) enum Details {
    /// Make the file of keys that `key_file` in the configuration names
    Keygen {
        /// A file that does not exist yet
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Put a new key before those of the key file; it seals once the server was started again
    AddKey {
        #[command(flatten)]
        config: ConfigFile,
    },
    /// Seal everything under the first key, so that the others can be removed
    Rotate {
        #[command(flatten)]
        config: ConfigFile,
    },
    /// Print what is sealed of an order
    Show {
        #[command(flatten)]
        config: ConfigFile,
        /// Its number or its id
        order: String,
    },
    /// Print the orders of a person: asks for an e-mail address, a telephone number, an openid or a name
    Find {
        #[command(flatten)]
        config: ConfigFile,
        /// What is asked for
        #[arg(long, value_enum, default_value_t = Asked::Email)]
        by: Asked,
    },
    /// Write what is sealed of a person, or of an order, to a file
    Export {
        #[command(flatten)]
        config: ConfigFile,
        /// A file that does not exist yet
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// This order only, by its number or its id; nothing is asked for then
        #[arg(long, value_name = "ORDER")]
        order: Option<String>,
        /// What is asked for
        #[arg(long, value_enum, default_value_t = Asked::Email)]
        by: Asked,
    },
    /// Erase what is sealed of an order, for ever
    Erase {
        #[command(flatten)]
        config: ConfigFile,
        /// Its number or its id
        order: String,
    },
    /// Print who has looked at what is sealed of an order
    Looks {
        #[command(flatten)]
        config: ConfigFile,
        /// Its number or its id
        order: String,
    },
}

impl Details {
    pub(super) async fn run(self, now: i64) -> Result<ExitCode, String> {
        match &self {
            Details::Keygen { out } => keys::generate(out)?,
            Details::AddKey { config } => keys::add(&config.load()?)?,
            Details::Rotate { config } => {
                let config = config.load()?;
                with_keys(&config, async |store| keys::rotate(store, now).await).await?;
            }
            Details::Show { config, order } => {
                let config = config.load()?;
                with_keys(&config, async |store| looking::show(store, order, &config.merchant.time_zone, now).await).await?;
            }
            Details::Find { config, by } => {
                let config = config.load()?;
                let wanted = by.ask()?;
                with_keys(&config, async |store| looking::find_all(store, *by, &wanted, now).await).await?;
            }
            Details::Export { config, out, order, by } => {
                let config = config.load()?;
                let wanted = if order.is_none() { by.ask()? } else { String::new() };
                with_keys(&config, async |store| looking::export(store, out, (order.as_deref(), *by, &wanted), now).await).await?;
            }
            Details::Erase { config, order } => erase(&config.load()?, order, now).await?,
            Details::Looks { config, order } => {
                let config = config.load()?;
                let store = config.store.open().await.map_err(said)?;
                let looks = store.looks(&find(&store, order).await?).await.map_err(said)?;
                store.close().await;
                let line = |look: &Look| format!("{}  {:7}  {}\n", config.merchant.time_zone.write(look.at), look.what, look.who);
                print(&looks.iter().map(line).collect::<String>())?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Does something with the records and their keys. What was erased is so again first: the records may be a copy from before that no server
/// has opened yet.
async fn with_keys(config: &Config, work: impl AsyncFnOnce(&Store) -> Result<(), String>) -> Result<(), String> {
    let file = config.erased_file().map_err(said)?;
    let store = config.details.open(config.store.open().await.map_err(said)?).await.map_err(said)?;
    let done = match file.replay(&store).await {
        Ok(_) => work(&store).await,
        Err(reason) => Err(format!("details: {reason}")),
    };
    store.close().await;
    done
}

/// Needs no key: what is erased need not be read.
async fn erase(config: &Config, order: &str, now: i64) -> Result<(), String> {
    let file = config.erased_file().map_err(said)?;
    let store = config.store.open().await.map_err(said)?;
    let order = find(&store, order).await?;
    let erased = store.erase_details(&order, now).await.map_err(said)?;
    let erasures = store.erasures(now).await.map_err(said)?;
    store.close().await;
    println!("{erased} sealed records of {} are erased; every node remembers it within a minute", OrderNumber::of(&order));
    file.remember(&erasures).map_err(|reason| format!("{reason}; the records remember it, and servers write it beside their keys"))
}
