//! What is left on the shelf whenever the server has died, and at the end of a run: as much as nobody holds, and as was not sold.

use std::collections::BTreeMap;

use merchant::audit::Auditor;
use merchant::store::{Counted, Kept, StockItem};
use sqlx::Row as _;

use crate::world::World;

/// Everything that is wrong with the counts as the server left them when it died: orders that can be paid hold what they took, others hold
/// nothing, and nothing is taken but what is held and sold. Nobody counts anew here.
pub async fn at_rest(world: &World) -> Vec<String> {
    let findings = Auditor::new(&world.store, &world.keys).count().await.unwrap();
    let mut wrong: Vec<String> = findings.iter().map(|finding| format!("count: {finding}")).collect();
    // In one statement: PostgreSQL may still be ending what a server that is dead by now had asked for.
    let query = "SELECT name, taken, (SELECT CAST(COALESCE(SUM(quantity), 0) AS BIGINT) FROM holds WHERE holds.kind = stock.kind \
                 AND holds.name = stock.name AND state IN ('open', 'sold')) AS held FROM stock";
    for row in sqlx::query(query).fetch_all(&mut world.records().await).await.unwrap() {
        let (name, taken, held): (String, i64, i64) = (row.get("name"), row.get("taken"), row.get("held"));
        if taken != held {
            wrong.push(format!("count: {name}: {taken} are taken, and {held} are held or sold"));
        }
    }
    wrong
}

/// Everything that is wrong with the counts, a line each. No order is open any more.
pub async fn judge(world: &World, all: &[Kept]) -> Vec<String> {
    let mut wrong = at_rest(world).await;
    wrong.extend(world.miscounted.iter().cloned());
    let mut sold: BTreeMap<&str, i64> = BTreeMap::new();
    let paid = all.iter().filter_map(|kept| kept.record.as_ref().ok()).filter(|account| account.order.status.has_money());
    for line in paid.flat_map(|account| &account.order.price.lines) {
        *sold.entry(line.item.sku.as_str()).or_default() += i64::from(line.item.quantity);
    }
    let counted = world.store.counted().await.unwrap();
    if counted.is_empty() {
        wrong.push("nothing was counted".to_owned());
    }
    for Counted { of, taken, open, .. } in counted {
        let StockItem::Product(sku) = &of else { continue };
        let sold = sold.get(sku.as_str()).copied().unwrap_or_default();
        if (taken, open) != (sold, 0) {
            wrong.push(format!("{of}: {taken} are taken, {open} by open orders, and {sold} were sold"));
        }
    }
    wrong
}
