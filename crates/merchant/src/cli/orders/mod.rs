//! `orders`: the admin API for a person at a terminal. It asks a running backend, so that there is one set of rules.

pub(super) mod admin;
mod books;
mod fulfil;
mod insights;
mod looking;
mod note;
mod refund;
mod resolve;
pub(super) mod table;

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::amount::minor_units;
use super::label::id_of;
use super::shared::{print, word};
use admin::{Admin, Asking};

/// Create, list, read, refund, confirm and export orders
#[derive(Args)]
pub(super) struct Orders {
    #[command(flatten)]
    asking: Asking,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// A page of orders, the newest first
    List(looking::List),
    /// Orders by anything: a number, an id or its beginning, a payment, refund, transaction, reference, an amount, a day
    Find(looking::Find),
    /// One order with its payments, refunds and history
    Show {
        /// Its number or its id
        order: String,
    },
    /// Give up an order that nobody has paid
    Cancel {
        /// Its number or its id
        order: String,
    },
    /// An order of your own lines, to be put into `<qr-checkout order="…">`
    Create {
        /// A line as NAME:QUANTITY:PRICE, the price of one as in 68.00; once for each
        #[arg(long = "line", value_name = "LINE", required = true, value_parser = line)]
        lines: Vec<Line>,
        /// ISO 4217 code
        #[arg(long)]
        currency: String,
        /// The shop's own number, which makes the same call twice one order
        #[arg(long)]
        reference: String,
        /// A word that makes another order of that number, where the one before is over; the same word twice is one order
        #[arg(long, value_name = "WORD", value_parser = word)]
        once: Option<String>,
        /// Payment method; the first that takes the currency, if absent
        #[arg(long)]
        method: Option<String>,
        /// What its shopper answers before paying: name, email, phone, company, tax_id or address; once for each
        #[arg(long = "ask", value_name = "KIND")]
        asks: Vec<String>,
        /// Where it may go, ISO 3166-1; once for each. The shopper is asked which
        #[arg(long = "country", value_name = "CODE")]
        countries: Vec<String>,
        /// The place whose code leads to paying it: its id, its address, or its name
        #[arg(long)]
        place: Option<String>,
    },
    /// Return money: all that is left, an amount, or what pieces of the order are worth
    Refund {
        /// The order's number or its id
        order: String,
        /// As in 120.00, in the order's currency
        #[arg(long)]
        amount: Option<String>,
        /// A line that goes back, in place of an amount, as LINE or LINE:QUANTITY: its place as `show` prints it, or its sku (of digits: sku:42); once for each
        #[arg(long = "line", value_name = "LINE", value_parser = refund::pieces, conflicts_with = "amount")]
        lines: Vec<Value>,
        /// Pay the delivery back, too
        #[arg(long, conflicts_with = "amount")]
        delivery: bool,
        /// Put what goes back into stock again
        #[arg(long, conflicts_with = "amount")]
        restock: bool,
        /// What the shopper reads
        #[arg(long)]
        reason: Option<String>,
        /// Of that payment; of the one that paid the order, if absent
        #[arg(long, value_name = "ID")]
        payment: Option<String>,
        /// You have returned it by other means: it is only written down
        #[arg(long)]
        by_hand: bool,
        /// A word that makes the same call twice one refund
        #[arg(long, value_name = "WORD", value_parser = word)]
        once: String,
    },
    /// Say that you have returned by other means what a refund that is stuck could not
    Returned {
        /// The order's number or its id
        order: String,
        /// The refund's id
        refund: String,
    },
    /// Say that things can be picked up
    Ready(fulfil::Fulfil),
    /// Say that things are on their way
    Ship(fulfil::Ship),
    /// Say what is right of a parcel whose carrier, number or link was wrong: all three take the place of what was told
    Correct(fulfil::Correct),
    /// Say that the buyer has things
    HandOver(fulfil::Fulfil),
    /// Say that things came back; their money goes back by `refund`
    TakeBack(fulfil::Fulfil),
    /// The address of the order's page for its buyer, with a key of its own: whoever has it reads where the order goes
    Page {
        /// Its number or its id
        order: String,
    },
    /// Write a note about an order, for those who may read what names people
    Note(note::Note),
    /// Say what becomes of money that pays nothing: keep it, or return it
    Resolve(resolve::Resolve),
    /// Say that what needed a person was looked at, and nothing is left to do
    Settle(resolve::Settle),
    /// Say that the money of a bank code is there
    Confirm {
        /// Its id, or the reference on the bank statement
        payment: String,
        /// As in 120.00
        #[arg(long)]
        amount: String,
        /// ISO 4217 code
        #[arg(long)]
        currency: String,
        /// The bank's id of the money
        #[arg(long)]
        transaction: String,
    },
    /// The books, one row for each movement of money
    Export(books::Export),
    /// Close a month of the books, such as 2026-11, once it is over
    Close {
        /// The month
        month: String,
    },
    /// A day of a provider, such as 2026-11-27, compared with its bill now
    Compare {
        /// A payment method of that provider, as orders name it
        method: String,
        /// The day, in the provider's own zone
        date: String,
    },
    /// A month of the books, such as 2026-11, beside the bills of the providers
    Books {
        /// The month
        month: String,
    },
    /// How each payment method fares; with --by takings, or who came again
    Insights(insights::Insights),
}

