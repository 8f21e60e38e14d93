//! What is left on the shelf at the end of a run: as much as was not sold, however the server died in between.

use std::collections::BTreeMap;

use merchant::audit::Auditor;
use merchant::store::{Counted, Kept, StockItem};

use crate::world::World;

/// Everything that is wrong with the counts, a line each. No order is open any more.
pub async fn judge(world: &World, all: &[Kept]) -> Vec<String> {
    let findings = Auditor::new(&world.store, &world.keys).count().await.unwrap();
    let mut wrong: Vec<String> = findings.iter().map(|finding| format!("count: {finding}")).collect();
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
