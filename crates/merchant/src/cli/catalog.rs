//! `catalog try`: what another catalog file would change, before it counts.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use merchant::catalog::{Cart, Code, PriceError, Selling};
use merchant::{Catalog, Config};
use protocol::{Item, MerchantId, Sku};
use serde_json::{Value, json};

use super::orders::table;
use super::shared::{ConfigFile, print, said};

/// Try a catalog before it counts
#[derive(Subcommand)]
pub(super) enum CatalogCommand {
    Try(Try),
}

/// Read another catalog file with all checks, say what it changes, and what a cart would cost; nothing is written
#[derive(Args)]
pub(super) struct Try {
    /// The new file
    file: PathBuf,
    #[command(flatten)]
    config: ConfigFile,
    /// A cart, as in tea:2,cup:1
    #[arg(long, value_name = "SKU:QUANTITY,…", value_delimiter = ',', value_parser = item)]
    cart: Vec<Item>,
    /// Where the cart goes, ISO 3166-1
    #[arg(long, value_name = "CODE")]
    country: Option<String>,
    /// The part of that country
    #[arg(long)]
    region: Option<String>,
    /// The id of the delivery
    #[arg(long, value_name = "ID")]
    delivery: Option<String>,
    /// A discount code
    #[arg(long)]
    code: Option<String>,
    /// The shopper's language
    #[arg(long, default_value = "en")]
    locale: String,
}

/// A thing and how many of it.
fn item(text: &str) -> Result<Item, String> {
    let (sku, quantity) = text.split_once(':').unwrap_or((text, "1"));
    let read = Sku::parse(sku).zip(quantity.parse().ok().filter(|quantity| (1..=protocol::MAX_QUANTITY).contains(quantity)));
    read.map(|(sku, quantity)| Item { sku, quantity }).ok_or_else(|| "SKU:QUANTITY, as in tea:2".to_owned())
}

impl CatalogCommand {
    pub(super) fn run(self, now: i64) -> Result<ExitCode, String> {
        let CatalogCommand::Try(wanted) = self;
        print(&wanted.told(now)?).map(|()| ExitCode::SUCCESS)
    }
}

impl Try {
    /// What it changes, what an operator should know of it, and what the cart costs before and after.
    fn told(&self, now: i64) -> Result<String, String> {
        let config = self.config.load()?;
        let old = config.catalog.file.clone().ok_or("catalog: the shop's own server prices carts, and there is no file to compare with")?;
        let new = Catalog::load(&self.file).map_err(said)?;
        let changes = Catalog::differences(&old, &self.file).map_err(said)?;
        let mut told: String = changes.iter().map(|change| format!("{change}\n")).collect();
        if changes.is_empty() {
            told += "it changes nothing\n";
        }
        let mut changed = config.clone();
        changed.catalog.file = Some(self.file.clone());
        // Files that are sold stay where they are, wherever the new catalog lies.
        changed.downloads.folder = config.downloads.folder.clone().or_else(|| old.parent().map(PathBuf::from));
        changed.check_selling().map_err(said)?;
        let known = config.hints(now).map_err(said)?;
        let hints = changed.hints(now).map_err(said)?;
        told.extend(hints.iter().filter(|hint| !known.contains(hint)).map(|hint| format!("{hint}\n")));
        if !self.cart.is_empty() {
            for (when, catalog) in [("before", Catalog::load(&old).map_err(said)?), ("after", new)] {
                told += &format!("\n{when}\n{}", self.price(&catalog, &config, now)?);
            }
        }
        Ok(told)
    }

    fn price(&self, catalog: &Catalog, config: &Config, now: i64) -> Result<String, String> {
        let merchant = MerchantId::parse(&config.merchant.id).ok_or("merchant.id: 1 to 64 letters, digits and -._~")?;
        let selling = Selling {
            merchant: &merchant,
            name: &config.merchant.name,
            public_url: config.public_url(),
            locale: &self.locale,
            now,
            expires_at: i64::MAX,
        };
        let cart = Cart {
            items: &self.cart,
            code: self.code.as_deref().map(Code::Offered),
            country: self.country.as_deref(),
            region: self.region.as_deref(),
            delivery: self.delivery.as_deref(),
            client_reference: None,
            is_taken_along: false,
        };
        let quote = match catalog.price(&cart, &selling) {
            Ok(priced) => priced.quote,
            Err(reason) => return Ok(format!("  {}\n", unsellable(&reason))),
        };
        let currency = catalog.currency();
        let mut told = table::price(&json!(quote.price.to_json()), currency, &Value::Null);
        if let Some(code) = quote.price.discount_code.as_ref().filter(|code| !code.applies()) {
            told += &format!("  code {}: {}\n", code.code, code.state);
        }
        for question in &quote.asks {
            let must = if question.required { "" } else { ", if the shopper likes" };
            told += &format!("  asked: {}{must}\n", question.name);
        }
        // Until somebody says where to, nothing of the way there is in the price.
        let is_on_the_spot = self.country.is_none() && quote.asks.iter().any(|ask| ask.kind == "country");
        let without = if is_on_the_spot { "  (what delivery and taxes add there: --country)" } else { "" };
        Ok(told + &format!("  total  {}{without}\n", table::money(&json!(quote.price.total), currency)))
    }
}

/// Why that cart cannot be sold, with what is at fault.
fn unsellable(reason: &PriceError) -> String {
    let PriceError::Cart(fault) = reason else { return reason.to_string() };
    let each = fault.faults.iter().map(|fault| {
        let of = fault.sku.as_ref().or(fault.field.as_ref()).map(|of| format!(" {of}")).unwrap_or_default();
        let left = fault.left.map(|left| format!(", at most {left}")).unwrap_or_default();
        format!("{}{of}{left}", fault.code)
    });
    format!("{reason}: {}", each.collect::<Vec<_>>().join("; "))
}
