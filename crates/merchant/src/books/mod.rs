//! The books: what came and went, one movement of money after the other, and how they are written for bookkeeping. Not here: which facts
//! there are (`order_record`), and where movements are kept (`store`).

mod formats;
mod movement;
mod row;
mod spreading;

pub(crate) use formats::{Format, Sheet, TooLong, csv_head, csv_row, json_row};
pub use movement::{Booked, ClosedMonth, Movement, MovementKind, SoldLine, TaxShare};
pub(crate) use movement::{Returned, of_facts, of_record, returns_money, unnamed};
