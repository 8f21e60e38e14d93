//! Letters to shoppers and notices to the merchant: whatever the mail server and the robots did, each comes, and none twice unless the server
//! died between the two.

use std::collections::{BTreeMap, BTreeSet};

use merchant::order_record::{Fact, RefundStatus};
use merchant::store::{Kept, MessageState};
use protocol::{Channel, FulfilmentKind};

use crate::world::World;

/// What came in all lives until now.
#[derive(Default)]
pub struct Heard {
    /// The last letter, and the last message of a robot.
    last: (u64, u64),
    /// Every letter by its name.
    letters: BTreeSet<String>,
    /// Of how many paid orders robots told.
    sold: usize,
    /// How many of these may have been told once more: whoever dies between the robot's word and the commit of it tells them again.
    again: usize,
    /// What was wrong.
    wrong: Vec<String>,
}

impl Heard {
    /// How much it was, in a few words.
    pub fn told(&self) -> String {
        format!("{} letters, {} orders told of", self.letters.len(), self.sold)
    }
}

/// Looks what has come since the server died last, now that it has died again or has nothing more to do.
pub fn listen(world: &mut World) {
    let (last_letter, last_post) = world.heard.last;
    let mails = world.street.sandbox.mailbox().mails();
    let posts = world.street.sandbox.robots().posted();
    let heard = &mut world.heard;
    heard.last = (mails.last().map_or(last_letter, |mail| mail.id), posts.last().map_or(last_post, |post| post.id));
    let mut came = BTreeSet::new();
    for mail in mails.into_iter().filter(|mail| mail.id > last_letter) {
        if !came.insert(mail.message_id.clone()) {
            heard.wrong.push(format!("a letter came twice, and the server did not die between: {}", mail.message_id));
        }
    }
    heard.letters.append(&mut came);
    let told = posts.iter().filter(|post| post.id > last_post && post.text.contains(" paid: "));
    let numbers: Vec<usize> = told.filter_map(|post| post.text.lines().nth(1)?.split(' ').next()?.parse().ok()).collect();
    heard.sold += numbers.iter().sum::<usize>();
    // One way sends one message at a time.
    heard.again += numbers.last().copied().unwrap_or_default();
}

/// Everything that is wrong with letters and notices, a line each.
pub async fn judge(world: &World, all: &[Kept]) -> Vec<String> {
    let mut wrong = world.heard.wrong.clone();
    wrong.extend(letters(world, all).await);
    wrong.extend(notices(world, all).await);
    wrong
}

/// Whoever ordered a cart got a letter for each thing that happened.
async fn letters(world: &World, all: &[Kept]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut came = world.heard.letters.clone();
    let rows = world.store.messages(None, i64::MAX, i64::MAX).await.unwrap();
    for row in &rows {
        let is_well = match row.channel.as_str() {
            "email" => row.state() == MessageState::Sent && came.remove(&format!("{}@shop.example", row.id)),
            // Nobody follows the account.
            _ => row.state() == MessageState::Dropped,
        };
        if !is_well {
            wrong.push(format!("{}: a letter did not come: {row:?}", row.order));
        }
    }
    wrong.extend(came.into_iter().map(|id| format!("a letter came that nobody meant to write: {id}")));
    for kept in all {
        let (Ok(record), Ok(entries)) = (&kept.record, &kept.entries) else { continue };
        let order = &record.order;
        let mut expected: BTreeMap<&str, usize> = BTreeMap::new();
        if order.channel == Channel::Cart {
            let became =
                |what| entries.iter().filter(|entry| matches!(&entry.fact, Fact::Fulfilled { what: is, .. } if *is == what)).count();
            let done = record.refunds.iter().filter(|refund| refund.status == RefundStatus::Done).count();
            expected.insert("paid", usize::from(order.status.has_money()));
            expected.insert("refunded", done);
            expected.insert("shipped", became(FulfilmentKind::Shipped));
            expected.insert("ready_for_pickup", became(FulfilmentKind::ReadyForPickup));
        }
        for template in ["paid", "refunded", "shipped", "ready_for_pickup"] {
            let of_order = |row: &&merchant::store::MessageRow| row.order == order.id.as_str() && row.channel == "email";
            let told = rows.iter().filter(of_order).filter(|row| row.template == template).count();
            let happened = expected.get(template).copied().unwrap_or_default();
            if told != happened {
                wrong.push(format!("{}: {template} happened {happened} times, and {told} letters tell of it", order.id.as_str()));
            }
        }
    }
    wrong
}

/// The merchant was told of each order that was paid.
async fn notices(world: &World, all: &[Kept]) -> Vec<String> {
    let rows = world.store.notices(i64::MAX, i64::MAX).await.unwrap();
    let mut wrong: Vec<String> =
        rows.iter().filter(|row| row.state() != "sent").map(|row| format!("a notice did not come: {row:?}")).collect();
    let paid = all.iter().filter(|kept| kept.record.as_ref().is_ok_and(|record| record.order.status.has_money())).count();
    let told = rows.iter().filter(|row| row.kind == "sold").count();
    if told != paid {
        wrong.push(format!("{paid} orders were paid, and notices tell of {told}"));
    }
    let (heard, again) = (world.heard.sold, world.heard.again);
    if heard < told || heard > told + again {
        wrong.push(format!("{told} orders were to be told of, {heard} were, and at most {again} may have been twice"));
    }
    wrong
}
