//! `orders export`, `orders close`, `orders compare`, `orders books`: the books at a terminal.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::super::shared::{printed, said};
use super::admin::Admin;
use super::table::{each, money, text};

/// What the backend says of a span whose month may still change.
const OPEN_MONTH: &str = "x-open-month";

/// The span, and how it is written.
#[derive(Args)]
pub(super) struct Export {
    /// A time: 2026-11-27, 2026-11, today, yesterday, 2026-11-27T14:30, in the shop's time zone
    #[arg(long, value_name = "TIME")]
    from: String,
    /// The same; a day or a month counts as a whole
    #[arg(long, value_name = "TIME")]
    to: String,
    /// For programs (csv), for people (xlsx), for machines (jsonl)
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Where to; standard output if absent
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    #[default]
    Csv,
    Xlsx,
    Jsonl,
}

impl Format {
    fn as_str(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Xlsx => "xlsx",
            Format::Jsonl => "jsonl",
        }
    }
}

impl Export {
    /// An export may be longer than this machine has memory.
    pub(super) async fn run(&self, admin: &Admin) -> Result<(), String> {
        let said_open = match &self.out {
            Some(file) => self.keep_in(admin, file).await?,
            None if self.format == Format::Xlsx && io::stdout().is_terminal() => {
                return Err("a sheet is nothing to read on a terminal: give --out FILE, or --format csv".to_owned());
            }
            None => self.pass_on(admin, io::stdout()).await?,
        };
        if let Some(month) = said_open {
            eprintln!("note: {month} is not closed; later facts may still come into it");
        }
        Ok(())
    }

    /// A file that is whole, or that is not there.
    async fn keep_in(&self, admin: &Admin, file: &Path) -> Result<Option<String>, String> {
        let about = |error: io::Error| format!("{}: {error}", file.display());
        let mut part = file.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        let opened = File::create(&part).map_err(about)?;
        match self.pass_on(admin, opened).await {
            Ok(open) => fs::rename(&part, file).map(|()| open).map_err(about),
            Err(error) => {
                // What is there of it says less than the error does.
                let _ = fs::remove_file(&part);
                Err(error)
            }
        }
    }

    async fn pass_on(&self, admin: &Admin, mut out: impl io::Write) -> Result<Option<String>, String> {
        let query = [("from", self.from.clone()), ("to", self.to.clone()), ("format", self.format.as_str().to_owned())];
        let mut written = Ok(());
        let write = |part: &[u8]| {
            written = out.write_all(part);
            written.is_ok()
        };
        let open = admin.pass_on(&["export"], &query, OPEN_MONTH, write).await?;
        match &self.out {
            Some(_) => written.and_then(|()| out.flush()).map_err(said)?,
            None => printed(written)?,
        }
        Ok(open)
    }
}

/// Closes a month; the same twice is once.
pub(super) async fn close(admin: &Admin, month: &str) -> Result<String, String> {
    admin.post(&["export", "close"], month, &json!({ "month": month })).await
}

pub(super) fn closed(answer: &Value) -> String {
    let [month, zone] = ["month", "time_zone"].map(|name| answer[name].as_str().unwrap_or_default());
    format!("{month} is closed ({zone}); what is told of it later counts in the first day that is open\n")
}

/// A day beside its bill: how much of that is ours, and in what the two differ.
pub(super) fn compared(method: &str, answer: &Value) -> String {
    let [date, zone] = ["date", "days_of"].map(|name| text(&answer[name]));
    let mut told = format!("{method}  {date} ({zone})  lines of ours {}, of others {}\n", answer["entries"], answer["others"]);
    for one in each(&answer["differences"]) {
        let [kind, order, payment, detail] = ["kind", "order", "payment", "detail"].map(|name| text(&one[name]));
        let payment = if payment.is_empty() { "-" } else { payment };
        let _ = writeln!(told, "  {kind:15}  {order:10}  {payment}  {detail}");
    }
    if answer["differences"][0].is_null() {
        told += "  no difference\n";
    }
    told
}

/// A month: what each provider comes to by the books and by its bills, and what is in one of them alone.
pub(super) fn month(answer: &Value) -> String {
    let is_closed = if answer["closed_at"].is_null() { "open" } else { "closed" };
    let mut told = format!("{}  {}  {is_closed}\n", text(&answer["month"]), text(&answer["time_zone"]));
    for provider in each(&answer["providers"]) {
        let _ = writeln!(told, "{:14}  {:>16}  {:>16}  {:>16}  {:>16}", text(&provider["provider"]), "sales", "refunds", "fees", "net");
        for total in each(&provider["totals"]) {
            for (side, name) in [("books", "books"), ("bills", "bills"), ("difference", "unexplained")] {
                if !total[side].is_null() {
                    told += &sums(name, &total[side], text(&total["currency"]));
                }
            }
        }
        let missing: Vec<&str> = each(&provider["missing_days"]).map(text).collect();
        if !missing.is_empty() {
            let _ = writeln!(told, "  not compared yet: {}", missing.join(", "));
        }
        for (side, name) in [("in_books_alone", "only in the books"), ("in_bills_alone", "only in these bills")] {
            for line in each(&provider[side]) {
                told += &lone(name, line);
            }
        }
    }
    told
}

fn sums(name: &str, sums: &Value, currency: &str) -> String {
    let [sales, refunds, fees, net] = ["sales", "refunds", "fees", "net"].map(|column| money(&sums[column], currency));
    format!("  {name:12}  {sales:>16}  {refunds:>16}  {fees:>16}  {net:>16}\n")
}

fn lone(name: &str, line: &Value) -> String {
    let amount = money(&line["amount"], text(&line["currency"]));
    let [kind, at, order, transaction] = ["kind", "at", "order", "transaction"].map(|member| text(&line[member]));
    format!("  {name}  {at}  {kind}  {amount}  {order}  {transaction}\n")
}
