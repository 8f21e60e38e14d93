//! That no list and no search reads all orders: what SQLite and PostgreSQL plan for each statement. Milliseconds are for `cargo xtask bench`.

use protocol::{Currency, Method, OrderId, OrderStatus};
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, Row as _, SqliteConnection};
use testing::books::{Dialect, FIRST, Skew, VALUES, Values};
use testing::{Folder, Postgres};

use super::{Filter, Store, finding, insights, lists, looking_up, places, sold};
use crate::insights::By;
use crate::places::PlaceId;

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
        ("a place", of(&|filter| filter.place = PlaceId::parse("plc_AAAAAAAAAAAAAAAAAAAAAA")), "orders_by_place"),
        ("an amount", of(&|filter| (filter.amount, filter.currency) = (Some(8_019), Currency::parse("EUR"))), "orders_by_amount"),
        ("a currency", of(&|filter| filter.currency = Currency::parse("CHF")), "orders_by_currency"),
        ("a method", of(&|filter| filter.method = Method::parse("pix")), "orders_by_method"),
        ("those found", of(&|filter| filter.among = ["ord_1", "ord_2"].map(OrderId::parse).into_iter().collect()), ""),
    ]
}

/// What a list is filtered by; each is left out, or has the first value of [`VALUES`], or the other.
const FILTERS: [fn(&mut Filter, &Values); 9] = [
    |filter, values| filter.status = OrderStatus::parse(values.status),
    |filter, values| filter.method = Method::parse(values.method),
    |filter, values| filter.currency = Currency::parse(values.currency),
    |filter, values| (filter.amount, filter.currency) = (Some(values.amount), Currency::parse(values.currency)),
    |filter, values| filter.reference = Some(values.reference.to_owned()),
    |filter, _| filter.needs_attention = true,
    |filter, _| (filter.from, filter.to) = (Some(FIRST), Some(FIRST + 86_400)),
    |filter, _| filter.after = Some((FIRST + 86_400, "ord_1".to_owned())),
    |filter, _| filter.among = ["ord_1", "ord_2"].map(OrderId::parse).into_iter().collect(),
];

/// Every pair of filters with both values of each, and all filters at once.
fn combinations() -> Vec<(String, Filter)> {
    let empty = Filter { limit: 50, ..Filter::default() };
    let mut all = Vec::new();
    for (first, second) in (0..FILTERS.len()).flat_map(|first| (0..first).map(move |second| (first, second))) {
        for (one, other) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            let mut filter = empty.clone();
            FILTERS[first](&mut filter, &VALUES[one]);
            FILTERS[second](&mut filter, &VALUES[other]);
            all.push((format!("filter {first} with value {one}, {second} with {other}"), filter));
        }
    }
    let mut whole = empty;
    FILTERS.iter().for_each(|filter| filter(&mut whole, &VALUES[1]));
    all.push(("all filters".to_owned(), whole));
    all
}

/// The columns that orders are filtered and sorted by, which every index of a list holds: what it is asked for beside is judged there.
const JUDGED: [&str; 7] = ["created_at", "id", "status", "currency", "method", "amount", "reference"];

/// Searches, and by which index of which table each finds.
fn searches(store: &Store) -> Vec<(&'static str, &'static str)> {
    vec![
        (store.beginning_with(), ""),
        (looking_up::BY_ID, ""),
        (looking_up::BY_REFUND, ""),
        (looking_up::BY_REFERENCE, "orders_by_reference"),
        (places::TO_PAY, "orders_to_pay_at"),
        (looking_up::PAYMENTS, "payments_by_any_reference"),
        (looking_up::MONEY, "payments_by_transaction"),
        (looking_up::STRAY_MONEY, "ledger_odd"),
        (lists::WAITING, "ledger_odd"),
        (finding::NAMES, ""),
        (sold::MADE_BY, "ledger_of_makers"),
    ]
}

