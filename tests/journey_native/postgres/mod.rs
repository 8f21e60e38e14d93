//! Many nodes on one PostgreSQL database: polls wake on all of them, what must be done once is done once, and one that is killed in
//! the middle of payments takes nothing with it.

mod balancer;
mod nodes;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::terminal;
use checkout::Action;
use merchant::audit::Auditor;
use nodes::Nodes;
use protocol::OrderStatus;
use sandbox::{CodeState, Taken};
use tokio::task::{LocalSet, spawn_local};

/// How many shoppers buy at once.
const SHOPPERS: usize = 12;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn three_nodes_end_with_every_order_right_though_one_is_killed_in_the_middle() {
    // The mind's values stay on one thread, as in a browser.
    LocalSet::new().run_until(one_is_killed_in_the_middle()).await;
}

async fn one_is_killed_in_the_middle() {
    let mut nodes = Nodes::start(3).await;
    let shoppers: Vec<_> = (0..SHOPPERS).map(|_| spawn_local(buys(nodes.terminal()))).collect();
    // Some have a code by now, some an order, some neither.
    while nodes.sandbox.codes().len() < SHOPPERS / 3 {
        tokio::task::yield_now().await;
    }
    // What these pay for is being told when the node dies.
    let mut paid = pay_open_codes(&nodes);
    assert!(paid > 0);
    nodes.kill(0);
    let mut orders = Vec::new();
    while paid < SHOPPERS {
        paid += pay_open_codes(&nodes);
        tokio::task::yield_now().await;
    }
    for shopper in shoppers {
        orders.push(shopper.await.unwrap());
    }
    orders.sort();
    orders.dedup();
    assert_eq!(orders.len(), SHOPPERS);
    let store = nodes.store().await;
    let mut taken: BTreeMap<String, Taken> = nodes.sandbox.taken().into_iter().map(|taken| (taken.payment_id.clone(), taken)).collect();
    for id in orders {
        let account = store.record(&protocol::OrderId::parse(&id).unwrap()).await.unwrap();
        let ledger = store.ledger(&account.order.id).await.unwrap();
        let times = |kind: &str| ledger.iter().filter(|(_, known, _)| known == kind).count();
        assert_eq!((account.order.status, times("created"), times("paid")), (OrderStatus::Paid, 1, 1), "{ledger:?}");
        assert_eq!((times("second-payment"), times("wrong-amount")), (0, 0), "{ledger:?}");
        let money = taken.remove(account.paying().unwrap().as_str()).expect("the provider has what the order was paid with");
        assert_eq!((money.amount, money.returned), (account.order.amount, 0));
    }
    assert!(taken.is_empty(), "the provider has money that no order knows of: {taken:?}");
    let mut auditor = Auditor::new(&store, &nodes.keys);
    while let Some((_, findings)) = auditor.go_on().await.unwrap() {
        assert_eq!(findings, []);
    }
    assert_eq!(auditor.count().await.unwrap(), []);
}

/// Wallets pay every code that can be paid now; how many did.
fn pay_open_codes(nodes: &Nodes) -> usize {
    let codes = nodes.sandbox.codes();
    codes.iter().filter(|code| code.state == CodeState::Open && nodes.sandbox.pay(&code.payload).is_ok()).count()
}

/// A shopper comes to the code and holds a poll; answers the code.
async fn looks_at_a_code(shopper: &mut terminal::Terminal) -> String {
    shopper.add("tea-100g", 1);
    shopper.comes_to("quoted").await;
    shopper.does(Action::Pay);
    shopper.comes_to("awaiting").await;
    shopper.comes_to_rest().await;
    shopper.code()
}

/// One shopper's way to "paid"; the order's id.
async fn buys(mut shopper: terminal::Terminal) -> String {
    shopper.add("tea-100g", 1);
    shopper.comes_to("quoted").await;
    shopper.does(Action::Pay);
    shopper.comes_to("paid").await;
    shopper.order().id.to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_poll_held_by_one_node_wakes_when_another_hears_of_the_money() {
    let nodes = Nodes::start(2).await;
    // Whoever is woken by looking alone, every five seconds, waits almost as long each time: the one before ended with a look.
    for _ in 0..3 {
        let mut shopper = nodes.terminal_at(0);
        let code = looks_at_a_code(&mut shopper).await;
        // The provider notifies the address of all, which leads to the second node alone now.
        nodes.lead_to(1);
        let begun = Instant::now();
        nodes.sandbox.pay(&code).unwrap();
        shopper.comes_to("paid").await;
        assert!(begun.elapsed() < Duration::from_secs(2), "woken after {:?}", begun.elapsed());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_held_poll_finds_by_looking_what_its_node_did_not_hear_of() {
    let nodes = Nodes::start(2).await;
    let mut shopper = nodes.terminal_at(0);
    let code = looks_at_a_code(&mut shopper).await;
    // Written by somebody whose notification nobody hears.
    nodes
        .run(
            r#"UPDATE orders SET seq = seq + 1, status = 'canceled', body = replace(regexp_replace(body, '"seq":\d+', '"seq":' || seq + 1),
            '"status":"pending"', '"status":"canceled"')"#,
        )
        .await;
    shopper.comes_to("canceled").await;
    assert!(nodes.sandbox.codes().iter().any(|known| known.payload == code));
}
