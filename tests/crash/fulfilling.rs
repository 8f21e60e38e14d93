//! What became of the things of orders: a parcel that was told is told once, and nobody is let in twice by a ticket.

use std::collections::{BTreeMap, BTreeSet};

use merchant::TicketNumber;
use merchant::order_record::Fact;
use merchant::sealed::SealedKind;
use merchant::store::Kept;

use crate::world::World;

/// Everything that is wrong, a line each.
pub async fn judge(world: &World, all: &[Kept]) -> Vec<String> {
    let mut wrong = parcels(world, all).await;
    wrong.extend(tickets(world).await);
    wrong
}

/// Each parcel that the shop was told is written down is there, none is there twice, and none that was not told.
async fn parcels(world: &World, all: &[Kept]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut kept: BTreeMap<String, usize> = BTreeMap::new();
    for (kept_order, entries) in all.iter().filter_map(|kept| Some((kept.record.as_ref().ok()?, kept.entries.as_ref().ok()?))) {
        for entry in entries {
            let Fact::Fulfilled { shipment: Some(shipment), .. } = &entry.fact else { continue };
            let sealed = world.store.detail(&kept_order.order.id, SealedKind::Shipment, shipment).await.unwrap();
            let Some(parcel) = sealed else {
                wrong.push(format!("{}: what is known of {shipment} is lost", kept_order.order.id));
                continue;
            };
            let parcel: serde_json::Value = serde_json::from_str(&parcel).unwrap();
            *kept.entry(parcel["tracking"].as_str().unwrap_or_default().to_owned()).or_default() += 1;
        }
    }
    let told = world.done.iter().flat_map(|shopper| &shopper.parcels);
    for (tracking, is_acknowledged) in told {
        match kept.remove(tracking) {
            None if *is_acknowledged => wrong.push(format!("{tracking} was acknowledged, and is lost")),
            None | Some(1) => {}
            Some(number) => wrong.push(format!("{tracking} was sent {number} times")),
        }
    }
    wrong.extend(kept.keys().map(|tracking| format!("{tracking} was sent, and nobody said so")));
    wrong
}

/// Of all doors that were told to let somebody in by a ticket there is one, and the records have it.
async fn tickets(world: &World) -> Vec<String> {
    let mut let_in: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (number, door) in world.done.iter().flat_map(|shopper| &shopper.let_in) {
        let_in.entry(number).or_default().insert(door);
    }
    let mut wrong = Vec::new();
    for (number, doors) in let_in {
        let ticket = world.store.ticket(TicketNumber::parse(number).unwrap()).await.unwrap();
        let known = ticket.and_then(|ticket| ticket.admitted).map(|(_, door)| door);
        if doors.len() != 1 || known.as_deref() != doors.first().copied() {
            wrong.push(format!("{number} was let in at {doors:?}, and the records say {known:?}"));
        }
    }
    wrong
}
