//! How long a merchant waits for a list that is asked for two or three things at once, where orders are spread as badly as can be: what is
//! asked for stands behind a hundred thousand orders that are only some of it.

use std::time::Instant;

use merchant::Store;
use merchant::store::Filter;
use protocol::{Currency, Method, OrderStatus};
use testing::books::{FIRST, VALUES, Values};

/// How often each is asked; the median counts.
const RUNS: usize = 3;
const DAY: i64 = 86_400;

type Set = fn(&mut Filter, &Values);
/// What a list is filtered by, and how many values of it can be asked for.
const FILTERS: [(&str, usize, Set); 7] = [
    ("a status", 2, |filter, values| filter.status = OrderStatus::parse(values.status)),
    ("a method", 2, |filter, values| filter.method = Method::parse(values.method)),
    // In a currency, which may be another than that of the next one.
    ("an amount", 2, |filter, values| (filter.amount, filter.currency) = (Some(values.amount), Currency::parse(values.currency))),
    ("a currency", 2, |filter, values| filter.currency = Currency::parse(values.currency)),
    ("a reference", 2, |filter, values| filter.reference = Some(values.reference.to_owned())),
    ("what needs a person", 1, |filter, _| filter.needs_attention = true),
    ("the first day", 1, |filter, _| (filter.from, filter.to) = (Some(FIRST), Some(FIRST + DAY))),
];

/// What is asked for, the worst first, and of each how long the worst values take, milliseconds.
#[derive(Default)]
pub struct Worst {
    pub pairs: Vec<(String, f64)>,
    pub triples: Vec<(String, f64)>,
}

impl Worst {
    /// Asks for every pair and every three, and keeps what takes longer than before.
    pub async fn measure(&mut self, store: &Store) {
        for first in 0..FILTERS.len() {
            for second in first + 1..FILTERS.len() {
                keep(&mut self.pairs, &[first, second], store).await;
                for third in second + 1..FILTERS.len() {
                    keep(&mut self.triples, &[first, second, third], store).await;
                }
            }
        }
    }
}

async fn keep(all: &mut Vec<(String, f64)>, chosen: &[usize], store: &Store) {
    let name = chosen.iter().map(|filter| FILTERS[*filter].0).collect::<Vec<_>>().join(", ");
    let mut longest = 0.0_f64;
    for values in 0..1_usize << chosen.len() {
        let mut filter = Filter { limit: 50, ..Filter::default() };
        let value = |place: usize| values >> place & 1;
        if chosen.iter().enumerate().any(|(place, of)| value(place) >= FILTERS[*of].1) {
            continue;
        }
        chosen.iter().enumerate().for_each(|(place, of)| FILTERS[*of].2(&mut filter, &VALUES[value(place)]));
        longest = longest.max(median(store, &filter).await);
    }
    match all.iter_mut().find(|(known, _)| *known == name) {
        Some((_, known)) => *known = known.max(longest),
        None => all.push((name, longest)),
    }
    all.sort_by(|(_, one), (_, other)| other.total_cmp(one));
}

async fn median(store: &Store, filter: &Filter) -> f64 {
    let mut took = Vec::new();
    for _ in 0..RUNS {
        let began = Instant::now();
        drop(store.list(filter).await.unwrap());
        took.push(began.elapsed().as_secs_f64() * 1000.0);
    }
    took.sort_by(f64::total_cmp);
    took[RUNS / 2]
}
