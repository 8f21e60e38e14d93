//! `messages`: what shoppers are told, how that reads, and sending again what was not sent.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use merchant::shop_time::ShopTime;
use merchant::store::MessageState;
use merchant::{Occasion, OrderNumber, preview};
use protocol::OrderId;
use serde_json::{Value, json};

use super::orders::admin::{Admin, Asking};
use super::orders::table::{each, text};
use super::shared::{ConfigFile, fresh, print, said};

/// Preview what shoppers are told by e-mail; list messages, and send one again
#[derive(Subcommand)]
pub(super) enum Messages {
    /// Print a message as shoppers get it, about an order that nobody made
    Preview(Preview),
    /// List messages, the newest first
    List(List),
    /// Send a message again that was not sent
    Retry(Retry),
}

#[derive(Args)]
pub(super) struct Preview {
    /// paid, shipped, ready_for_pickup, given or refunded
    #[arg(value_parser = occasion)]
    template: Occasion,
    #[command(flatten)]
    config: ConfigFile,
    /// In which language
    #[arg(long, value_name = "TAG", default_value = "en")]
    locale: String,
    /// The page in place of the plain text
    #[arg(long)]
    html: bool,
}

#[derive(Args)]
pub(super) struct List {
    #[command(flatten)]
    asking: Asking,
    /// waiting, sent, failed or dropped
    #[arg(long, value_parser = state)]
    state: Option<MessageState>,
    /// Those before; the page before says it
    #[arg(long, value_name = "CURSOR")]
    after: Option<i64>,
}

#[derive(Args)]
pub(super) struct Retry {
    #[command(flatten)]
    asking: Asking,
    /// As `list` prints it
    id: String,
}

fn occasion(word: &str) -> Result<Occasion, String> {
    Occasion::parse(word).ok_or_else(|| Occasion::ALL.map(Occasion::as_str).join(", "))
}

fn state(word: &str) -> Result<MessageState, String> {
    MessageState::parse(word).ok_or_else(|| "waiting, sent, failed or dropped".to_owned())
}

impl Messages {
    pub(super) async fn run(self) -> Result<ExitCode, String> {
        match self {
            Messages::Preview(wanted) => {
                let config = wanted.config.load()?;
                print(&preview(&config, wanted.template, &wanted.locale, wanted.html).map_err(said)?)?;
            }
            Messages::List(wanted) => {
                let state = wanted.state.map(|state| ("state", state.as_str().to_owned()));
                let after = wanted.after.map(|cursor| ("cursor", cursor.to_string()));
                let query: Vec<_> = state.into_iter().chain(after).collect();
                let answer = Admin::open(&wanted.asking)?.get(&["messages"], &query).await?;
                print(&wanted.asking.told(&answer, list)?)?;
            }
            Messages::Retry(Retry { asking, id }) => {
                let answer = Admin::open(&asking)?.post(&["messages", &id, "retry"], &fresh()?, &json!({})).await?;
                print(&asking.told(&answer, |answer| format!("{} is sent again\n", text(&answer["id"])))?)?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn list(page: &Value) -> String {
    let zone = page["time_zone"].as_str().and_then(|name| ShopTime::named(name).ok()).unwrap_or_default();
    let line = |one: &Value| {
        let number = OrderId::parse(text(&one["order"])).map_or_else(|| "-".to_owned(), |order| OrderNumber::of(&order).to_string());
        let at = one["created_at"].as_i64().map_or_else(|| "-".to_owned(), |at| zone.write(at));
        let (id, state, template) = (text(&one["id"]), text(&one["state"]), text(&one["template"]));
        format!("{id}  {at}  {state:7}  {template:16}  {number}  {}\n", text(&one["outcome"]))
    };
    let mut told: String = each(&page["messages"]).map(line).collect();
    if let Some(next) = page["next"].as_i64() {
        told += &format!("more: --after {next}\n");
    }
    told
}
