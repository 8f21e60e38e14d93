//! What every store must do with what names a person: seal it with its order, open it in its own place alone.

use merchant::order_record::References;
use merchant::sealed::{SealedKind, Term};
use merchant::store::{Detail, NewRecord, PlainText, Store};

use super::{NOW, attempt, attempted, made, order};

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
    assert_eq!(format!("{answers:?}").matches("lin").count() + format!("{answers:?}").matches('林').count(), 0);
    let unsealed = made(store, 2, "wechat_pay", NOW).await;
    assert_eq!(store.detail(&unsealed.id, SealedKind::Answers, "").await.unwrap(), None);
}