/// A statement whose places hold texts: the planner needs none to be told which.
fn filled((text, values): (String, Vec<lists::Value<'_>>)) -> String {
    values.iter().enumerate().rev().fold(text, |text, (at, value)| text.replace(&format!("${}", at + 1), &literal(value)))
}

fn literal(value: &lists::Value<'_>) -> String {
    match value {
        lists::Value::Text(text) => format!("'{text}'"),
        lists::Value::Number(number) => number.to_string(),
    }
}

fn all(store: &Store) -> Vec<(String, String, &'static str)> {
    let page = |filter: &Filter| filled(lists::page(filter, &store.database));
    let pages = lists().into_iter().map(|(name, filter, index)| (name.to_owned(), page(&filter), index));
    let second = |query: &str| if query.contains(" < $2") || query.contains("~<~") { "'ord_00ff00ff~'" } else { "50" };
    let example = |query: &str| query.replace("LIMIT $1", "LIMIT 50").replace("$1", "'ord_00ff00ff'").replace("$2", second(query));
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
    .map(|(query, index)| (query.to_owned(), index))
    .into_iter()
    .chain([By::Day, By::Method, By::Product, By::Country, By::Code].map(|by| (insights::taken(by), "movements_by_day")))
    .map(|(query, index)| (query.clone(), filled(&query), index))
    .collect()
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
    for statement in testing::books::statements(Dialect::Postgres) {
        beside.execute(AssertSqlSafe(statement)).await.unwrap();
    }
    for (name, query, index) in all(&store) {
        let rows = beside.fetch_all(AssertSqlSafe(format!("EXPLAIN {query}"))).await.unwrap();
        let plan: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        // What people have settled is little beside all orders.
        let reads_all = |step: &String| step.contains("Seq Scan") && !step.contains("on settled");
        assert!(!plan.iter().any(reads_all) && plan.join("\n").contains(index), "{name}: {plan:#?}");
    }
}

#[tokio::test]
async fn sqlite_judges_in_an_index_whatever_two_things_a_list_asks_for() {
    let folder = Folder::new("plans");
    let path = folder.path().join("records.sqlite");
    let store = Store::open(&path).await.unwrap();
    let mut beside = SqliteConnection::connect(&format!("sqlite:{}", path.display())).await.unwrap();
    for (name, filter) in combinations() {
        let query = filled(lists::page(&filter, &store.database));
        let rows = beside.fetch_all(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {query}"))).await.unwrap();
        let plan: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
        let index = plan.iter().find_map(|step| step.split_once("orders USING ")?.1.split_once("INDEX ")?.1.split(' ').next());
        let index = index.unwrap_or_else(|| panic!("{name}: {plan:#?}"));
        let columns = beside.fetch_all(AssertSqlSafe(format!("PRAGMA index_info({index})"))).await.unwrap();
        let columns: Vec<String> = columns.iter().map(|row| row.get("name")).collect();
        let is_whole = JUDGED.iter().all(|judged| columns.iter().any(|column| column == judged));
        let is_sorted = !plan.iter().any(|step| step.contains("ORDER BY"));
        // By their ids only so many are read.
        assert!(is_whole && is_sorted || columns == ["id"] && filter.among.is_some(), "{name}: {plan:#?}");
        let steps = beside.fetch_all(AssertSqlSafe(format!("EXPLAIN {query}"))).await.unwrap();
        let reads_body = |step: &SqliteRow| step.get::<Option<String>, _>("p4").is_some_and(|of| of.starts_with("json_"));
        assert!(columns == ["id"] || !steps.iter().any(reads_body), "{name}: it reads the answers of orders that are left out");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_judges_in_an_index_whatever_two_things_a_list_asks_for() {
    for skew in [Skew::Rare, Skew::Halves, Skew::Needy] {
        let address = tokio::task::spawn_blocking(|| Postgres::get().database()).await.unwrap();
        let store = Store::open_postgres(&address).await.unwrap();
        let mut beside = PgConnection::connect(&address).await.unwrap();
        for statement in testing::books::skewed(Dialect::Postgres, skew, 20_000) {
            beside.execute(AssertSqlSafe(statement)).await.unwrap();
        }
        // What the planner makes of these values, and what it makes for whichever come.
        for mode in ["force_custom_plan", "force_generic_plan"] {
            beside.execute(AssertSqlSafe(format!("SET plan_cache_mode = {mode}"))).await.unwrap();
            for (name, filter) in combinations() {
                let (text, values) = lists::page(&filter, &store.database);
                let values: Vec<String> = values.iter().map(literal).collect();
                beside.execute(AssertSqlSafe(format!("PREPARE page AS {text}"))).await.unwrap();
                let explain = format!("EXPLAIN EXECUTE page ({})", values.join(", "));
                let rows = beside.fetch_all(AssertSqlSafe(explain)).await.unwrap();
                beside.execute("DEALLOCATE page").await.unwrap();
                let plan: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
                assert!(!leaves_orders_out(&plan), "{skew:?}, {mode}, {name}: {plan:#?}");
            }
        }
    }
}

/// Whether a plan of PostgreSQL's reads all orders, or some only to leave them out. Those that are read by their ids are only so many.
fn leaves_orders_out(plan: &[String]) -> bool {
    let is_by_id = plan.iter().any(|line| line.contains("orders_pkey") || line.contains("orders_by_beginning"));
    // Refunds have a status of their own, which is one of several.
    let names = |line: &str| JUDGED.iter().any(|column| line.replace("= ANY", "").contains(&format!("({column} = ")));
    let judges = |line: &String| line.contains("Filter:") && names(line);
    plan.iter().any(|line| line.contains("Seq Scan on orders") || judges(line) && !is_by_id)
}
