//! `links`: addresses that sell, and what came of them. It asks a running backend.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use protocol::{Currency, Money};
use serde_json::{Map, Value, json};

use super::amount::minor_units;
use super::label::{Label, id_of};
use super::orders::admin::{Admin, Asking};
use super::shared::{fresh, print};

/// Make payment links, close them, and see what came of them
#[derive(Args)]
pub(super) struct Links {
    #[command(flatten)]
    asking: Asking,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    Create(Box<Create>),
    /// A line each, the newest first: how it stands, how often it was taken, what it sells, and its address
    List,
    /// Nobody begins to pay by it any more; orders that it has made go on
    Close(Named),
    /// Write a label to print: a code that opens the link, with the shop's name and host
    Label(Label),
    /// How it stands, how many orders it made, and what they brought
    Stats(Named),
}

#[derive(Args)]
struct Named {
    /// The name of the link, lnk_…, or its address
    link: String,
}

/// Make a link that sells things of the catalog (--item), one amount (--amount), or what the shopper names (--least, --most)
#[derive(Args)]
struct Create {
    /// A thing of the catalog, and how many; again for others
    #[arg(long = "item", value_name = "SKU[:QTY]", conflicts_with_all = ["amount", "most"])]
    items: Vec<String>,
    /// The discount code with them
    #[arg(long, requires = "items")]
    code: Option<String>,
    /// What is to be paid, such as 25.00
    #[arg(long, conflicts_with = "most", requires = "currency")]
    amount: Option<String>,
    /// The least that the shopper may name
    #[arg(long, requires = "most")]
    least: Option<String>,
    /// The most that the shopper may name
    #[arg(long, requires = "currency", requires = "name")]
    most: Option<String>,
    /// An amount to choose; again for others
    #[arg(long = "suggest", value_name = "AMOUNT", requires = "most")]
    suggestions: Vec<String>,
    /// Three capital letters, such as EUR
    #[arg(long)]
    currency: Option<String>,
    /// What the amount is for
    #[arg(long)]
    name: Option<String>,
    /// What the shopper is asked: email, name, phone, address, …; again for others
    #[arg(long = "ask", value_name = "KIND")]
    asks: Vec<String>,
    /// Where it may go, such as DE; again for others
    #[arg(long = "country", value_name = "CODE")]
    countries: Vec<String>,
    /// How often it can be paid; without end if absent
    #[arg(long)]
    uses: Option<i64>,
    /// Until when, such as 2026-12-31 or 2027-01 for all of that month
    #[arg(long, value_name = "TIME")]
    ends: Option<String>,
    /// The shop's own number, which every order of it has
    #[arg(long)]
    reference: Option<String>,
    /// A word that makes the same call twice one link
    #[arg(long, value_name = "WORD")]
    once: Option<String>,
}

impl Links {
    pub(super) async fn run(self) -> Result<ExitCode, String> {
        let admin = Admin::open(&self.asking)?;
        let told = match &self.what {
            What::Label(label) => label.write(&admin, "links").await?,
            What::Create(create) => {
                let once = create.once.clone().map_or_else(fresh, Ok)?;
                self.asking.told(&admin.post(&["links"], &once, &create.body()?).await?, line)?
            }
            What::List => self.list(&admin).await?,
            What::Close(named) => self.asking.told(&admin.post(&["links", named.id(), "close"], &fresh()?, &json!({})).await?, line)?,
            What::Stats(named) => self.asking.told(&admin.get(&["links", named.id(), "stats"], &[]).await?, stats)?,
        };
        print(&told).map(|()| ExitCode::SUCCESS)
    }

    async fn list(&self, admin: &Admin) -> Result<String, String> {
        let links = admin.all("links").await?;
        Ok(if self.asking.json { json!({ "links": links }).to_string() } else { links.iter().map(line).collect() })
    }
}

impl Named {
    fn id(&self) -> &str {
        id_of(&self.link)
    }
}

