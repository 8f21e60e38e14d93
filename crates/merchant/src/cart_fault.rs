//! A cart that cannot be sold as it is: what is wrong with which line, and the lines that are known all the same, so that a shopper
//! sees what to change.

use protocol::{Currency, Fault, Item, Line};

/// Why a cart has no price.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CartFault {
    /// At least one; the first gives the problem its code and status.
    pub faults: Vec<Fault>,
    /// The lines of the cart that are known, in the shopper's language.
    pub lines: Vec<Line>,
    /// Of the lines' prices.
    pub currency: Option<Currency>,
}

impl CartFault {
    /// Of one line, of which nothing else is known.
    pub fn of(fault: Fault) -> CartFault {
        CartFault { faults: vec![fault], ..CartFault::default() }
    }
}

/// There is no such thing.
pub(crate) fn unknown_sku(sku: &str) -> Fault {
    of_line("unknown-sku", sku, None)
}

/// There are only so many left.
pub(crate) fn out_of_stock(sku: &str, left: i64) -> Fault {
    of_line("out-of-stock", sku, Some(left))
}

/// Others have used the discount code as often as it may be.
pub(crate) fn code_used_up() -> Fault {
    Fault { left: Some(0), ..of_field("out-of-stock", "code") }
}

/// A quantity that nobody sells; at most that many can be had.
pub(crate) fn quantity(sku: &str, most: i64) -> Fault {
    of_line("quantity", sku, Some(most))
}

/// The line of a cart that costs most, where all of it together costs more than can be paid.
pub(crate) fn too_much(lines: &[Line]) -> Option<Fault> {
    let line = lines.iter().max_by_key(|line| line.total)?;
    Some(of_line("quantity", line.item.sku.as_str(), None))
}

/// Each thing of a cart may be named once.
pub(crate) fn repeated(items: &[Item]) -> Vec<Fault> {
    let repeats = items.iter().enumerate().filter(|(at, item)| items[..*at].iter().any(|earlier| earlier.sku == item.sku));
    repeats.map(|(_, item)| of_line("quantity", item.sku.as_str(), None)).collect()
}

/// One field of a request.
pub(crate) fn of_field(code: &str, field: &str) -> Fault {
    Fault { code: code.to_owned(), field: Some(field.to_owned()), ..Fault::default() }
}

fn of_line(code: &str, sku: &str, left: Option<i64>) -> Fault {
    Fault { code: code.to_owned(), sku: Some(sku.to_owned()), left, ..Fault::default() }
}
