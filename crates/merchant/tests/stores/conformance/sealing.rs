//! What every store must do with what names a person: seal it with its order, open it in its own place alone.

use std::sync::Arc;

use merchant::order_record::{OrderRecord, PaymentRecord, References};
use merchant::sealed::{MasterKeys, SealedKind, Sealer, Term};
use merchant::store::{Detail, Erasure, Looking, NewRecord, PlainText, Store};
use protocol::{OrderId, Payment, PaymentStatus, Surface};

use super::{NOW, attempt, attempted, code, findings, made, order};

pub async fn what_is_sealed_with_an_order_is_read_by_whoever_has_the_key(store: &Store) {
    let (payment, terms) = (attempted(1, "wechat_pay", NOW), [Term::email("lin@example.org").unwrap()]);
    let order = order(1, &payment, NOW);
    let answers = Detail { kind: SealedKind::Answers, name: "", text: PlainText("{\"name\":\"林\"}".as_bytes()), terms: &terms };
    let references = References::default();
    let new = NewRecord { payment: Some(&payment), sealed: &[answers], ..NewRecord::of(&order, &references) };
    store.create(new, &attempt("k"), NOW).await.unwrap();
    let read = async |kind, name| store.detail(&order.id, kind, name).await.unwrap();
    assert_eq!(read(SealedKind::Answers, "").await.as_deref(), Some("{\"name\":\"林\"}"));
    assert_eq!((read(SealedKind::Note, "").await, read(SealedKind::Answers, "other").await), (None, None));
    let another = Detail { text: PlainText(b"another"), terms: &[], ..answers };
    store.put_detail(&order.id, another, NOW + 1).await.unwrap();
    assert_eq!(read(SealedKind::Answers, "").await.as_deref(), Some("another"), "what is put there takes the place of what was");
    let looking = Looking { who: "command", what: "find", now: NOW };
    assert_eq!(store.find_by_term(&terms[0], "", looking).await.unwrap().0, [], "and nobody is found by what was");
    assert_eq!(format!("{answers:?}").matches("lin").count() + format!("{answers:?}").matches('林').count(), 0);
    let unsealed = made(store, 2, "wechat_pay", NOW).await;
    assert_eq!(store.detail(&unsealed.id, SealedKind::Answers, "").await.unwrap(), None);
}

/// An order of which that is sealed.
async fn sealed(store: &Store, number: u8, text: &str, email: &str) -> OrderId {
    let order = made(store, number, "wechat_pay", NOW).await;
    let terms = [Term::email(email).unwrap()];
    let detail = Detail { kind: SealedKind::Answers, name: "", text: PlainText(text.as_bytes()), terms: &terms };
    store.put_detail(&order.id, detail, NOW).await.unwrap();
    order.id
}

const LIN: &str = r#"{"salt":"AAAAAAAAAAAAAAAAAAAAAA","answers":{"name":"Lin Invented"}}"#;

pub async fn a_person_is_found_looked_at_and_erased(store: &Store) {
    let lin = sealed(store, 1, LIN, "lin@example.org").await;
    let wei = sealed(store, 2, &LIN.replace("Lin", "Wei"), "wei@example.org").await;
    let looking = Looking { who: "command", what: "find", now: NOW };
    let by_email = async |email| store.find_by_term(&Term::email(email).unwrap(), "", looking).await.unwrap().0;
    assert_eq!(by_email("Lin@example.org").await, std::slice::from_ref(&lin));
    assert_eq!(store.find_by_name("wei inv", "", looking).await.unwrap(), (vec![wei.clone()], None));
    let seen = store.look_at_details(&lin, Looking { what: "show", ..looking }).await.unwrap();
    let seen: Vec<_> = seen.iter().map(|seen| (seen.kind, seen.text.as_deref().unwrap())).collect();
    assert_eq!(seen, [(SealedKind::Answers, LIN), (SealedKind::ReturnUrl, "https://shop.example/茶")]);
    let looks: Vec<_> = store.looks(&lin).await.unwrap().into_iter().map(|look| look.what).collect();
    assert_eq!(looks, ["find", "show"]);
    assert_eq!((store.erase_details(&lin, NOW + 1).await.unwrap(), store.erase_details(&lin, NOW + 2).await.unwrap()), (2, 0));
    assert_eq!(by_email("lin@example.org").await, []);
    let erasures = store.erasures(0).await.unwrap();
    assert_eq!(erasures, [Erasure { order: lin.to_string(), at: NOW + 2 }]);
    assert_eq!(store.record(&lin).await.unwrap().payments[0].return_url, None);
    assert!(store.record(&wei).await.unwrap().payments[0].return_url.is_some());
    assert!(store.erase_details(&OrderId::from_random([9; 16]), NOW).await.is_err());
}

