//! `orders resolve` and `orders settle`: what a person says of what needed one.

use clap::{ArgGroup, Args};
use serde_json::{Value, json};

use super::super::shared::print;
use super::admin::{Admin, read};
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
            None => the_only_one(&admin.get(&["orders", &self.order], &[]).await?, &self.order)?,
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
            Some(seen) => seen,
            None => {
                let account = read(&admin.get(&["orders", &self.order], &[]).await?)?;
                let seen = newest(&account, &self.reason)?;
                if !is_for_programs {
                    print(&table::waiting(&account, Some(&self.reason)))?;
                }
                seen
            }
        };
        let body = json!({ "seen": seen });
        admin.post(&["orders", &self.order, "attention", &self.reason, "settle"], &self.reason, &body).await
    }
}

/// The highest entry of the ledger that tells of that reason; 0 where nothing of it waits, so that nothing is settled that comes meanwhile.
fn newest(account: &Value, reason: &str) -> Result<i64, String> {
    let unread = "the backend's answer does not say what waits";
    let all = account["attention"].as_array().ok_or(unread)?;
    let entries = all.iter().filter(|why| why["reason"] == reason).map(|why| why["entry"].as_i64().ok_or(unread));
    Ok(entries.collect::<Result<Vec<_>, _>>()?.into_iter().max().unwrap_or(0))
}

/// The odd money of an order of which nobody has said anything yet, where that is one, or the order is `named` by it.
fn the_only_one(answer: &str, named: &str) -> Result<String, String> {
    let account = read(answer)?;
    let all = account["odd_money"].as_array().into_iter().flatten();
    let open: Vec<&str> = all.filter(|odd| odd["state"] == "open").filter_map(|odd| odd["transaction"].as_str()).collect();
    match open.as_slice() {
        [one] => Ok((*one).to_owned()),
        [] => Err("this order has no money that waits for anybody; orders show tells what it has".to_owned()),
        several if several.contains(&named) => Ok(named.to_owned()),
        several => Err(format!("name one of them by --transaction: {}", several.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{newest, read};

    #[test]
    fn what_was_seen_is_said_where_that_is_nothing_too() {
        let one = |reason: &str, entry: i64| json!({ "reason": reason, "since": 1, "entry": entry });
        let account = json!({ "attention": [one("oversold", 7), one("bill-difference", 4), one("bill-difference", 5)] });
        assert_eq!(newest(&account, "bill-difference"), Ok(5));
        assert_eq!(newest(&account, "refund-stuck"), Ok(0));
        assert_eq!(newest(&json!({ "attention": [] }), "oversold"), Ok(0));
        let odd = json!({ "attention": [{ "reason": "oversold" }] });
        assert!([newest(&json!({}), "oversold"), newest(&odd, "oversold")].iter().all(Result::is_err));
        assert!(read("<html>").is_err());
    }
}
