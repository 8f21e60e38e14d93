//! `notices`: what the merchant was told, and trying the ways.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use merchant::shop_time::ShopTime;
use serde_json::{Value, json};

use super::orders::admin::{Admin, Asking, read};
use super::orders::table::{each, text};
use super::shared::{fresh, print};

/// List what the merchant was told, and try the ways by which it is
#[derive(Subcommand)]
pub(super) enum Notices {
    /// List notices, the newest first
    List(List),
    /// Send a test by each way now; fails where one does not take it
    Test(Test),
}

#[derive(Args)]
pub(super) struct List {
    #[command(flatten)]
    asking: Asking,
    /// Those before; the page before says it
    #[arg(long, value_name = "CURSOR")]
    after: Option<i64>,
}

#[derive(Args)]
pub(super) struct Test {
    #[command(flatten)]
    asking: Asking,
}

impl Notices {
    pub(super) async fn run(self) -> Result<ExitCode, String> {
        match self {
            Notices::List(List { asking, after }) => {
                let query: Vec<_> = after.map(|cursor| ("cursor", cursor.to_string())).into_iter().collect();
                let answer = Admin::open(&asking)?.get(&["notices"], &query).await?;
                print(&if asking.json { answer } else { list(&read(&answer)?) })?;
                Ok(ExitCode::SUCCESS)
            }
            Notices::Test(Test { asking }) => {
                let answer = Admin::open(&asking)?.post(&["notices", "test"], &fresh()?, &json!({})).await?;
                let tried = read(&answer)?;
                print(&if asking.json { answer } else { each(&tried["channels"]).map(line).collect() })?;
                let all = each(&tried["channels"]).all(|one| one["sent"] == true);
                Ok(if all { ExitCode::SUCCESS } else { ExitCode::FAILURE })
            }
        }
    }
}

fn line(one: &Value) -> String {
    format!("{}: {}\n", text(&one["channel"]), one["why"].as_str().unwrap_or("sent"))
}

fn list(page: &Value) -> String {
    let zone = page["time_zone"].as_str().and_then(|name| ShopTime::named(name).ok()).unwrap_or_default();
    let line = |one: &Value| {
        let at = one["created_at"].as_i64().map_or_else(|| "-".to_owned(), |at| zone.write(at));
        let (state, kind, channel) = (text(&one["state"]), text(&one["kind"]), text(&one["channel"]));
        format!("{at}  {state:7}  {kind:16}  {channel}  {}\n", text(&one["outcome"]))
    };
    let mut told: String = each(&page["notices"]).map(line).collect();
    if let Some(next) = page["next"].as_i64() {
        told += &format!("more: --after {next}\n");
    }
    told
}
