//! That no list and no search reads all orders: what SQLite and PostgreSQL plan for each statement. Milliseconds are for `cargo xtask bench`.

use protocol::{Currency, Method, OrderId, OrderStatus};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, Row as _, SqliteConnection};
use testing::{Folder, Postgres};

use super::{Filter, Store, finding, insights, lists, looking_up};

/// A filter, and by which index its orders are found.
fn lists() -> Vec<(&'static str, Filter, &'static str)> {
    let all = Filter { limit: 50, ..Filter::default() };
    let of = |change: &dyn Fn(&mut Filter)| {
        let mut filter = all.clone();
        change(&mut filter);
        filter
    };
    vec![
        ("all", all.clone(), "orders_by_creation"),
        ("a later page", of(&|filter| filter.after = Some((1_710_000_000, "ord_1".to_owned()))), "orders_by_creation"),
        ("a day", of(&|filter| (filter.from, filter.to) = (Some(1_710_000_000), Some(1_710_086_400))), "orders_by_creation"),
        ("a status", of(&|filter| filter.status = Some(OrderStatus::Refunded)), "orders_by_status"),
        ("a reference", of(&|filter| filter.reference = Some("A-7".to_owned())), "orders_by_reference"),
        ("an amount", of(&|filter| (filter.amount, filter.currency) = (Some(8_019), Currency::parse("EUR"))), "orders_by_amount"),
        ("a currency", of(&|filter| filter.currency = Currency::parse("CHF")), "orders_by_currency"),
        ("a method", of(&|filter| filter.method = Method::parse("pix")), "orders_by_method"),
        ("those found", of(&|filter| filter.among = ["ord_1", "ord_2"].map(OrderId::parse).into_iter().collect()), ""),
        ("what a person has to look at", of(&|filter| filter.needs_attention = true), "ledger_odd"),
    ]
}

/// Searches, and by which index of which table each finds.
fn searches(store: &Store) -> Vec<(&'static str, &'static str)> {
    vec![
        (store.beginning_with(), ""),
        (looking_up::BY_ID, ""),
        (looking_up::BY_REFUND, ""),
        (looking_up::BY_REFERENCE, "orders_by_reference"),
        (looking_up::PAYMENTS, "payments_by_any_reference"),
        (looking_up::MONEY, "payments_by_transaction"),
        (looking_up::STRAY_MONEY, "ledger_odd"),
        (finding::NAMES, ""),
    ]
}

/// A statement whose places hold texts: the planner needs none to be told which.
fn filled((text, values): (String, Vec<lists::Value<'_>>)) -> String {
    values.iter().enumerate().rev().fold(text, |text, (at, value)| {
        let value = match value {
            lists::Value::Text(text) => format!("'{text}'"),
            lists::Value::Number(number) => number.to_string(),
        };
        text.replace(&format!("${}", at + 1), &value)
    })
}

fn all(store: &Store) -> Vec<(String, String, &'static str)> {
    let pages = lists().into_iter().map(|(name, filter, index)| (name.to_owned(), filled(lists::page(&filter)), index));
    let second = |query: &str| if query.contains(" < $2") || query.contains("~<~") { "'ord_00ff00ff~'" } else { "50" };
    let example = |query: &str| query.replace("$1", "'ord_00ff00ff'").replace("$2", second(query));
    let searches = searches(store).into_iter().map(|(query, index)| (query.to_owned(), example(query).replace("$3", "50"), index));
    pages.chain(searches).chain(figures()).collect()
}

/// Figures of a day among years. What people ask for at once reads the payments of the time, and no others.
fn figures() -> Vec<(String, String, &'static str)> {
    let day = [("$1", "1710000000"), ("$2", "1710086400"), ("$3", "'toy'"), ("$4", "'qr'"), ("$5", "1")];
    let filled = |query: &str| day.iter().fold(query.replace("LIMIT $4", "LIMIT 500"), |query, (place, value)| query.replace(place, value));
    [
        (insights::CHANNELS, "payments_shown"),
        (insights::SECONDS, "payments_shown"),
        (insights::PEOPLE, "orders_by_"),
        (insights::FOLLOWERS, "orders_by_"),
    ]
    .map(|(query, index)| (query.to_owned(), filled(query), index))
    .into()
}

#[tokio::test]
async fn sqlite_reads_no_more_orders_than_are_asked_for() {
    let folder = Folder::new("plans");
    let path = folder.path().join("records.sqlite");
    let store = Store::open(&path).await.unwrap();
    let mut beside = SqliteConnection::connect(&format!("sqlite:{}", path.display())).await.unwrap();
    for (name, query, index) in all(&store) {
        let rows = beside.fetch_all(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {query}"))).await.unwrap();
        let plan: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
        // What a statement has made up itself is scanned, under the names of its parts.
        let made = ["CONSTANT", "SCAN each", "SCAN all_of_them", "SCAN (subquery"];
        let reads_all = |step: &String| step.starts_with("SCAN") && !step.contains("USING") && !made.iter().any(|name| step.contains(name));
        assert!(!plan.iter().any(reads_all) && plan.join("\n").contains(index), "{name}: {plan:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_reads_no_more_orders_than_are_asked_for() {
    let address = tokio::task::spawn_blocking(|| Postgres::get().database()).await.unwrap();
    let store = Store::open_postgres(&address).await.unwrap();
    let mut beside = PgConnection::connect(&address).await.unwrap();
    for statement in testing::books::statements(testing::books::Dialect::Postgres) {
        beside.execute(AssertSqlSafe(statement)).await.unwrap();
    }
    for (name, query, index) in all(&store) {
        let rows = beside.fetch_all(AssertSqlSafe(format!("EXPLAIN {query}"))).await.unwrap();
        let plan: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        assert!(!plan.iter().any(|step| step.contains("Seq Scan")) && plan.join("\n").contains(index), "{name}: {plan:#?}");
    }
}
