//! What orders give beside what is sent, at the end of a run: a key and a ticket for each piece that is paid, none for what is not, no key
//! twice, and none owed any more for a piece that was paid back.

use std::path::Path;

use merchant::order_record::OrderRecord;
use merchant::store::{Gives, Kept, Promised, Ticket};
use protocol::OrderStatus;
use sqlx::Row as _;
use testing::shop::CATALOG;

use crate::world::World;

/// What the shop sells, its tea with a licence key and a ticket for each piece.
pub fn catalog() -> String {
    CATALOG.replacen("sku = \"tea-100g\"", "sku = \"tea-100g\"\nkeys = \"keys.txt\"\nkeys_low = 3\nticket = true", 1)
}

/// Puts so many more keys into the file of them. They are fewer than are sold.
pub fn more_keys(folder: &Path, number: usize) {
    let file = folder.join("keys.txt");
    let mut keys = std::fs::read_to_string(&file).unwrap_or_default();
    let first = keys.lines().count();
    (first..first + number).for_each(|number| keys += &format!("KEY-{number}\n"));
    // Whole or not at all: a server may read it at any moment.
    let next = folder.join("keys.next");
    std::fs::write(&next, keys).unwrap();
    std::fs::rename(next, file).unwrap();
}

/// Everything that is wrong with what orders gave, a line each.
pub async fn judge(world: &World, all: &[Kept]) -> Vec<String> {
    let mut wrong = Vec::new();
    for record in all.iter().filter_map(|kept| kept.record.as_ref().ok()) {
        let order = &record.order.id;
        for promised in world.store.promised(order).await.unwrap() {
            wrong.extend(given(world, record, &promised).await.map(|what| format!("{order}: {what}")));
        }
    }
    let query = "SELECT free, added, (SELECT COUNT(*) FROM licence_keys WHERE order_id IS NULL) AS lying, \
                 (SELECT COUNT(*) FROM licence_keys) AS there, (SELECT COUNT(*) FROM promises WHERE owed > 0) AS owed FROM key_pools";
    let rows = sqlx::query(query).fetch_all(&mut world.records().await).await.unwrap();
    if rows.is_empty() {
        wrong.push("there is no pool of keys".to_owned());
    }
    for row in rows {
        let count = |name: &str| row.get::<i64, _>(name);
        if (count("free"), count("added")) != (count("lying"), count("there")) || (count("free") > 0 && count("owed") > 0) {
            wrong.push(format!("{} keys are free and {} lie there, while {} orders wait", count("free"), count("lying"), count("owed")));
        }
    }
    wrong
}

async fn given(world: &World, record: &OrderRecord, promised: &Promised) -> Option<String> {
    let order = &record.order;
    let (pieces, sku) = (promised.promise.pieces, &promised.promise.sku);
    let number = |of: usize| i64::try_from(of).unwrap();
    let (is_paid, is_over) = (order.status.has_money(), order.status == OrderStatus::Refunded);
    match &promised.promise.gives {
        Gives::File(_) => None,
        Gives::Keys { .. } => {
            let (keys, owed) = (number(world.store.licence_keys_of(&order.id, sku).await.unwrap().len()), promised.owed);
            // Of what is paid back nothing is owed, though a key that its piece was given stays with it.
            let kept = if is_paid && !is_over { pieces - record.money_back_of(sku) } else { 0 };
            let is_right = keys <= if is_paid { pieces } else { 0 } && owed == (kept - keys).max(0);
            (!is_right).then(|| format!("{keys} keys of {pieces} were given, and {owed} are owed, while it is {}", order.status.as_str()))
        }
        Gives::Ticket(_) => {
            let tickets: Vec<_> = world.store.tickets_of(&order.id).await.unwrap();
            // Who was let in by one stays in.
            let is_good = |ticket: &&Ticket| ticket.refunded_at.is_none() && ticket.admitted.is_none();
            let good = number(tickets.iter().filter(is_good).count());
            let is_right = number(tickets.len()) == if is_paid { pieces } else { 0 } && (good == 0 || !is_over);
            (!is_right)
                .then(|| format!("{} tickets of {pieces} were made, {good} good, while it is {}", tickets.len(), order.status.as_str()))
        }
    }
}
