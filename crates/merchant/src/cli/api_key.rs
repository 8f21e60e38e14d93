//! `api-key`: who may call the admin API.

use std::process::ExitCode;

use clap::{ArgGroup, Args, Subcommand};
use merchant::api_keys::{self, NewKey, Role, Scope};
use merchant::store::ApiKey as StoredKey;
use merchant::{Config, Store, judge_text};
use protocol::{Currency, Money};

use super::amount::minor_units;
use super::shared::{ConfigFile, print, said};

/// Make, list and revoke keys of the admin API
#[derive(Subcommand)]
pub(super) enum ApiKey {
    /// Make a key, which is shown this once
    Create(Create),
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

#[derive(Args)]
#[command(group = ArgGroup::new("may").required(true).args(["scopes", "role"]))]
pub(super) struct Create {
    #[command(flatten)]
    config: ConfigFile,
    /// Whose it is, for people
    #[arg(long, value_parser = name)]
    name: String,
    /// What it may do: read, orders, refunds, confirm, books, doors, counter, contact; separated by commas
    #[arg(long, value_delimiter = ',', value_parser = scope)]
    scopes: Vec<Scope>,
    /// The same in a word: cashier (read, orders, refunds), bookkeeper (read, books), support (read, contact), door (doors),
    /// counter (counter) or owner (all)
    #[arg(long, value_parser = role)]
    role: Option<Role>,
    /// Its last day, or the time of its end: 2027-01-31, 2027-01, 2027-01-31T18:00, in the shop's time zone
    #[arg(long, value_name = "TIME")]
    expires: Option<String>,
    /// The most that it may return of one order, in the catalog's currency: 500.00
    #[arg(long, value_name = "AMOUNT")]
    refund_limit: Option<String>,
}

fn name(text: &str) -> Result<String, String> {
    judge_text(text, 64).map(|()| text.to_owned())
}

fn scope(word: &str) -> Result<Scope, String> {
    Scope::parse(word).ok_or_else(|| format!("scopes are {}", Scope::ALL.map(Scope::as_str).join(", ")))
}

fn role(word: &str) -> Result<Role, String> {
    Role::parse(word).ok_or_else(|| format!("roles are {}", Role::words().join(", ")))
}

impl ApiKey {
    pub(super) async fn run(self, now: i64) -> Result<ExitCode, String> {
        let (ApiKey::Create(Create { config, .. }) | ApiKey::List { config } | ApiKey::Revoke { config, .. }) = &self;
        let config = config.load()?;
        let store = config.store.open().await.map_err(said)?;
        self.run_in(&config, &store, now).await?;
        store.close().await;
        Ok(ExitCode::SUCCESS)
    }

    async fn run_in(&self, config: &Config, store: &Store, now: i64) -> Result<(), String> {
        match self {
            ApiKey::Create(create) => {
                let scopes = create.role.map_or(create.scopes.as_slice(), |role| role.scopes());
                let (expires_at, refund_limit) = (create.end(config, now)?, create.limit(config)?);
                let new = NewKey { name: &create.name, scopes, role: create.role, expires_at, refund_limit };
                let (key, secret) = api_keys::make(store, new, now).await.map_err(said)?;
                // The key alone on standard output, so that it goes into a file as it is.
                println!("{secret}");
                eprintln!("This is {} ({}), shown this once. Send it as authorization: Bearer …", key.id, key.scopes);
            }
            ApiKey::List { .. } => {
                let keys = store.api_keys().await.map_err(said)?;
                print(&keys.iter().map(|key| line(key, config, now)).collect::<String>())?;
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

impl Create {
    /// From when on it is no good any more: a day and a month count as a whole.
    fn end(&self, config: &Config, now: i64) -> Result<Option<i64>, String> {
        let Some(text) = &self.expires else { return Ok(None) };
        let end = config.merchant.time_zone.to(text, now).map_err(|fault| format!("--expires: {fault}"))?;
        if end > now { Ok(Some(end)) } else { Err(format!("--expires: {text} is over already")) }
    }

    fn limit(&self, config: &Config) -> Result<Option<Money>, String> {
        let Some(text) = &self.refund_limit else { return Ok(None) };
        let (_, word) = config.catalog.currency().map_err(said)?;
        let currency = Currency::parse(&word).ok_or_else(|| format!("{word:?} is no currency"))?;
        let amount = minor_units(text, &word).map_err(|fault| format!("--refund-limit: {fault}"))?;
        if amount < 0 {
            return Err("--refund-limit: not less than nothing".to_owned());
        }
        Ok(Some(Money { amount, currency }))
    }
}

/// A key in a line: its id, how it stands, what it may do, until when, how much it may return, and whose it is.
fn line(key: &StoredKey, config: &Config, now: i64) -> String {
    let state = match key {
        StoredKey { revoked_at: Some(_), .. } => "revoked",
        key if key.has_expired(now) => "expired",
        _ => "good",
    };
    let role = key.role.as_deref().map(|role| format!("{role}: ")).unwrap_or_default();
    let may = format!("{role}{}", key.scopes().iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" "));
    let end = key.expires_at.map(|end| format!("  until {}", config.merchant.time_zone.write(end))).unwrap_or_default();
    let limit = key.refund_limit.map(|limit| format!("  returns {} {}", limit.to_decimal(), limit.currency.as_str())).unwrap_or_default();
    format!("{}  {state:7}  {may:30}  {}{end}{limit}\n", key.id, key.name)
}
