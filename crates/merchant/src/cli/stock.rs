//! `stock`: what is left of what is scarce, and goods that arrive or are lost. It asks a running backend.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::orders::admin::{Admin, Asking, read};
use super::shared::{fresh, print, word};

/// List what is left of products in stock and of limited discount codes, and change it
#[derive(Args)]
pub(super) struct Stock {
    #[command(flatten)]
    asking: Asking,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// A line each: how many are left, of how many, how many of the rest wait for payment, and of what
    List,
    /// Goods have arrived: so many more are there
    Add(Change),
    /// Goods are lost, or sold elsewhere: so many fewer are there
    Remove(Change),
}

#[derive(Args)]
struct Change {
    /// The sku, or the discount code
    name: String,
    /// How many
    #[arg(value_parser = clap::value_parser!(i64).range(1..=999_999_999))]
    number: i64,
    /// It is a discount code
    #[arg(long)]
    code: bool,
    /// A word that makes the same call twice one change, such as the number of the delivery
    #[arg(long, value_name = "WORD", value_parser = word)]
    once: Option<String>,
}

impl Stock {
    pub(super) async fn run(self) -> Result<ExitCode, String> {
        let admin = Admin::open(&self.asking)?;
        let answer = match &self.what {
            What::List => admin.get(&["stock"], &[]).await?,
            What::Add(change) => change.ask(&admin, change.number).await?,
            What::Remove(change) => change.ask(&admin, -change.number).await?,
        };
        if self.asking.json {
            return print(&answer).map(|()| ExitCode::SUCCESS);
        }
        let told = read(&answer)?;
        let all = told["stock"].as_array().cloned().unwrap_or_else(|| vec![told]);
        print(&all.iter().map(line).collect::<String>()).map(|()| ExitCode::SUCCESS)
    }
}

impl Change {
    async fn ask(&self, admin: &Admin, change: i64) -> Result<String, String> {
        let kind = if self.code { "code" } else { "product" };
        let once = self.once.clone().map_or_else(fresh, Ok)?;
        let answer = admin.post(&["stock", kind, &self.name], &once, &json!({ "change": change })).await;
        answer.map_err(|refusal| match refusal.starts_with("not-found: ") {
            true => format!("{refusal}; `stock list` has what there is, and a discount code is meant by --code"),
            false => refusal,
        })
    }
}

fn line(one: &Value) -> String {
    let number = |name: &str| one[name].as_i64().unwrap_or_default();
    let word = |name: &str| one[name].as_str().unwrap_or("-").to_owned();
    format!("{:>7} of {:<7} {:>5} open  {} {}\n", number("left"), number("stock"), number("open"), word("kind"), word("name"))
}