pub async fn another_key_takes_over_a_batch_after_the_other(store: &Store) {
    for number in 1..=3 {
        sealed(store, number, "text", "lin@example.org").await;
    }
    let keys = format!("dk_next:CAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg\n{}", testing::details::DETAILS_KEY);
    let sealer = |text: &str| Arc::new(Sealer::new(MasterKeys::parse(text).unwrap()));
    let both = store.clone().sealing(sealer(&keys));
    let (mut after, mut wrapped) = (Default::default(), 0);
    while let (some, Some(next)) = both.rotate_batch(&after).await.unwrap() {
        assert_eq!(some.unopened, 0);
        wrapped += some.wrapped;
        after = next;
    }
    assert_eq!(wrapped, 6, "answers and the page of each");
    assert_eq!(both.forget_keys(NOW).await.unwrap(), [] as [String; 0]);
    let one = store.clone().sealing(sealer(keys.lines().next().unwrap()));
    let looking = Looking { who: "command", what: "find", now: NOW };
    assert_eq!(one.find_by_term(&Term::email("lin@example.org").unwrap(), "", looking).await.unwrap().0.len(), 3);
    let order = OrderId::from_random([2; 16]);
    assert_eq!(one.detail(&order, SealedKind::Answers, "").await.unwrap().as_deref(), Some("text"));
    assert_eq!(store.detail(&order, SealedKind::Answers, "").await.unwrap(), None, "the old key opens it no more");
}

pub async fn links_lie_apart_and_are_shown_as_they_came(store: &Store) {
    let order = made(store, 1, "wechat_pay", NOW).await;
    let link = "https://wallet.example/pay?redirect_url=https%3A%2F%2Fshop.example%2Flin";
    let payment = order.payment.as_ref().unwrap().id.clone();
    let again = PaymentRecord {
        payment: Payment { surface: Surface::App, ..attempted(2, "wechat_pay", NOW).payment },
        ..attempted(2, "wechat_pay", NOW)
    };
    let id = again.payment.id.clone();
    let change = |record: &mut OrderRecord| {
        record.closed(&payment, PaymentStatus::Superseded);
        record.try_again(again);
    };
    store.change(&order.id, NOW, change).await.unwrap();
    let prepared = gateway::Prepared { provider_ref: None, ..code(link, NOW + 900) };
    let (told, _) = store.change(&order.id, NOW, |record| record.code_came(&id, prepared, NOW)).await.unwrap();
    assert_eq!(told.payment.unwrap().payload.as_deref(), Some(link), "whoever made it is told");
    assert_eq!(store.order(&order.id).await.unwrap().payment.unwrap().payload.as_deref(), Some(link));
    assert_eq!(store.record(&order.id).await.unwrap().payments[1].payment.payload.as_deref(), Some(link));
    let ledger = format!("{:?}", store.ledger(&order.id).await.unwrap());
    assert!(ledger.contains("\\\"payload\\\":\\\"sealed:\\\"") && !ledger.contains("shop.example"), "{ledger}");
    store.change(&order.id, NOW, |record| record.scanned(&id, NOW)).await.unwrap();
    assert_eq!(findings(store).await, []);
    store.erase_details(&order.id, NOW).await.unwrap();
    store.change(&order.id, NOW, |record| record.closed(&id, PaymentStatus::Expired)).await.unwrap();
    assert_eq!(findings(store).await, [], "its ledger knows as much as its rows");
}