impl Create {
    fn body(&self) -> Result<Value, String> {
        let currency = self.currency.as_deref().unwrap_or_default();
        let amount = |option: &str, text: &String| minor_units(text, currency).map_err(|fault| format!("{option}: {fault}"));
        let mut body = Map::new();
        let mut put = |name: &str, value: Value| body.insert(name.to_owned(), value);
        if let Some(most) = &self.most {
            let least = self.least.as_ref().map(|least| amount("--least", least)).transpose()?;
            let suggestions = self.suggestions.iter().map(|text| amount("--suggest", text)).collect::<Result<Vec<_>, _>>()?;
            let open = json!({ "name": self.name, "currency": currency, "least": least, "most": amount("--most", most)?, "suggestions": suggestions });
            put("open_amount", open);
        } else if let Some(text) = &self.amount {
            put("currency", currency.into());
            match &self.name {
                Some(name) => put("lines", json!([{ "name": name, "unit_price": amount("--amount", text)? }])),
                None => put("amount", amount("--amount", text)?.into()),
            };
        } else if self.items.is_empty() {
            return Err("say what it sells: --item SKU:QTY, --amount, or --least and --most".to_owned());
        } else {
            let items = self.items.iter().map(|text| item(text)).collect::<Result<Vec<_>, _>>()?;
            put("cart", json!({ "items": items, "code": self.code }));
        }
        put("asks", self.asks.clone().into());
        put("countries", self.countries.clone().into());
        put("uses", self.uses.into());
        put("ends", self.ends.clone().into());
        put("reference", self.reference.clone().into());
        Ok(Value::Object(body))
    }
}

fn item(text: &str) -> Result<Value, String> {
    let Some((sku, quantity)) = text.rsplit_once(':') else { return Ok(json!({ "sku": text })) };
    let quantity: u32 = quantity.parse().map_err(|_| format!("--item {text}: write SKU:QTY, such as tea-100g:2"))?;
    Ok(json!({ "sku": sku, "quantity": quantity }))
}

fn line(link: &Value) -> String {
    let word = |name: &str| link[name].as_str().unwrap_or("-").to_owned();
    let of = link["uses"].as_i64().map_or_else(|| "any number".to_owned(), |uses| uses.to_string());
    format!("{:<8} {:>5} of {:<10} {:<24} {}\n", word("state"), link["taken"], of, sells(&link["sells"]), word("url"))
}

fn sells(what: &Value) -> String {
    if let Some(items) = what["cart"]["items"].as_array() {
        let item = |one: &Value| format!("{} x {}", one["quantity"], one["sku"].as_str().unwrap_or("-"));
        return items.iter().map(item).collect::<Vec<_>>().join(", ");
    }
    let open = &what["open_amount"];
    if open.is_object() {
        let currency = &open["currency"];
        return format!("{} to {}", written(&open["least"], currency), written(&open["most"], currency));
    }
    written(&what["price"]["total"], &what["price"]["currency"])
}

fn stats(told: &Value) -> String {
    let takings = told["takings"].as_array().cloned().unwrap_or_default();
    let one = |taking: &Value| {
        let amount = written(&taking["amount"], &taking["currency"]);
        let orders = if taking["orders"] == 1 { "order" } else { "orders" };
        format!("{} {orders}, {} of them paid: {amount}\n", taking["orders"], taking["paid"])
    };
    let sum: String = takings.iter().map(one).collect();
    line(&told["link"]) + if sum.is_empty() { "no order was made by it\n" } else { &sum }
}

/// An amount with its currency.
fn written(amount: &Value, currency: &Value) -> String {
    let currency = currency.as_str().and_then(Currency::parse);
    let money = amount.as_i64().zip(currency).map(|(amount, currency)| Money { amount, currency });
    money.map_or_else(|| "-".to_owned(), |money| format!("{} {}", money.currency.as_str(), money.to_decimal()))
}
