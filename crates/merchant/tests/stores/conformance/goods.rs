//! What every store must do with what orders give beside what is sent: licence keys, tickets and files.

use std::collections::BTreeSet;

use merchant::order_record::{Parts, Pieces, References, Refund, RefundStatus};
use merchant::store::{Admission, Download, Gives, Mark, NewRecord, Promise, Store, TicketFilter, TicketWords};
use protocol::{Currency, Item, Line, OrderId, OrderStatus, Price, PriceText, Sku};

use super::{NOW, attempt, attempted, order};

fn keys(pieces: i64) -> Promise {
    Promise { sku: "app".to_owned(), pieces, gives: Gives::Keys { pool: "keys.txt".to_owned(), low: 3 } }
}

fn seats(pieces: i64) -> Promise {
    let words = TicketWords { event: "workshop".to_owned(), starts: Some("2027-02-01 18:00".to_owned()), place: None };
    Promise { sku: "seat".to_owned(), pieces, gives: Gives::Ticket(words) }
}

/// Makes an order that gives that.
async fn gives(store: &Store, number: u8, promises: &[Promise]) -> OrderId {
    let payment = attempted(number, "wechat_pay", NOW);
    let mut order = order(number, &payment, NOW);
    let line = |promise: &Promise| Line {
        item: Item { sku: Sku::parse(&promise.sku).unwrap(), quantity: u32::try_from(promise.pieces).unwrap() },
        name: promise.sku.clone(),
        options: None,
        image: None,
        unit_price: 100,
        total: 100 * promise.pieces,
    };
    order.price = PriceText::of(Price::of_lines(Currency::parse("CNY").unwrap(), promises.iter().map(line).collect()));
    order.amount = order.price.total;
    let references = References::default();
    let new = NewRecord { payment: Some(&payment), promises, ..NewRecord::of(&order, &references) };
    store.create(new, &attempt(&number.to_string()), NOW).await.unwrap()
}

async fn becomes(store: &Store, id: &OrderId, status: OrderStatus) {
    store.change(id, NOW, |account| account.order.status = status).await.unwrap();
}

async fn refund(store: &Store, id: &OrderId, line: usize, quantity: u32) {
    store
        .change(id, NOW + 50, |account| {
            account.refunds.push(Refund {
                id: format!("ref_{}", account.refunds.len()),
                payment: account.payments[0].payment.id.clone(),
                amount: 1,
                reason: String::new(),
                parts: Parts { lines: vec![Pieces { line, quantity }], ..Parts::default() },
                status: RefundStatus::Pending,
                created_at: NOW,
                next_check_at: None,
                checks: 0,
                by: None,
            });
        })
        .await
        .unwrap();
}

pub async fn of_many_who_buy_licence_keys_no_two_get_the_same(store: &Store) {
    let all: Vec<String> = (0..30).map(|number| format!("KEY-{number:04}")).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let added = store.add_licence_keys("keys.txt", &[&all[..20], &all[..5]].concat(), NOW).await.unwrap();
    assert_eq!((added.added, added.known, added.free), (20, 0, 20), "a key that stands twice in a file is one");
    let mut orders = Vec::new();
    for number in 1..=16 {
        orders.push(gives(store, number, &[keys(2)]).await);
    }
    let paying = orders.iter().map(|id| {
        let (store, id) = (store.clone(), id.clone());
        tokio::spawn(async move { becomes(&store, &id, OrderStatus::Paid).await })
    });
    for paid in paying.collect::<Vec<_>>() {
        paid.await.unwrap();
    }
    // Told once more, it gives nothing more.
    becomes(store, &orders[0], OrderStatus::PartlyRefunded).await;
    let (mut given, mut owed) = (Vec::new(), 0);
    for id in &orders {
        let keys = store.licence_keys_of(id, "app").await.unwrap();
        let promised = store.promised(id).await.unwrap();
        assert_eq!(i64::try_from(keys.len()).unwrap() + promised[0].owed, 2);
        let waits: Vec<String> = store.attention(id).await.unwrap().into_iter().map(|one| one.reason).collect();
        assert_eq!(waits, vec!["keys-short"; usize::from(promised[0].owed > 0)]);
        owed += promised[0].owed;
        given.extend(keys);
    }
    assert_eq!((given.len(), given.iter().collect::<BTreeSet<_>>().len(), owed), (20, 20, 12));
    let pool = |pools: Vec<merchant::store::KeyPool>| (pools[0].added, pools[0].free, pools[0].owed);
    assert_eq!(pool(store.key_pools().await.unwrap()), (20, 0, 12));
    // More come: those that are owed get theirs, and what was there before is no news.
    let added = store.add_licence_keys("keys.txt", &all[..30], NOW + 9).await.unwrap();
    assert_eq!((added.added, added.known, added.given, added.free), (10, 20, 10, 0));
    let more: Vec<String> = (0..5).map(|number| format!("MORE-{number}")).collect();
    let more: Vec<&str> = more.iter().map(String::as_str).collect();
    let added = store.add_licence_keys("keys.txt", &more, NOW + 9).await.unwrap();
    assert_eq!((added.given, added.free), (2, 3));
    let mut all_given = BTreeSet::new();
    for id in &orders {
        let keys = store.licence_keys_of(id, "app").await.unwrap();
        assert_eq!(keys.len(), 2);
        all_given.extend(keys);
        assert!(store.attention(id).await.unwrap().is_empty(), "nobody has to look any more");
    }
    assert_eq!(all_given.len(), 32);
    assert_eq!(store.miscounted().await.unwrap(), []);
    // What is kept for ever is not erased with what names people.
    store.erase_details(&orders[0], NOW + 10).await.unwrap();
    assert_eq!(store.licence_keys_of(&orders[0], "app").await.unwrap().len(), 2);
}

