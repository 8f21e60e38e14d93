//! `orders resolve` and `orders settle`: what a person says of what needed one.

use clap::{ArgGroup, Args};
use serde_json::{Value, json};

use super::super::shared::print;
use super::admin::Admin;
use super::table;

#[derive(Args)]
#[command(
    group = ArgGroup::new("how").required(true).args(["keep", "returned"]),
    override_usage = "qr-checkout-server orders resolve [OPTIONS] <--keep | --return | --return --by-hand> <ORDER>"
)]
pub(super) struct Resolve {
    /// The order's number or its id
    order: String,
    /// The provider's id of the money; of an order with one such money it need not be named
    #[arg(long, value_name = "ID")]
    transaction: Option<String>,
    /// Keep it: it pays the order, if it is enough and nobody has paid it
    #[arg(long)]
    keep: bool,
    /// Return it, by the provider
    #[arg(long = "return")]
    returned: bool,
    /// With --return: you have returned it by other means, and it is only written down
    #[arg(long, requires = "returned", conflicts_with = "keep")]
    by_hand: bool,
}

#[derive(Args)]
pub(super) struct Settle {
    /// The order's number or its id
    order: String,
    /// The reason, as `list --attention` prints it
    reason: String,
    /// The highest entry of that reason that you have seen, as `show` prints it; what waits now is shown and settled, if absent
    #[arg(long, value_name = "ENTRY")]
    seen: Option<i64>,
}

impl Resolve {
    pub(super) async fn ask(&self, admin: &Admin) -> Result<String, String> {
        let transaction = match &self.transaction {
            Some(transaction) => transaction.clone(),
            None => the_only_one(&admin.get(&["orders", &self.order], &[]).await?)?,
        };
        let how = if self.keep { "keep" } else { "return" };
        let body = json!({ "how": how, "by_hand": self.by_hand });
        admin.post(&["orders", &self.order, "odd-money", &transaction, "resolve"], &transaction, &body).await
    }
}

impl Settle {
    /// What is settled is shown first, and it is no more than that. `is_for_programs` prints the answer alone.
    pub(super) async fn ask(&self, admin: &Admin, is_for_programs: bool) -> Result<String, String> {
        let seen = match self.seen {
            Some(seen) => Some(seen),
            None => {
                let answer = admin.get(&["orders", &self.order], &[]).await?;
                let account = serde_json::from_str::<Value>(&answer).unwrap_or_default();
                if !is_for_programs {
                    print(&table::waiting(&account, Some(&self.reason)))?;
                }
                newest(&account, &self.reason)
            }
        };
        let body = seen.map_or_else(|| json!({}), |seen| json!({ "seen": seen }));
        admin.post(&["orders", &self.order, "attention", &self.reason, "settle"], &self.reason, &body).await
    }
}

/// The highest entry of the ledger that tells of that reason.
fn newest(account: &Value, reason: &str) -> Option<i64> {
    let of_reason = table::each(&account["attention"]).filter(|why| why["reason"] == reason);
    of_reason.filter_map(|why| why["entry"].as_i64()).max()
}

/// The odd money of an order of which nobody has said anything yet, where that is one.
fn the_only_one(answer: &str) -> Result<String, String> {
    let account = serde_json::from_str::<Value>(answer).unwrap_or_default();
    let all = account["odd_money"].as_array().into_iter().flatten();
    let open: Vec<&str> = all.filter(|odd| odd["state"] == "open").filter_map(|odd| odd["transaction"].as_str()).collect();
    match open.as_slice() {
        [one] => Ok((*one).to_owned()),
        [] => Err("this order has no money that waits for anybody; orders show tells what it has".to_owned()),
        several => Err(format!("name one of them by --transaction: {}", several.join(", "))),
    }
}
