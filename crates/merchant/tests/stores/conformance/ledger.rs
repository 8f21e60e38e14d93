//! What the ledger of every store must do: rebuild each order after whatever happened to it, and show what somebody has tampered with.

use gateway::ProviderPayment;
use merchant::Keys;
use merchant::audit::{Auditor, Finding};
use merchant::order_record::{OrderRecord, Parts, Pieces, Refund, RefundStatus, Source};
use merchant::store::{Received, Store};
use protocol::signature::Signer;
use protocol::{OrderId, OrderStatus, PaymentId, PaymentStatus};

use super::{NOW, attempted, code, made};
use testing::Chance;

/// How many orders the histories are of, and how many things happen to each.
const ORDERS: u8 = 60;
const STEPS: u64 = 18;

pub(super) fn keys() -> Keys {
    Keys {
        signer: Signer::from_seed([7; 32]).unwrap(),
        tickets: Signer::from_seed([8; 32]).unwrap(),
        next: None,
        retired: Vec::new(),
        native_integrity: false,
    }
}

/// Everything that is wrong with the records.
pub async fn findings(store: &Store) -> Vec<Finding> {
    let keys = keys();
    let (mut auditor, mut all) = (Auditor::new(store, &keys), Vec::new());
    while let Some((_, findings)) = auditor.go_on().await.unwrap() {
        all.extend(findings);
    }
    all
}

/// The money that a payment asked for, or other money.
pub(super) fn money(payment: &PaymentId, transaction: u64, amount: i64) -> ProviderPayment {
    ProviderPayment {
        payment_id: payment.as_str().to_owned(),
        transaction_id: transaction.to_string(),
        amount,
        currency: "CNY".to_owned(),
        paid_at: NOW + 7,
        payer: Some("oPayer".to_owned()),
        returned: false,
    }
}

pub(super) fn refund(account: &OrderRecord, number: u64, amount: i64) -> Refund {
    let lines = if amount % 2 == 0 { vec![Pieces { line: 0, quantity: 1 }] } else { Vec::new() };
    let parts = Parts { lines, delivery: amount % 3 == 0, restock: amount % 4 == 0, transaction: None };
    Refund {
        id: format!("{}{number}", account.order.id.as_str().replacen("ord_", "rfd_", 1)),
        payment: account.payments[0].payment.id.clone(),
        amount,
        reason: "too \"much\" 茶".to_owned(),
        parts,
        status: RefundStatus::Pending,
        created_at: NOW,
        next_check_at: Some(NOW),
        checks: 0,
        by: None,
    }
}

/// Something happens, whether it makes sense then or not.
fn happens(account: &mut OrderRecord, draw: &mut impl FnMut(u64) -> u64, step: u64) {
    let some = account.payments[usize::try_from(draw(account.payments.len() as u64)).unwrap()].payment.id.clone();
    match draw(19) {
        0 => account.code_came(&some, code("weixin://wxpay/x", NOW + 300), NOW),
        1 => account.way_came(&some, "https://shop.example/way".to_owned()),
        2 => account.payer_known(&some, "oPayer".to_owned()),
        3 => account.follow_code_came("weixin://follow".to_owned()),
        4 => account.follower_known("oShopper"),
        5 => account.scanned(&some, NOW + 3),
        6 => account.closed(&some, PaymentStatus::Superseded),
        7 => account.cancel(),
        8 => account.expire(),
        9 | 10 | 15 => account.money_came(&money(&some, draw(3), 6_800), Source::Notification, &keys().signer, NOW),
        11 => account.money_came(&money(&some, 9, 1), Source::Query, &keys().signer, NOW),
        12 | 16 => _ = account.refund(refund(account, step, i64::try_from(draw(5_000)).unwrap() + 1)),
        13 if account.payments.len() < 4 => {
            let number = account.order.id.as_str().bytes().map(u64::from).sum::<u64>() * 16 + step;
            let mut another = attempted(1, "alipay", NOW);
            another.payment.id = PaymentId::parse(&format!("pay_{number:022}")).unwrap();
            account.try_again(another);
        }
        _ => {
            let Some(refund) = account.refunds.last().map(|refund| refund.id.clone()) else { return };
            account.refund_stands(&refund, [RefundStatus::Done, RefundStatus::Failed, RefundStatus::Stuck][draw(3) as usize]);
        }
    }
}

pub async fn every_order_is_rebuilt_from_its_ledger_after_every_random_history(store: &Store) {
    let mut random = Chance::new(0x9e37_79b9_7f4a_7c15);
    let mut draw = |below| random.below(below);
    for number in 1..=ORDERS {
        let order = made(store, number, "wechat_pay", NOW).await;
        for step in 0..STEPS {
            store.change(&order.id, NOW, |account| happens(account, &mut draw, step)).await.unwrap();
        }
    }
    assert_eq!(findings(store).await, []);
    let mut kept = Vec::new();
    while let Some(page) = Some(store.kept_after(kept.last().map_or("", String::as_str), 7).await.unwrap()).filter(|it| !it.is_empty()) {
        kept.extend(page.into_iter().map(|kept| kept.id));
    }
    assert_eq!(kept.len(), usize::from(ORDERS), "pages hold every order once");
    let texts = store.ledger(&OrderId::from_random([1; 16])).await.unwrap();
    assert!(!texts.iter().any(|(_, _, detail)| detail.contains("oPayer") || detail.contains("oShopper")), "{texts:?}");
}

pub async fn an_order_that_was_paid_a_moment_ago_takes_no_other_payment(store: &Store) {
    let order = made(store, 1, "wechat_pay", NOW).await;
    let paid_by = order.payment.unwrap().id;
    let comes = |account: &mut OrderRecord| account.money_came(&money(&paid_by, 1, 6_800), Source::Notification, &keys().signer, NOW);
    store.change(&order.id, NOW, comes).await.unwrap();
    let (after, changed) = store.change(&order.id, NOW, |account| account.try_again(attempted(2, "alipay", NOW))).await.unwrap();
    assert_eq!((after.payment.map(|payment| payment.id), changed), (Some(paid_by), false));
    assert_eq!(findings(store).await, []);
}

/// PostgreSQL takes no NUL in a text, and no money is lost for that.
pub async fn what_a_provider_tells_with_a_nul_in_it_is_kept(store: &Store) {
    let order = made(store, 1, "wechat_pay", NOW).await;
    let payment = order.payment.as_ref().unwrap().id.clone();
    let received = Received { provider: "wechat_pay", id: "EV\0-1", body: b"\0" };
    let change = |account: &mut OrderRecord| {
        let mut fact = money(&payment, 1, 6_800);
        fact.transaction_id = "42\0x".to_owned();
        fact.payer = Some("o\0Shopper".to_owned());
        account.money_came(&fact, Source::Notification, &keys().signer, NOW);
        account.follower_known("o\0Follower");
    };
    assert!(store.receive(received, &order.id, NOW, change).await.unwrap().is_some());
    assert!(store.receive(received, &order.id, NOW, |account| account.cancel()).await.unwrap().is_none(), "it came before");
    let account = store.record(&order.id).await.unwrap();
    assert_eq!((account.order.status, account.payments[0].transaction.as_deref()), (OrderStatus::Paid, Some("42\u{fffd}x")));
    assert_eq!(findings(store).await, []);
    for name in ["x\0", "\0", "42\0x"] {
        store.orders_named(name).await.unwrap();
    }
}