pub async fn nothing_is_owed_once_all_money_is_back(store: &Store) {
    let id = gives(store, 1, &[keys(2)]).await;
    assert!(store.licence_keys_of(&id, "app").await.unwrap().is_empty());
    becomes(store, &id, OrderStatus::Paid).await;
    assert_eq!(store.promised(&id).await.unwrap()[0].owed, 2);
    becomes(store, &id, OrderStatus::Refunded).await;
    let added = store.add_licence_keys("keys.txt", &["A", "B"], NOW).await.unwrap();
    assert_eq!((added.given, added.free), (0, 2));
    assert!(store.licence_keys_of(&id, "app").await.unwrap().is_empty());
    assert!(store.attention(&id).await.unwrap().is_empty(), "nobody has to add any for it");
    // What was given later raised its order, and is in the ledger; what was returned is owed no more.
    let other = gives(store, 2, &[keys(5)]).await;
    becomes(store, &other, OrderStatus::Paid).await;
    let seq = store.order(&other).await.unwrap().seq;
    let added = store.add_licence_keys("keys.txt", &["C"], NOW).await.unwrap();
    assert_eq!((added.given, &added.orders[..]), (1, &[other.clone()][..]));
    assert_eq!(store.order(&other).await.unwrap().seq, seq + 1);
    refund(store, &other, 0, 3).await;
    let promised = store.promised(&other).await.unwrap();
    assert_eq!((promised[0].owed, promised[0].returned, promised[0].is_over()), (2, 3, false), "a refund that may fail takes nothing");
    store.change(&other, NOW + 60, |account| account.refunds[0].status = RefundStatus::Done).await.unwrap();
    assert_eq!(store.promised(&other).await.unwrap()[0].owed, 0);
    refund(store, &other, 0, 2).await;
    assert!(store.promised(&other).await.unwrap()[0].is_over());
}

