//! `orders ready`, `ship`, `correct`, `hand-over` and `take-back`: what became of the things of an order.

use std::io::Read as _;

use clap::Args;
use serde_json::{Value, json};

use super::super::shared::{fresh, word};
use super::admin::Admin;
use super::refund;

/// Which things of which order.
#[derive(Args)]
pub(super) struct Fulfil {
    /// The order's number or its id
    order: String,
    /// A line as LINE or LINE:QUANTITY: its place as `show` prints it, or its sku (of digits: sku:42); once for each. If absent, all that is left but files, licence keys and tickets
    #[arg(long = "line", value_name = "LINE", value_parser = refund::pieces)]
    lines: Vec<Value>,
    /// A word that makes the same call twice one
    #[arg(long, value_name = "WORD", value_parser = word)]
    once: Option<String>,
}

/// What is sent, and by whom.
#[derive(Args)]
pub(super) struct Ship {
    #[command(flatten)]
    what: Fulfil,
    #[command(flatten)]
    parcel: Parcel,
}

/// What was wrong of a parcel.
#[derive(Args)]
pub(super) struct Correct {
    /// The order's number or its id
    order: String,
    /// Which parcel, as `show` prints it; the only one, if absent
    #[arg(long, value_name = "ID")]
    shipment: Option<String>,
    #[command(flatten)]
    parcel: Parcel,
    /// A word that makes the same call twice one
    #[arg(long, value_name = "WORD", value_parser = word)]
    once: Option<String>,
}

/// What is known of a parcel.
#[derive(Args)]
struct Parcel {
    /// Who carries it
    #[arg(long)]
    carrier: Option<String>,
    /// The carrier's number of the parcel; - reads it from standard input, where nobody else on this machine sees it
    #[arg(long)]
    tracking: Option<String>,
    /// The carrier's page about it, https
    #[arg(long)]
    link: Option<String>,
}

impl Fulfil {
    pub(super) async fn ask(&self, admin: &Admin, kind: &str) -> Result<String, String> {
        self.send(admin, json!({ "kind": kind })).await
    }

    async fn send(&self, admin: &Admin, mut body: Value) -> Result<String, String> {
        if !self.lines.is_empty() {
            body["lines"] = json!(self.lines);
        }
        let once = self.once.clone().map_or_else(fresh, Ok)?;
        let answer = admin.post(&["orders", &self.order, "fulfilments"], &once, &body).await;
        answer.map_err(|refusal| refund::of_line(refusal, &self.lines))
    }
}

impl Ship {
    pub(super) async fn ask(&self, admin: &Admin) -> Result<String, String> {
        let mut body = json!({ "kind": "shipped" });
        self.parcel.write(&mut body)?;
        self.what.send(admin, body).await
    }
}

impl Correct {
    pub(super) async fn ask(&self, admin: &Admin) -> Result<String, String> {
        let mut body = json!({});
        if let Some(shipment) = &self.shipment {
            body["shipment"] = json!(shipment);
        }
        self.parcel.write(&mut body)?;
        let once = self.once.clone().map_or_else(fresh, Ok)?;
        admin.post(&["orders", &self.order, "fulfilments", "correct"], &once, &body).await
    }
}

impl Parcel {
    fn write(&self, body: &mut Value) -> Result<(), String> {
        let mut tracking = self.tracking.clone();
        if let Some(text) = tracking.as_mut().filter(|text| *text == "-") {
            text.clear();
            std::io::stdin().read_to_string(text).map_err(|error| error.to_string())?;
        }
        for (name, said) in [("carrier", &self.carrier), ("tracking", &tracking), ("link", &self.link)] {
            if let Some(said) = said {
                body[name] = json!(said.trim());
            }
        }
        Ok(())
    }
}
