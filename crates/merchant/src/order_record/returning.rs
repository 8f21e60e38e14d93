//! What of an order has gone back by line, what has not, and what that comes to.

use super::parts::{Parts, Pieces, Worth};
use super::record::OrderRecord;
use super::refund::{Refund, RefundRefusal, RefundStatus};

impl OrderRecord {
    /// How many pieces of a line were returned, or are on their way back.
    pub fn returned(&self, line: usize) -> u32 {
        self.counting().flat_map(|refund| &refund.parts.lines).filter(|pieces| pieces.line == line).map(|pieces| pieces.quantity).sum()
    }

    /// How many pieces of a thing were returned, or are on their way back.
    pub fn returned_of(&self, sku: &str) -> i64 {
        self.pieces_of(sku, self.counting())
    }

    /// How many pieces of a thing have their money back.
    pub fn money_back_of(&self, sku: &str) -> i64 {
        self.pieces_of(sku, self.refunds.iter().filter(|refund| refund.status == RefundStatus::Done))
    }

    fn pieces_of<'a>(&self, sku: &str, refunds: impl Iterator<Item = &'a Refund>) -> i64 {
        let is_of_it = |line: usize| self.order.price.lines.get(line).is_some_and(|line| line.item.sku.as_str() == sku);
        let pieces = refunds.flat_map(|refund| &refund.parts.lines).filter(|pieces| is_of_it(pieces.line));
        pieces.map(|pieces| i64::from(pieces.quantity)).sum()
    }

    /// Whether the delivery was paid back, or is on its way back.
    pub fn is_delivery_returned(&self) -> bool {
        self.counting().any(|refund| refund.parts.delivery)
    }

    fn counting(&self) -> impl Iterator<Item = &Refund> {
        self.refunds.iter().filter(|refund| refund.status != RefundStatus::Failed)
    }

    /// All pieces that were not returned, and the delivery if it was not. A line that takes something off goes with the others.
    pub fn open_parts(&self) -> Parts {
        let open = |(line, sold): (usize, &protocol::Line)| Pieces {
            line,
            quantity: sold.item.quantity - self.returned(line).min(sold.item.quantity),
        };
        let price = &self.order.price;
        let lines = price.lines.iter().enumerate().filter(|(_, sold)| sold.total >= 0).map(open);
        let delivery = price.delivery.is_some() && !self.is_delivery_returned();
        Parts { lines: lines.filter(|pieces| pieces.quantity > 0).collect(), delivery, ..Parts::default() }
    }

    /// What these parts come to, minor units: with the last of them all the money that is left.
    ///
    /// # Errors
    /// `Returned` where some of them went back before, or are none of the order's; `TooMuch` where less money is left.
    pub fn worth(&self, parts: &Parts) -> Result<i64, RefundRefusal> {
        let open = self.open_parts();
        let of = |line: usize| open.lines.iter().find(|pieces| pieces.line == line).map_or(0, |pieces| pieces.quantity);
        if parts.lines.iter().any(|pieces| pieces.quantity > of(pieces.line)) || (parts.delivery && !open.delivery) {
            return Err(RefundRefusal::Returned);
        }
        let left = self.paying().map_or(0, |payment| self.left(payment));
        let worth = Worth::of(&self.order.price);
        // What is worth nothing, such as a delivery that was free, may be left behind.
        let is_nothing = |open: &Pieces| self.worth_of(&worth, *open) == 0;
        let are_last = open.lines.iter().all(|open| parts.lines.contains(open) || is_nothing(open));
        if are_last && (parts.delivery == open.delivery || worth.delivery == 0) {
            return Ok(left);
        }
        let lines: i64 = parts.lines.iter().map(|pieces| self.worth_of(&worth, *pieces)).sum();
        let amount = lines + if parts.delivery { worth.delivery } else { 0 };
        if amount > left { Err(RefundRefusal::TooMuch { left }) } else { Ok(amount) }
    }

    /// What the pieces of a line that were not returned are worth, and the delivery if it was not: as they are in the price, whatever money
    /// is left. Minor units.
    pub fn left_by_part(&self) -> (Vec<i64>, i64) {
        let (worth, open) = (Worth::of(&self.order.price), self.open_parts());
        let mut lines = vec![0; worth.lines.len()];
        open.lines.iter().for_each(|pieces| lines[pieces.line] = self.worth_of(&worth, *pieces));
        (lines, if open.delivery { worth.delivery } else { 0 })
    }

    /// The share of pieces in their line: however it is cut, all pieces together are worth the line.
    fn worth_of(&self, worth: &Worth, Pieces { line, quantity }: Pieces) -> i64 {
        let (Some(all), Some(sold)) = (worth.lines.get(line), self.order.price.lines.get(line)) else { return 0 };
        let part = |pieces: u32| i128::from(*all) * i128::from(pieces) / i128::from(sold.item.quantity.max(1));
        let before = self.returned(line);
        i64::try_from(part(before + quantity) - part(before)).unwrap_or(0)
    }
}
