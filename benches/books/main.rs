//! How long a merchant waits for a list, a search or a figure among a hundred thousand orders, on SQLite and PostgreSQL: a line of JSON for
//! each. `cargo xtask bench books` runs it and makes the table. Not here: gates; that nothing reads all orders is a test of the store's.
#![expect(clippy::print_stdout, clippy::print_stderr, clippy::unwrap_used, reason = "a bench prints, and stops at the first surprise")]

mod pairs;

use std::path::Path;
use std::time::Instant;

use merchant::Store;
use merchant::api_keys::Scope;
use merchant::sealed::{Place, SealedKind, Term};
use merchant::store::{Filter, Looking};
use protocol::{Currency, Method, OrderStatus};
use serde_json::json;
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _};
use testing::backend::Shop;
use testing::books::{APART, Dialect, FIRST, ORDERS, Skew, skewed, statements};
use testing::{Folder, Postgres};

use pairs::Worst;

/// How often each is asked; the median counts.
const RUNS: usize = 21;
/// The same for what reads all orders.
const RUNS_OF_ALL: usize = 5;
/// People whose names are really sealed: as many as one page of a search opens.
const PEOPLE: usize = 500;
/// A day in the middle of the books, unix seconds.
const DAY: i64 = FIRST + APART * 50_000;

#[tokio::main]
async fn main() {
    for (place, dialect) in [("sqlite", Dialect::Sqlite), ("postgres", Dialect::Postgres)] {
        usual(place, dialect).await;
        worst(place, dialect).await;
    }
}

/// A shop of some years.
async fn usual(place: &str, dialect: Dialect) {
    let database = (dialect == Dialect::Postgres).then(|| Postgres::get().database());
    let mut shop = Shop::open_with(|config| match &database {
        Some(address) => {
            let (before, after) = config.split_once("[store]\n").unwrap();
            let after = after.split_once('\n').unwrap().1;
            format!("{before}[store]\nurl = \"{address}\"\n{after}")
        }
        None => config,
    })
    .await;
    let file = shop.folder.path().join("merchant.sqlite");
    let address = database.unwrap_or_else(|| sqlite(&file));
    let began = Instant::now();
    fill(&address, dialect).await;
    eprintln!("{place}: {ORDERS} orders in {:.1} s", began.elapsed().as_secs_f64());
    figures_of_all(place, &shop).await;
    shop.close().await;
    // The program numbers them as it would those of an old one.
    let store = open(&file, &address, dialect).await.sealing(testing::details::sealer());
    lists(place, &store).await;
    searches(place, &store).await;
    figures(place, &store).await;
    store.close().await;
}

/// Lists of orders that are spread as badly as can be.
async fn worst(place: &str, dialect: Dialect) {
    let mut worst = Worst::default();
    for skew in [Skew::Rare, Skew::Halves, Skew::Needy] {
        let folder = Folder::new("bench-books");
        let file = folder.path().join("books.sqlite");
        let address = if dialect == Dialect::Postgres { Postgres::get().database() } else { sqlite(&file) };
        open(&file, &address, dialect).await.close().await;
        let mut records = AnyConnection::connect(&address).await.unwrap();
        for statement in skewed(dialect, skew, ORDERS) {
            records.execute(AssertSqlSafe(statement)).await.unwrap();
        }
        let store = open(&file, &address, dialect).await;
        worst.measure(&store).await;
        store.close().await;
    }
    worst.pairs.iter().for_each(|(name, took)| tell(place, &format!("list: {name}"), *took));
    let (name, took) = &worst.triples[0];
    eprintln!("{place}: of all three things that can be asked for at once the worst are {name}");
    tell(place, "list: any three of these", *took);
}

async fn open(file: &Path, address: &str, dialect: Dialect) -> Store {
    match dialect {
        Dialect::Sqlite => Store::open(file).await.unwrap(),
        Dialect::Postgres => Store::open_postgres(address).await.unwrap(),
    }
}

fn sqlite(file: &Path) -> String {
    format!("sqlite:{}", file.display())
}

