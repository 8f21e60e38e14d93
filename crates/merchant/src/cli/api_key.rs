//! `api-key`: who may call the admin API.

use std::process::ExitCode;

use clap::Subcommand;
use merchant::Store;
use merchant::api_keys::{self, Scope};
use merchant::store::ApiKey as StoredKey;

use super::shared::{ConfigFile, print, said};

/// Make, list and revoke keys of the admin API
#[derive(Subcommand)]
pub(super) enum ApiKey {
    /// Make a key, which is shown this once
    Create {
        #[command(flatten)]
        config: ConfigFile,
        /// Whose it is, for people
        #[arg(long)]
        name: String,
        /// What it may do: read, orders, refunds, confirm, contact; separated by commas
        #[arg(long, value_delimiter = ',', required = true, value_parser = scope)]
        scopes: Vec<Scope>,
    },
    /// List all keys, revoked ones too
    List {
        #[command(flatten)]
        config: ConfigFile,
    },
    /// Make a key void from now on
    Revoke {
        #[command(flatten)]
        config: ConfigFile,
        /// As `list` prints it
        id: String,
    },
}

fn scope(word: &str) -> Result<Scope, String> {
    Scope::parse(word).ok_or_else(|| format!("{word:?} is no scope"))
}

impl ApiKey {
    pub(super) async fn run(self, now: i64) -> Result<ExitCode, String> {
        let (ApiKey::Create { config, .. } | ApiKey::List { config } | ApiKey::Revoke { config, .. }) = &self;
        let store = config.load()?.store.open().await.map_err(said)?;
        self.run_in(&store, now).await?;
        store.close().await;
        Ok(ExitCode::SUCCESS)
    }

    async fn run_in(&self, store: &Store, now: i64) -> Result<(), String> {
        match self {
            ApiKey::Create { name, scopes, .. } => {
                let (key, secret) = api_keys::create(store, name, scopes, now).await.map_err(said)?;
                println!("{secret}\nThis is {} ({}), shown this once. Send it as authorization: Bearer …", key.id, key.scopes);
            }
            ApiKey::List { .. } => {
                let state = |key: &StoredKey| if key.revoked_at.is_some() { "revoked" } else { "good" };
                let keys = store.api_keys().await.map_err(said)?;
                let line = |key: &StoredKey| format!("{}  {:7}  {:30}  {}\n", key.id, state(key), key.scopes, key.name);
                print(&keys.iter().map(line).collect::<String>())?;
            }
            ApiKey::Revoke { id, .. } => {
                if !store.revoke_api_key(id, now).await.map_err(said)? {
                    return Err(format!("{id}: there is no such key, or it is revoked already"));
                }
                println!("{id} is void from now on");
            }
        }
        Ok(())
    }
}
