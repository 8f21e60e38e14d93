//! `orders note`: what people say about an order.

use std::io::Read as _;

use clap::Args;
use serde_json::json;

use super::super::shared::{fresh, word};
use super::admin::Admin;

#[derive(Args)]
pub(super) struct Note {
    /// The order's number or its id
    order: String,
    /// At most 500 characters; - reads them from standard input, where nobody else on this machine sees them
    text: String,
    /// A word that makes the same call twice one note
    #[arg(long, value_name = "WORD", value_parser = word)]
    once: Option<String>,
}

impl Note {
    pub(super) async fn ask(&self, admin: &Admin) -> Result<String, String> {
        let mut text = self.text.clone();
        if text == "-" {
            text.clear();
            std::io::stdin().read_to_string(&mut text).map_err(|error| error.to_string())?;
        }
        // Never the text: a digest of it would be kept.
        let once = self.once.clone().map_or_else(fresh, Ok)?;
        admin.post(&["orders", &self.order, "notes"], &once, &json!({ "text": text.trim() })).await
    }
}