/// A line of an order, whose price is read once its currency is known.
#[derive(Clone)]
struct Line {
    name: String,
    quantity: u32,
    price: String,
}

/// The name may hold colons.
fn line(text: &str) -> Result<Line, String> {
    let mut parts = text.rsplitn(3, ':');
    let price = parts.next().unwrap_or_default().to_owned();
    let quantity = parts.next().and_then(|quantity| quantity.parse().ok());
    match (parts.next(), quantity) {
        (Some(name), Some(quantity)) => Ok(Line { name: name.to_owned(), quantity, price }),
        _ => Err("NAME:QUANTITY:PRICE, as in \"Spring tea:2:68.00\"".to_owned()),
    }
}

impl Line {
    fn json(&self, currency: &str) -> Result<Value, String> {
        let price = minor_units(&self.price, currency).map_err(|fault| format!("--line: {}: {fault}", self.name))?;
        Ok(json!({ "name": self.name, "quantity": self.quantity, "unit_price": price }))
    }
}

/// What was given as `--amount`, in minor units.
fn amount_of(text: &str, currency: &str) -> Result<i64, String> {
    minor_units(text, currency).map_err(|fault| format!("--amount: {fault}"))
}

impl Orders {
    pub(super) async fn run(self) -> Result<ExitCode, String> {
        let admin = Admin::open(&self.asking)?;
        let answer = match &self.what {
            What::List(list) => list.ask(&admin).await?,
            What::Find(find) => find.ask(&admin).await?,
            What::Show { order } => admin.get(&["orders", order], &[]).await?,
            What::Cancel { order } => not_paid(&admin.post(&["orders", order, "cancel"], order, &json!({})).await?)?,
            What::Create { lines, currency, reference, once, method, asks, countries, place } => {
                let lines = lines.iter().map(|line| line.json(currency)).collect::<Result<Vec<_>, _>>()?;
                let mut body = json!({ "lines": lines, "currency": currency, "reference": reference, "method": method });
                for (name, list) in [("asks", asks), ("countries", countries)].into_iter().filter(|(_, list)| !list.is_empty()) {
                    body[name] = json!(list);
                }
                if let Some(place) = place {
                    body["place"] = json!(id_of(place));
                }
                let answer = admin.post(&["orders"], once.as_ref().unwrap_or(reference), &body).await;
                still_open(&answer.map_err(|refusal| of_key(&refusal, AGAIN))?)?
            }
            What::Refund { order, amount, lines, delivery, restock, reason, payment, by_hand, once } => {
                let amount = match amount {
                    Some(text) => Some(amount_of(text, &currency_of(&admin, order).await?)?),
                    None => None,
                };
                let said = [("delivery", *delivery), ("restock", *restock), ("by_hand", *by_hand)];
                let body = refund::body(amount, lines, said, [("reason", reason), ("payment", payment)]);
                let answer = admin.post(&["orders", order, "refunds"], once, &body).await;
                answer.map_err(|refusal| refund::of_line(of_key(&refusal, "another refund needs another --once WORD"), lines))?
            }
            What::Returned { order, refund } => admin.post(&["orders", order, "refunds", refund, "done"], refund, &json!({})).await?,
            What::Ready(things) => things.ask(&admin, "ready_for_pickup").await.map_err(|refusal| of_key(&refusal, OTHER))?,
            What::Ship(ship) => ship.ask(&admin).await.map_err(|refusal| of_key(&refusal, OTHER))?,
            What::Correct(correct) => correct.ask(&admin).await.map_err(|refusal| of_key(&refusal, OTHER))?,
            What::HandOver(things) => things.ask(&admin, "handed_over").await.map_err(|refusal| of_key(&refusal, OTHER))?,
            What::TakeBack(things) => things.ask(&admin, "returned").await.map_err(|refusal| of_key(&refusal, OTHER))?,
            What::Page { order } => admin.post(&["orders", order, "page"], order, &json!({})).await?,
            What::Note(note) => note.ask(&admin).await.map_err(|refusal| of_key(&refusal, "another note needs another --once WORD"))?,
            What::Resolve(resolve) => resolve.ask(&admin).await?,
            What::Settle(settle) => settle.ask(&admin, self.asking.json).await?,
            What::Confirm { payment, amount, currency, transaction } => {
                let amount = amount_of(amount, currency)?;
                let body = json!({ "amount": amount, "currency": currency, "transaction": transaction });
                let answer = admin.post(&["payments", payment, "confirm"], &body.to_string(), &body).await;
                answer.map_err(|refusal| of_odd_money(refusal, transaction))?
            }
            What::Export(export) => return export.run(&admin).await.map(|()| ExitCode::SUCCESS),
            What::Close { month } => books::close(&admin, month).await?,
            What::Compare { method, date } => {
                let query = [("method", method.clone()), ("date", date.clone())];
                admin.get(&["reconciliation"], &query).await?
            }
            What::Books { month } => admin.get(&["books", month], &[]).await?,
            What::Insights(insights) => insights.ask(&admin).await?,
        };
        let told = if self.asking.json { answer } else { self.what.told(&answer)? };
        print(&told).map(|()| ExitCode::SUCCESS)
    }
}

