//! Orders that a client has made and not paid: whoever has many of them open makes no more, so that nobody buys a shelf empty without money.
//! Who made what stands in this node's memory alone, for as long as the order can be paid: addresses are personal data, and no record has them.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use protocol::OrderId;

use crate::client::{Client, Who};

/// After so many orders those that are over are forgotten.
const FORGET_EVERY: u32 = 1_000;

/// Who has which orders open.
pub(crate) struct OpenOrders {
    most: usize,
    counted: Mutex<Counted>,
}

#[derive(Default)]
struct Counted {
    by: HashMap<Who, Vec<Open>>,
    /// How many were added since those that are over were forgotten.
    added: u32,
}

/// An order that somebody makes, or has made.
struct Open {
    order: OrderId,
    /// When its time is over, unix seconds.
    expires_at: i64,
    /// Whether it is still being written.
    is_coming: bool,
}

/// A client has as many orders open as it may.
#[derive(Debug)]
pub(crate) struct TooMany {
    /// Those of them that are written; some may have come to an end meanwhile.
    pub(crate) written: Vec<OrderId>,
    /// When the first of them is over, unix seconds.
    pub(crate) until: i64,
}

/// An order that is being written. Dropped, it counts: whoever goes away meanwhile gets it all the same.
pub(crate) struct Coming<'a> {
    orders: &'a OpenOrders,
    who: Option<Who>,
    order: OrderId,
}

impl OpenOrders {
    /// So many at the same time; any number with 0.
    pub(crate) fn of_one(most: usize) -> OpenOrders {
        OpenOrders { most, counted: Mutex::default() }
    }

    /// Counts an order that a client is about to make. Times in unix seconds.
    ///
    /// # Errors
    /// When it has as many as it may.
    pub(crate) fn add(&self, client: &Client, order: &OrderId, expires_at: i64, now: i64) -> Result<Coming<'_>, TooMany> {
        let who = client.who().filter(|_| self.most > 0);
        let coming = || Coming { orders: self, who, order: order.clone() };
        let Some(who) = who else { return Ok(coming()) };
        let mut counted = self.counted();
        counted.added += 1;
        if counted.added >= FORGET_EVERY {
            counted.added = 0;
            counted.by.values_mut().for_each(|open| open.retain(|open| open.expires_at > now));
            counted.by.retain(|_, open| !open.is_empty());
            counted.by.shrink_to_fit();
        }
        let open = counted.by.entry(who).or_default();
        open.retain(|open| open.expires_at > now);
        if open.len() >= self.most {
            let written = open.iter().filter(|open| !open.is_coming).map(|open| open.order.clone()).collect();
            let until = open.iter().map(|open| open.expires_at).min().unwrap_or(now);
            return Err(TooMany { written, until });
        }
        open.push(Open { order: order.clone(), expires_at, is_coming: true });
        Ok(coming())
    }

    /// Forgets those of a client's orders that have come to an end.
    pub(crate) fn forget(&self, client: &Client, ended: &[OrderId]) {
        if let Some(who) = client.who() {
            self.change(who, |open| open.retain(|open| !ended.contains(&open.order)));
        }
    }

    fn change(&self, who: Who, change: impl FnOnce(&mut Vec<Open>)) {
        let mut counted = self.counted();
        let Some(open) = counted.by.get_mut(&who) else { return };
        change(open);
        if open.is_empty() {
            counted.by.remove(&who);
        }
    }

    fn counted(&self) -> MutexGuard<'_, Counted> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Coming<'_> {
    /// It was not made, and does not count.
    pub(crate) fn never_came(self) {
        if let Some(who) = self.who {
            self.orders.change(who, |open| open.retain(|open| open.order != self.order));
        }
    }
}

impl Drop for Coming<'_> {
    fn drop(&mut self) {
        let Some(who) = self.who else { return };
        self.orders.change(who, |open| {
            if let Some(open) = open.iter_mut().find(|open| open.order == self.order) {
                open.is_coming = false;
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_800_000_000;

    fn client(address: &str) -> Client {
        Client::connected(address.parse().unwrap())
    }

    fn order(number: u8) -> OrderId {
        OrderId::from_random([number; 16])
    }

    /// Makes the order of that number, which can be paid for half an hour.
    fn makes(orders: &OpenOrders, address: &str, number: u8, now: i64) -> Result<(), TooMany> {
        orders.add(&client(address), &order(number), now + 1_800, now).map(drop)
    }

    #[test]
    fn a_client_has_so_many_open_and_the_next_when_one_of_them_is_over() {
        let orders = OpenOrders::of_one(2);
        makes(&orders, "203.0.113.7", 1, NOW).unwrap();
        makes(&orders, "203.0.113.7", 2, NOW + 60).unwrap();
        let refused = makes(&orders, "203.0.113.7", 3, NOW + 90).unwrap_err();
        assert_eq!((refused.written, refused.until), (vec![order(1), order(2)], NOW + 1_800));
        makes(&orders, "203.0.113.8", 4, NOW + 90).unwrap();
        makes(&orders, "203.0.113.7", 5, NOW + 1_800).unwrap();
        orders.forget(&client("203.0.113.7"), &[order(2)]);
        makes(&orders, "203.0.113.7", 6, NOW + 1_800).unwrap();
        makes(&orders, "203.0.113.7", 7, NOW + 1_800).unwrap_err();
    }

    #[test]
    fn what_is_still_being_written_counts_and_what_never_came_does_not() {
        let orders = OpenOrders::of_one(1);
        let one = client("203.0.113.7");
        let coming = orders.add(&one, &order(1), NOW + 1_800, NOW).map_err(drop).unwrap();
        let refused = makes(&orders, "203.0.113.7", 2, NOW).unwrap_err();
        assert_eq!(refused.written, [], "nobody may look for it before it is there");
        coming.never_came();
        makes(&orders, "203.0.113.7", 3, NOW).unwrap();
        assert_eq!(makes(&orders, "203.0.113.7", 4, NOW).unwrap_err().written, [order(3)]);
    }

    #[test]
    fn whoever_is_on_this_machine_is_not_counted_and_with_0_nobody_is() {
        let (one, any) = (OpenOrders::of_one(1), OpenOrders::of_one(0));
        for number in 0..9 {
            makes(&one, "127.0.0.1", number, NOW).unwrap();
            makes(&any, "203.0.113.7", number, NOW).unwrap();
        }
        assert!(one.counted().by.is_empty() && any.counted().by.is_empty());
    }

    #[test]
    fn who_came_long_ago_is_forgotten() {
        let orders = OpenOrders::of_one(3);
        for number in 0..250 {
            makes(&orders, &format!("203.0.113.{number}"), number, NOW).unwrap();
        }
        for _ in 0..FORGET_EVERY {
            let _ = makes(&orders, "198.51.100.1", 1, NOW + 1_800);
        }
        assert_eq!(orders.counted().by.len(), 1);
    }
}