async fn fill(address: &str, dialect: Dialect) {
    sqlx::any::install_default_drivers();
    let mut records = AnyConnection::connect(address).await.unwrap();
    let mut transaction = records.begin().await.unwrap();
    for statement in statements(dialect) {
        transaction.execute(AssertSqlSafe(statement)).await.unwrap();
    }
    let sealer = testing::details::sealer();
    for number in 0..PEOPLE {
        // Before all others in the order of their ids.
        let order = format!("ord_-{number:05}");
        let text = format!(r#"{{"salt":"AAAAAAAAAAAAAAAAAAAAAA","answers":{{"name":"Lin {number}","email":"lin{number}@example.org"}}}}"#);
        let sealed = sealer.seal(Place { order: &order, kind: SealedKind::Answers, name: "" }, text.as_bytes(), &[]);
        let insert = "INSERT INTO sealed (order_id, kind, name, master, wrapped, body, sealed_at, look_at) VALUES ($1, 'answers', '', $2, $3, $4, 0, 9999999999)";
        let insert = sqlx::query(insert).bind(order).bind(sealed.master).bind(sealed.wrapped).bind(sealed.body);
        insert.execute(&mut *transaction).await.unwrap();
    }
    transaction.commit().await.unwrap();
}

async fn lists(place: &str, store: &Store) {
    let all = Filter { limit: 50, ..Filter::default() };
    for (what, filter) in [
        ("list: the newest 50", all.clone()),
        ("list: a page in the middle", Filter { after: Some((DAY, "ord_7".to_owned())), ..all.clone() }),
        ("list: a day", Filter { from: Some(DAY), to: Some(DAY + 86_400), ..all.clone() }),
        ("list: a status", Filter { status: Some(OrderStatus::Refunded), ..all.clone() }),
        ("list: what a person has to look at", Filter { needs_attention: true, ..all.clone() }),
        ("list: a reference", Filter { reference: Some("A-77".to_owned()), ..all.clone() }),
        ("find: an amount", Filter { amount: Some(8_019), currency: Currency::parse("EUR"), ..all.clone() }),
        ("find: an amount that nobody paid", Filter { amount: Some(7), currency: Currency::parse("EUR"), ..all.clone() }),
        ("find: a currency that nobody pays in", Filter { currency: Currency::parse("CHF"), ..all.clone() }),
        ("find: a rare method", Filter { method: Method::parse("fps"), ..all.clone() }),
    ] {
        measure(place, what, async || drop(store.list(&filter).await.unwrap())).await;
    }
}

async fn searches(place: &str, store: &Store) {
    let one = store.list(&Filter { from: Some(DAY), to: Some(DAY + 1), limit: 1, ..Filter::default() }).await.unwrap().remove(0).order;
    let record = store.record(&one.id).await.unwrap();
    let paid = &record.payments[0];
    let number = merchant::OrderNumber::of(&one.id).to_string();
    let transaction = paid.transaction.clone().unwrap_or_else(|| "T-49999".to_owned());
    for (what, name) in [
        ("find: a number", number.as_str()),
        ("find: an id", one.id.as_str()),
        ("find: the beginning of an id", &one.id.as_str()[..12]),
        ("find: a payment", paid.payment.id.as_str()),
        ("find: a transaction", &transaction),
        ("find: a reference of the shop", "A-50000"),
        ("find: a bank's reference", "r50007"),
        ("find: what there is not", "gone-and-lost"),
    ] {
        measure(place, what, async || drop(store.orders_found(name).await.unwrap())).await;
    }
    let looking = Looking { who: "bench", what: "find", now: DAY };
    let person = Term::email("lin7@example.org").unwrap();
    measure(place, "details: an e-mail address", async || drop(store.find_by_term(&person, "", looking).await.unwrap())).await;
    measure(place, "details: a name, the first page", async || drop(store.find_by_name("lin 77", "", looking).await.unwrap())).await;
    measure(place, "details: a name on all of the first page", async || drop(store.find_by_name("lin", "", looking).await.unwrap())).await;
}

async fn figures(place: &str, store: &Store) {
    let (day, month) = (DAY + 86_400, DAY + 30 * 86_400);
    measure(place, "insights: codes of a day", async || drop(store.channels(DAY, day).await.unwrap())).await;
    measure(place, "insights: codes of a month", async || drop(store.channels(DAY, month).await.unwrap())).await;
    measure(place, "insights: shoppers of a month", async || _ = store.people(DAY, month).await.unwrap()).await;
}

/// What the owner asks for: a table of every kind over all orders, by the admin API.
async fn figures_of_all(place: &str, shop: &Shop) {
    let key = shop.key(&[Scope::Read]).await;
    for by in ["day", "method", "product", "country", "code", "surface", "shoppers"] {
        let path = format!("insights?by={by}&from={FIRST}&to={}", FIRST + APART * i64::from(ORDERS + 1));
        measure_runs(place, &format!("insights: all by {by}"), RUNS_OF_ALL, async || {
            let told = shop.call(&key, "GET", &path, None).await;
            assert_eq!(told.status, 200, "{}", told.text);
        })
        .await;
    }
}

/// Tells the median of a few runs, milliseconds.
async fn measure(place: &str, what: &str, run: impl AsyncFn()) {
    measure_runs(place, what, RUNS, run).await;
}

async fn measure_runs(place: &str, what: &str, runs: usize, run: impl AsyncFn()) {
    let mut took = Vec::new();
    for _ in 0..runs {
        let began = Instant::now();
        run().await;
        took.push(began.elapsed().as_secs_f64() * 1000.0);
    }
    took.sort_by(f64::total_cmp);
    tell(place, what, took[runs / 2]);
}

fn tell(place: &str, what: &str, value: f64) {
    println!("{}", json!({ "place": place, "what": what, "value": value }));
}
