//! `GET /admin/v1/books/{month}`: a month of the books beside the bills of the days that it touches, and what lies over a midnight of one
//! of them: our month and the provider's days begin in different zones.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::{Path, State};
use axum::http::StatusCode;
use gateway::BillDays;
use serde_json::{Value, json};

use super::super::App;
use super::caller::Caller;
use super::error::AdminError;
use super::json::{Answer, answer};
use crate::api_keys::Scope;
use crate::number::OrderNumber;
use crate::shop_time::ShopTime;
use crate::store::{BilledMonth, BooksSide, BooksSum, LoneLine, StoreError};

const DAY: i64 = 86_400;

/// What a side comes to in one currency, minor units, signed.
#[derive(Clone, Copy, Default)]
struct Sums {
    sales: i64,
    refunds: i64,
    fees: i64,
}

/// By currency.
type ByCurrency = BTreeMap<String, Sums>;

pub(super) async fn month(State(app): State<App>, caller: Caller, Path(month): Path<String>) -> Answer {
    caller.must(Scope::Read)?;
    let (time, store) = (&app.service.time, &app.service.store);
    let (first, next) = ShopTime::month(&month).ok_or_else(|| AdminError::bad("month: YYYY-MM"))?;
    let closed = store.closed_month(&month).await?;
    // A closed month is what it was.
    let (from, to) = closed.as_ref().map_or((time.begin(first), time.begin(next)), |closed| (closed.from_at, closed.until_at));
    let mut collectors = store.collectors(from, to).await?;
    collectors.extend(app.service.providers.all().filter(|it| it.bill_days().is_some()).map(|it| it.name().to_owned()));
    collectors.sort();
    collectors.dedup();
    let mut providers = Vec::new();
    for name in collectors {
        providers.push(provider(&app, &name, (from, to)).await?);
    }
    let closed_at = closed.map(|closed| closed.closed_at);
    let body = json!({
        "month": month, "from": from, "to": to, "time_zone": time.name(), "closed_at": closed_at, "providers": providers,
    });
    answer(StatusCode::OK, &body)
}

/// A provider's part of a month; without bills the books stand alone.
async fn provider(app: &App, name: &str, (from, to): (i64, i64)) -> Result<Value, StoreError> {
    let (store, time) = (&app.service.store, &app.service.time);
    let collecting = app.service.providers.named(name).and_then(|provider| Some((provider, provider.bill_days()?)));
    let dates: Vec<String> = collecting.map_or_else(Vec::new, |(_, days)| dates(&days, from, to));
    let [first, last] = [dates.first(), dates.last()].map(|date| date.map_or("", String::as_str));
    let month = BilledMonth { provider: name, from, to, first, last };
    let books = by_currency(store.books_sums(&month, BooksSide::Books).await?);
    let Some((provider, days)) = collecting else {
        let totals: Vec<_> = books.iter().map(|(currency, sums)| json!({ "currency": currency, "books": view(sums) })).collect();
        return Ok(json!({ "provider": name, "totals": totals }));
    };
    let mut sides = vec![books];
    for side in [BooksSide::Bills, BooksSide::BooksAlone, BooksSide::BillsAlone] {
        sides.push(by_currency(store.books_sums(&month, side).await?));
    }
    let currencies: BTreeSet<&String> = sides.iter().flat_map(BTreeMap::keys).collect();
    let totals: Vec<_> = currencies.into_iter().map(|currency| total(currency, &sides)).collect();
    let known = store.billed_days(name, first, last).await?;
    // There is nothing to compare before the first payment, nor on days to come.
    let since = app.service.first_payment_at(provider).await?.map(|first| days.zone.date(first));
    let (since, today) = (since.unwrap_or(days.zone.date(i64::MAX)), days.zone.date(app.service.now()));
    let missing: Vec<_> = dates.iter().filter(|date| **date >= since && **date <= today && !known.contains(date)).collect();
    let [alone, billed] = [BooksSide::BooksAlone, BooksSide::BillsAlone];
    let lines = |lines: Vec<LoneLine>| lines.iter().map(|line| lone(line, time)).collect::<Vec<_>>();
    Ok(json!({
        "provider": name,
        "totals": totals,
        "days": [first, last],
        "missing_days": missing,
        "in_books_alone": lines(store.books_lines(&month, alone).await?),
        "in_bills_alone": lines(store.books_lines(&month, billed).await?),
    }))
}

/// Both sides of a currency (the books, the bills, what is in the one alone and in the other), and what is left of the difference when each
/// is without what the other lacks.
fn total(currency: &str, sides: &[ByCurrency]) -> Value {
    let of = |side: usize| sides.get(side).and_then(|side| side.get(currency)).copied().unwrap_or_default();
    let (books, bills) = (of(0), of(1));
    let difference = books.less(of(2)).less(bills.less(of(3)));
    json!({ "currency": currency, "books": view(&books), "bills": view(&bills), "difference": view(&difference) })
}

/// The provider's days that a month touches.
fn dates(days: &BillDays, from: i64, to: i64) -> Vec<String> {
    (days.begin(from)..to).step_by(usize::try_from(DAY).unwrap_or(usize::MAX)).map(|day| days.zone.date(day)).collect()
}

fn by_currency(sums: Vec<BooksSum>) -> ByCurrency {
    let mut all = ByCurrency::new();
    for BooksSum { currency, kind, amount } in sums {
        let of = all.entry(currency).or_default();
        match kind.as_str() {
            "refund" => of.refunds += amount,
            "fee" => of.fees += amount,
            _ => of.sales += amount,
        }
    }
    all
}

impl Sums {
    fn less(self, other: Sums) -> Sums {
        Sums { sales: self.sales - other.sales, refunds: self.refunds - other.refunds, fees: self.fees - other.fees }
    }
}

fn view(sums: &Sums) -> Value {
    let Sums { sales, refunds, fees } = sums;
    json!({ "sales": sales, "refunds": refunds, "fees": fees, "net": sales + refunds + fees })
}

fn lone(line: &LoneLine, time: &ShopTime) -> Value {
    json!({
        "kind": line.sum.kind,
        "amount": line.sum.amount,
        "currency": line.sum.currency,
        "at": time.write(line.at),
        "date": line.date,
        "transaction": line.transaction,
        "refund": line.refund,
        "order": line.order.as_ref().map(|order| OrderNumber::of(order).to_string()),
    })
}