pub async fn a_ticket_lets_in_one_at_one_door_and_goes_with_its_money(store: &Store) {
    let id = gives(store, 1, &[keys(1), seats(3)]).await;
    assert!(store.tickets_of(&id).await.unwrap().is_empty());
    becomes(store, &id, OrderStatus::Paid).await;
    let tickets = store.tickets_of(&id).await.unwrap();
    assert_eq!(tickets.iter().map(|ticket| ticket.piece).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(tickets.iter().map(|ticket| ticket.number).collect::<BTreeSet<_>>().len(), 3);
    assert_eq!(store.ticket(tickets[0].number).await.unwrap().as_ref(), Some(&tickets[0]));
    // Many doors at once, one is told to let in.
    let doors = (0..12).map(|door| {
        let (store, number) = (store.clone(), tickets[0].number);
        tokio::spawn(async move {
            let (door, once) = (format!("door {door}"), format!("mark {door}"));
            store.admit(number, Mark { door: &door, at: NOW + 5, once: &once, is_done: false }, NOW + 5).await.unwrap()
        })
    });
    let (mut admitted, mut already) = (Vec::new(), 0);
    for door in doors.collect::<Vec<_>>() {
        match door.await.unwrap() {
            Admission::Admitted(ticket) => admitted.push(ticket),
            Admission::Already(_) => already += 1,
            other => assert_eq!(format!("{other:?}"), "either"),
        }
    }
    assert_eq!((admitted.len(), already), (1, 11));
    // Whoever was told so hears it again.
    let door = admitted[0].admitted.clone().unwrap().1;
    let once = door.replace("door", "mark");
    let again = Mark { door: &door, at: NOW + 5, once: &once, is_done: false };
    assert!(matches!(store.admit(tickets[0].number, again, NOW + 6).await.unwrap(), Admission::Admitted(_)));
    // A door that could not ask: one too many is written down, once.
    for _ in 0..2 {
        let mark = Mark { door: "cellar", at: NOW + 7, once: "offline 1", is_done: true };
        assert!(matches!(store.admit(tickets[0].number, mark, NOW + 8).await.unwrap(), Admission::Already(_)));
    }
    let doubles = store.ticket_doubles(Some("workshop")).await.unwrap();
    assert_eq!(doubles.iter().map(|double| (double.door.as_str(), double.at)).collect::<Vec<_>>(), [("cellar", NOW + 7)]);
    assert!(store.ticket_doubles(Some("another")).await.unwrap().is_empty());
    // Two pieces go back: the tickets by which nobody was let in, the last first.
    let revoked = async || store.tickets_of(&id).await.unwrap().iter().map(|ticket| ticket.refunded_at.is_some()).collect::<Vec<_>>();
    let line = store.order(&id).await.unwrap().price.lines.iter().position(|line| line.item.sku.as_str() == "seat").unwrap();
    refund(store, &id, line, 1).await;
    assert_eq!(revoked().await, [false, false, true]);
    let mark = Mark { door: "main", at: NOW, once: "m", is_done: false };
    assert!(matches!(store.admit(tickets[2].number, mark, NOW).await.unwrap(), Admission::Refunded(_)));
    refund(store, &id, line, 1).await;
    assert_eq!(revoked().await, [false, true, true]);
    store.change(&id, NOW + 60, |account| account.refunds[1].status = RefundStatus::Failed).await.unwrap();
    assert_eq!(revoked().await, [false, false, true], "a refund that failed gives its ticket back");
    becomes(store, &id, OrderStatus::Refunded).await;
    assert_eq!(revoked().await, [false, true, true], "who is in stays in");
    store.change(&id, NOW + 61, |account| account.refunds[0].checks += 1).await.unwrap();
    assert_eq!(revoked().await, [false, true, true], "and nothing is good again by what goes back later");
    // What doors load: in the order of changes, a page after the other.
    let of = |after| TicketFilter { event: Some("workshop"), since: 0, after, limit: 2 };
    let first = store.tickets(of(None)).await.unwrap();
    let last = &first[1];
    let rest = store.tickets(of(Some((last.changed_at, last.number.as_str())))).await.unwrap();
    assert_eq!((first.len(), rest.len()), (2, 1));
    assert!(store.tickets(TicketFilter { event: Some("another"), limit: 9, ..TicketFilter::default() }).await.unwrap().is_empty());
    assert_eq!(store.tickets(TicketFilter { limit: 9, ..TicketFilter::default() }).await.unwrap().len(), 3);
}

pub async fn a_file_is_loaded_so_often_and_what_is_left_of_it_counts_no_more(store: &Store) {
    let file = Promise { sku: "guide".to_owned(), pieces: 2, gives: Gives::File("guide.pdf".to_owned()) };
    let id = gives(store, 1, &[file]).await;
    becomes(store, &id, OrderStatus::Paid).await;
    let download = Download { order: id.clone(), sku: "guide".to_owned(), expires_at: NOW + 600 };
    store.keep_download("digest", &download, NOW).await.unwrap();
    assert_eq!(store.download("digest").await.unwrap().as_ref(), Some(&download));
    let load = async |is_rest| store.count_download("digest", &download, is_rest, 2).await.unwrap();
    assert!(load(true).await, "a part that is asked for first counts");
    assert!(load(true).await && load(true).await);
    assert_eq!(store.promised(&id).await.unwrap()[0].taken, 1);
    let loads = (0..10).map(|_| {
        let (store, download) = (store.clone(), download.clone());
        tokio::spawn(async move { store.count_download("digest", &download, false, 2).await.unwrap() })
    });
    let mut loaded = 1;
    for load in loads.collect::<Vec<_>>() {
        loaded += i32::from(load.await.unwrap());
    }
    assert_eq!((loaded, store.promised(&id).await.unwrap()[0].taken), (4, 4), "twice a piece");
    // Those that are over are forgotten by the next one.
    store.keep_download("other", &download, NOW + 601).await.unwrap();
    assert_eq!(store.download("digest").await.unwrap(), None);
    assert!(!store.count_download("digest", &download, true, 99).await.unwrap());
}
