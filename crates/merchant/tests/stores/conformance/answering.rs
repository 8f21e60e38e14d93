//! What every store must do with an order that asks: keep it without a payment, seal the latest answers alone, and rebuild it from its ledger.

use merchant::order_record::{OrderRecord, References};
use merchant::sealed::{SealedKind, Term};
use merchant::store::{Detail, NewRecord, Store};
use protocol::{Answers, AnswersText, Method, Order, Price, PriceText};

use super::{NOW, attempt, attempted, findings, order};

fn answers(email: &str) -> AnswersText {
    let given = vec![("email".to_owned(), email.to_owned())];
    AnswersText::of(Answers { salt: [7; 16], country: None, region: None, delivery: None, given })
}

pub async fn an_order_that_asks_is_answered_anew_and_rebuilt_from_its_ledger(store: &Store) {
    let made = Order { payment: None, ..order(1, &attempted(1, "wechat_pay", NOW), NOW) };
    let (references, asking) = (References::default(), r#"{"asks":[{"kind":"email"}]}"#);
    let new = NewRecord { asking: Some(asking), ..NewRecord::of(&made, &references) };
    assert_eq!(store.create(new, &attempt("k"), NOW).await.unwrap(), made.id);
    let record = store.record(&made.id).await.unwrap();
    assert_eq!((record.asking.as_deref(), record.payments.len()), (Some(asking), 0));
    assert_eq!(findings(store).await, []);
    let dearer = PriceText::of(Price { rounding: 5, total: made.price.total + 5, ..Price::clone(&made.price) });
    let methods = [Method::parse("alipay").unwrap()];
    for (number, email) in [(1, "lin@example.org"), (2, "wei@example.org"), (2, "nobody@example.org")] {
        let (given, terms) = (answers(email), [Term::email(email).unwrap()]);
        let change = |record: &mut OrderRecord| record.answered(given.digest(), &dearer, &methods);
        let told =
            store.answer_once(&made.id, &attempt(&format!("a{number}")), NOW + number, &[Detail::answers(&given, &terms)], change).await;
        let (told, changed) = told.unwrap();
        assert_eq!((told.amount, told.seq, changed), (made.amount + 5, 1 + number, email != "nobody@example.org"));
    }
    let kept = store.detail(&made.id, SealedKind::Answers, "").await.unwrap();
    assert_eq!(kept.as_deref(), Some(answers("wei@example.org").text()), "of a key that was used before nothing is written");
    let record = store.record(&made.id).await.unwrap();
    assert_eq!((record.order.answers_digest, record.order.methods.as_slice()), (Some(answers("wei@example.org").digest()), &methods[..]));
    assert_eq!(findings(store).await, []);
}
