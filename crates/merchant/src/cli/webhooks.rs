//! `webhooks`: what the shop's server was told, and telling it again.

use std::process::ExitCode;

use clap::{ArgGroup, Subcommand};
use merchant::shop_time::ShopTime;
use merchant::store::{Webhook, WebhookState};
use merchant::{OrderNumber, Store};
use protocol::OrderId;

use super::shared::{ConfigFile, print, said};

/// List and replay what the shop's server is told
#[derive(Subcommand)]
pub(super) enum Webhooks {
    /// List events, the newest first
    List {
        #[command(flatten)]
        config: ConfigFile,
        /// waiting, delivered or failed
        #[arg(long, value_parser = state)]
        state: Option<WebhookState>,
        /// How many
        #[arg(long, default_value_t = 50)]
        limit: i64,
    },
    /// Send events again; the shop's server knows them by their ids
    #[command(group(ArgGroup::new("which").required(true).args(["id", "since"])))]
    Replay {
        #[command(flatten)]
        config: ConfigFile,
        /// As `list` prints it
        id: Option<String>,
        /// All since then: 2026-11-27, 2026-11, today, yesterday, 2026-11-27T14:30, in the shop's time zone
        #[arg(long, value_name = "TIME")]
        since: Option<String>,
        /// Of these only what was given up
        #[arg(long, requires = "since")]
        only_failed: bool,
    },
}

fn state(word: &str) -> Result<WebhookState, String> {
    WebhookState::parse(word).ok_or_else(|| "waiting, delivered or failed".to_owned())
}

impl Webhooks {
    pub(super) async fn run(self, now: i64) -> Result<ExitCode, String> {
        let (Webhooks::List { config, .. } | Webhooks::Replay { config, .. }) = &self;
        let config = config.load()?;
        let store = config.store.open().await.map_err(said)?;
        self.run_in(&store, &config.merchant.time_zone, now).await?;
        store.close().await;
        Ok(ExitCode::SUCCESS)
    }

    async fn run_in(&self, store: &Store, time: &ShopTime, now: i64) -> Result<(), String> {
        match self {
            Webhooks::List { state, limit, .. } => {
                let line = |webhook: &Webhook| {
                    let Webhook { id, created_at, kind, order, outcome, .. } = webhook;
                    let number = OrderId::parse(order).map_or_else(|| "-".to_owned(), |order| OrderNumber::of(&order).to_string());
                    let at = time.write(*created_at);
                    format!("{id}  {at}  {:9}  {kind:23}  {number}  {}\n", webhook.state(), outcome.as_deref().unwrap_or("-"))
                };
                let webhooks = store.webhooks(*state, i64::MAX, *limit).await.map_err(said)?;
                print(&webhooks.iter().map(line).collect::<String>())?;
            }
            Webhooks::Replay { id: Some(id), .. } => {
                if !store.replay_webhook(id, now).await.map_err(said)? {
                    return Err(format!("{id}: there is no such webhook"));
                }
                println!("{id} is sent again");
            }
            Webhooks::Replay { since, only_failed, .. } => {
                let since = since.as_ref().map(|text| time.from(text, now)).transpose().map_err(|fault| format!("--since: {fault}"))?;
                let number = store.replay_webhooks(since.unwrap_or(0), *only_failed, now).await.map_err(said)?;
                println!("{number} {} sent again", if number == 1 { "is" } else { "are" });
            }
        }
        Ok(())
    }
}
