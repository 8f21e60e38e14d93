//! Lists of many orders: whatever is asked for at once, exactly those that are all of it are found, the newest first, however many others
//! there are.

use merchant::Store;
use merchant::store::Filter;
use protocol::{Currency, Method, OrderStatus};
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _};
use testing::books::{APART, COMBINED, Dialect, FIRST, Skew, VALUES, Values, skewed};
use testing::{Folder, Postgres};

/// More than are looked for by their ids when all of them need a person.
const ORDERS: u32 = 1_200;

/// A filter for a value; each is the bit of that number in an order.
const FILTERS: [fn(&mut Filter, &Values); 6] = [
    |filter, values| filter.status = OrderStatus::parse(values.status),
    |filter, values| filter.method = Method::parse(values.method),
    |filter, values| filter.currency = Currency::parse(values.currency),
    |filter, values| filter.amount = Some(values.amount),
    |filter, values| filter.reference = Some(values.reference.to_owned()),
    |filter, _| filter.needs_attention = true,
];
/// Those who need a person can be asked for, the others not.
const ATTENTION: usize = 5;

/// Which values the order of that number has.
fn bits(skew: Skew, number: u32) -> u32 {
    match skew {
        _ if number <= COMBINED => number - 1,
        Skew::Rare => 0,
        Skew::Halves => number % 2 * 63,
        Skew::Needy => 32,
    }
}

async fn every_pair_finds_what_is_both(store: &Store, address: &str, dialect: Dialect, skew: Skew) {
    let mut beside = AnyConnection::connect(address).await.unwrap();
    for statement in skewed(dialect, skew, ORDERS) {
        beside.execute(AssertSqlSafe(statement)).await.unwrap();
    }
    for (first, second) in (0..FILTERS.len()).flat_map(|first| (0..=first).map(move |second| (first, second))) {
        for (one, other) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            if first == ATTENTION && one == 0 || second == ATTENTION && other == 0 || first == second && one != other {
                continue;
            }
            let mut filter = Filter { limit: 50, ..Filter::default() };
            FILTERS[first](&mut filter, &VALUES[one]);
            FILTERS[second](&mut filter, &VALUES[other]);
            let is_wanted = |number: &u32| {
                let has = |bit: usize, value: usize| (bits(skew, *number) >> bit & 1) as usize == value;
                has(first, one) && has(second, other)
            };
            let wanted: Vec<u32> = (1..=ORDERS).rev().filter(is_wanted).take(50).collect();
            let listed = store.list(&filter).await.unwrap();
            let numbers: Vec<u32> = listed.iter().map(|order| u32::try_from((order.created_at - FIRST) / APART).unwrap()).collect();
            assert_eq!(numbers, wanted, "{skew:?}: {filter:?}");
        }
    }
}

#[tokio::test]
async fn sqlite_finds_what_is_all_of_it() {
    for skew in [Skew::Rare, Skew::Halves, Skew::Needy] {
        let folder = Folder::new("merchant");
        let path = folder.path().join("records.sqlite");
        let store = Store::open(&path).await.unwrap();
        every_pair_finds_what_is_both(&store, &format!("sqlite:{}", path.display()), Dialect::Sqlite, skew).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_finds_what_is_all_of_it() {
    for skew in [Skew::Rare, Skew::Halves, Skew::Needy] {
        let address = tokio::task::spawn_blocking(|| Postgres::get().database()).await.unwrap();
        let store = Store::open_postgres(&address).await.unwrap();
        every_pair_finds_what_is_both(&store, &address, Dialect::Postgres, skew).await;
    }
}