/// In what an order is paid.
async fn currency_of(admin: &Admin, order: &str) -> Result<String, String> {
    let answer: Value = serde_json::from_str(&admin.get(&["orders", order], &[]).await?).unwrap_or_default();
    answer["order"]["currency"].as_str().map(str::to_owned).ok_or_else(|| "the backend's answer names no currency".to_owned())
}

/// How a person makes another order of a number that the shop has used.
const AGAIN: &str = "to make another order of that reference give --once WORD, a word that you have not used";

/// What a second telling of an order's things needs.
const OTHER: &str = "what else happened needs another --once WORD";

/// A refusal in the words of this command, which alone knows what makes a call the same.
fn of_key(refusal: &str, way_on: &str) -> String {
    match refusal.strip_prefix("idempotency-conflict: ") {
        Some(_) => format!("idempotency-conflict: the same was asked for before with other values, and that counts; {way_on}"),
        None => refusal.to_owned(),
    }
}

/// A refusal of money that was written down all the same, with what to do about it.
fn of_odd_money(refusal: String, transaction: &str) -> String {
    let is_written_down = ["wrong-amount: ", "already-paid: "].iter().any(|code| refusal.starts_with(code));
    let (way_on, money) = ("say what becomes of it: qr-checkout-server orders resolve", quoted(transaction.trim()));
    if is_written_down { format!("{refusal}; {way_on} {money} --keep, or --return --by-hand") } else { refusal }
}

/// A text as one word of a shell.
fn quoted(text: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.:/@+=".contains(letter);
    match !text.is_empty() && !text.starts_with('-') && text.chars().all(is_plain) {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}

/// The answer to giving an order up, unless its money was there before: then nothing was given up.
fn not_paid(answer: &str) -> Result<String, String> {
    let order = serde_json::from_str::<Value>(answer).unwrap_or_default()["order"].take();
    match order["status"].as_str() {
        Some("paid" | "partly_refunded" | "refunded") => {
            let number = order["number"].as_str().unwrap_or_default();
            Err(format!("{number} is paid, and nothing was canceled; its money goes back by `orders refund {number} --once WORD`"))
        }
        _ => Ok(answer.to_owned()),
    }
}

/// The answer to a creation, unless it is an order of before that nobody can pay any more.
fn still_open(answer: &str) -> Result<String, String> {
    let order = serde_json::from_str::<Value>(answer).unwrap_or_default()["order"].take();
    match order["status"].as_str() {
        Some(status @ ("canceled" | "expired")) => {
            let number = order["number"].as_str().unwrap_or_default();
            Err(format!("the order of that reference, {number}, was made before and is {status}; {AGAIN}"))
        }
        _ => Ok(answer.to_owned()),
    }
}

impl What {
    /// An answer for people.
    fn told(&self, answer: &str) -> Result<String, String> {
        let read = || admin::read(answer);
        Ok(match self {
            What::Export(_) => answer.to_owned(),
            What::Close { .. } => books::closed(&read()?),
            What::Compare { method, .. } => books::compared(method, &read()?),
            What::Books { .. } => books::month(&read()?),
            What::List(_) | What::Find(_) => {
                let page = read()?;
                if page["orders"][0].is_null() {
                    eprintln!("there are no such orders");
                }
                table::list(&page)
            }
            What::Note(_) => "noted\n".to_owned(),
            What::Page { .. } => format!("{}\n", table::text(&read()?["url"])),
            What::Ready(_) | What::Ship(_) | What::Correct(_) | What::HandOver(_) | What::TakeBack(_) => table::fulfilment(&read()?),
            What::Insights(insights) if insights.csv => answer.to_owned(),
            What::Insights(_) => insights::table(&read()?),
            What::Refund { .. } | What::Returned { .. } => table::refunded(&read()?),
            What::Show { .. } | What::Resolve(_) | What::Settle(_) | What::Cancel { .. } | What::Create { .. } | What::Confirm { .. } => {
                table::account(&read()?)
            }
        })
    }
}
