//! A product as the catalog has it, and what is wrong with it.

use protocol::{MAX_QUANTITY, Sku};
use serde::Deserialize;
use toml::Spanned;

use super::tax::TaxRule;
use super::text::Text;
use super::variant::Variant;
use crate::goods::judge_path;
use crate::shown::{MAX_NAME, judge_picture, judge_text};
use crate::store::{Gives, StockItem, Supply, TicketWords};

/// The highest price of one thing, minor units: a full cart of them stays within 64 bits.
const MAX_PRICE: i64 = 999_999_999_999;
/// The heaviest thing, grams, and the most pieces of one.
const MAX_COUNT: i64 = 1_000_000_000;

/// With fewer licence keys left than these a person is told, unless the catalog says otherwise.
const FEW_KEYS: i64 = 10;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Product {
    pub(super) sku: String,
    pub(super) name: Text,
    /// Which of its variants this is; the file says so in `variant` alone.
    #[serde(skip)]
    pub(super) options: Option<Text>,
    pub(super) image: Option<String>,
    /// Minor units.
    pub(super) price: i64,
    /// Its class of tax.
    pub(super) tax: Option<String>,
    /// Grams.
    pub(super) weight: Option<i64>,
    /// Whether nothing of it is delivered.
    #[serde(default)]
    pub(super) digital: bool,
    /// The file that it is, below the folder of downloads.
    pub(super) file: Option<String>,
    /// Where a licence key for each piece comes from: a file of them, a line each, below the folder of downloads, or the name of a pool.
    pub(super) keys: Option<String>,
    /// With fewer keys left than these a person is told.
    keys_low: Option<i64>,
    /// Whether each piece is a ticket.
    #[serde(default)]
    ticket: bool,
    /// Where a ticket admits to, in a word that doors ask by; the sku if absent.
    event: Option<String>,
    /// When that begins, as it stands on the ticket.
    starts: Option<String>,
    /// Where that is, as it stands on the ticket.
    place: Option<String>,
    /// The most pieces of it that one order may have.
    pub(super) max_per_order: Option<i64>,
    /// How many there are; any number if absent.
    stock: Option<i64>,
    /// Names the count of `stock`, such as a date: with another word here, even the same number is counted anew.
    stocked: Option<toml::Value>,
    /// What is sold in its place, if it comes in several.
    #[serde(default)]
    pub(super) variant: Vec<Spanned<Variant>>,
}

impl Product {
    pub(super) fn check(&self, tax: Option<&TaxRule>, is_weighed: bool) -> Result<(), String> {
        Sku::parse(&self.sku).ok_or("sku: 1 to 64 letters, digits and -._~")?;
        if !(1..=MAX_PRICE).contains(&self.price) {
            return Err(format!("price must be a positive number of minor units, at most {MAX_PRICE}"));
        }
        self.name.judge().map_err(|fault| format!("name: {fault}"))?;
        self.options.as_ref().map_or(Ok(()), Text::judge).map_err(|fault| format!("options: {fault}"))?;
        self.image.as_deref().map_or(Ok(()), judge_picture).map_err(|fault| format!("image: {fault}"))?;
        match tax {
            Some(tax) => tax.check_class(self.tax.as_deref())?,
            None if self.tax.is_some() => return Err("has a class of tax, but there is no [tax]".into()),
            None => {}
        }
        for (key, number) in [("weight", self.weight), ("stock", self.stock)] {
            if number.is_some_and(|number| !(0..=MAX_COUNT).contains(&number)) {
                return Err(format!("{key} must be 0 to {MAX_COUNT}"));
            }
        }
        self.check_goods()?;
        let most = i64::from(MAX_QUANTITY);
        if self.max_per_order.is_some_and(|number| !(1..=most).contains(&number)) {
            return Err(format!("max_per_order must be 1 to {most}"));
        }
        if !self.variant.is_empty() && (self.stock.is_some() || self.stocked.is_some()) {
            return Err("has variants, which are what is sold: write stock and stocked below each [[item.variant]]".into());
        }
        let options = || self.variant.iter().map(|variant| &variant.get_ref().options);
        if options().enumerate().any(|(at, one)| options().skip(at + 1).any(|other| other == one)) {
            return Err("two of its variants have the same options: nobody could tell them apart".into());
        }
        if is_weighed && self.weight.is_none() && !self.is_digital() && self.variant.is_empty() {
            return Err("needs a weight in grams: shipping goes by it".into());
        }
        if self.stocked.is_some() && self.stock.is_none() {
            return Err("stocked is a word for the count in stock, which is missing".into());
        }
        Ok(())
    }

    /// What it gives beside what is sent.
    fn check_goods(&self) -> Result<(), String> {
        for (key, name) in [("file", &self.file), ("keys", &self.keys)] {
            name.as_deref().map_or(Ok(()), judge_path).map_err(|fault| format!("{key}: {fault}"))?;
        }
        if self.keys_low.is_some_and(|number| !(0..=MAX_COUNT).contains(&number)) {
            return Err(format!("keys_low must be 0 to {MAX_COUNT}"));
        }
        if self.keys_low.is_some() && self.keys.is_none() {
            return Err("keys_low goes with keys, which is missing".into());
        }
        for (key, word) in [("event", &self.event), ("starts", &self.starts), ("place", &self.place)] {
            let Some(word) = word else { continue };
            judge_text(word, MAX_NAME).map_err(|fault| format!("{key}: {fault}"))?;
            if !self.ticket {
                return Err(format!("{key} stands on a ticket: write ticket = true, too"));
            }
        }
        Ok(())
    }

    /// Whether nothing of it is delivered.
    pub(super) fn is_digital(&self) -> bool {
        self.digital || self.file.is_some() || self.keys.is_some()
    }

    /// What each piece of it gives once it is paid.
    pub(super) fn gives(&self) -> impl Iterator<Item = Gives> {
        let keys = self.keys.as_ref().map(|pool| Gives::Keys { pool: pool.clone(), low: self.keys_low.unwrap_or(FEW_KEYS) });
        let ticket = self.ticket.then(|| {
            let event = self.event.as_ref().unwrap_or(&self.sku).clone();
            Gives::Ticket(TicketWords { event, starts: self.starts.clone(), place: self.place.clone() })
        });
        self.file.clone().map(Gives::File).into_iter().chain(keys).chain(ticket)
    }

    /// What is sold as one of its variants.
    pub(super) fn varied(&self, variant: Variant) -> Product {
        Product {
            sku: variant.sku,
            options: Some(variant.options),
            image: variant.image.or_else(|| self.image.clone()),
            price: variant.price.unwrap_or(self.price),
            weight: variant.weight.or(self.weight),
            max_per_order: variant.max_per_order.or(self.max_per_order),
            stock: variant.stock,
            stocked: variant.stocked,
            variant: Vec::new(),
            name: self.name.clone(),
            tax: self.tax.clone(),
            digital: self.digital,
            file: variant.file.or_else(|| self.file.clone()),
            keys: variant.keys.or_else(|| self.keys.clone()),
            keys_low: self.keys_low,
            ticket: self.ticket,
            event: variant.event.or_else(|| self.event.clone()),
            starts: variant.starts.or_else(|| self.starts.clone()),
            place: variant.place.or_else(|| self.place.clone()),
        }
    }

    /// How many there are, if the file says so.
    pub(super) fn supply(&self) -> Option<Supply> {
        let stocked = self.stocked.as_ref().map(ToString::to_string).unwrap_or_default();
        Some(Supply { of: StockItem::Product(self.sku.clone()), stock: self.stock?, stocked })
    }
}
