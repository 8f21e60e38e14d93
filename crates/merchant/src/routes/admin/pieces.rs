//! Pieces of an order's lines, as calls name them.

use protocol::Line;
use serde::{Deserialize, Serialize};

use super::error::AdminError;
use crate::order_record::{OrderRecord, Pieces};

/// Pieces of a line, named by its place or, where that says which, by its sku.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WantedLine {
    /// Counted from 0.
    line: Option<usize>,
    sku: Option<String>,
    /// How many; all that are left, if absent.
    quantity: Option<u32>,
}

/// The pieces that are named, each line once. `left` says how many of a line are meant where nobody says how many.
pub(super) fn pieces(record: &OrderRecord, wanted: &[WantedLine], left: impl Fn(usize) -> u32) -> Result<Vec<Pieces>, AdminError> {
    let sold = &record.order.price.lines;
    let mut lines: Vec<Pieces> = Vec::new();
    for (at, wanted) in wanted.iter().enumerate() {
        let bad = |fault: &str| AdminError::bad(format!("lines[{at}]: {fault}"));
        let named =
            |sku: &str| sold.iter().enumerate().filter(|(_, line)| line.item.sku.as_str() == sku).map(|(line, _)| line).collect::<Vec<_>>();
        let line = match (wanted.line, wanted.sku.as_deref().map(named).as_deref()) {
            (Some(line), None) if line < sold.len() => line,
            (None, Some([line])) => *line,
            (None, Some([_, _, ..])) => return Err(bad("several lines have that sku; name one by its place, line, counted from 0")),
            (Some(_), Some(_)) | (None, None) => return Err(bad("named by line, its place counted from 0, or by sku")),
            _ => {
                let titles = sold.iter().map(Line::title).collect::<Vec<_>>();
                return Err(bad(&format!("the order has no such line; it has {}", places(&titles))));
            }
        };
        if sold[line].total < 0 {
            return Err(bad("takes something off, and goes back with the others"));
        }
        if lines.iter().any(|known| known.line == line) {
            return Err(bad("that line stands twice"));
        }
        // None left of it at all is told with the others that are left.
        let quantity = wanted.quantity.unwrap_or_else(|| left(line).max(1));
        if quantity < 1 {
            return Err(bad("quantity: at least 1"));
        }
        lines.push(Pieces { line, quantity });
    }
    Ok(lines)
}

/// Lines by their places.
fn places(titles: &[String]) -> String {
    titles.iter().enumerate().map(|(at, title)| format!("{at} ({title})")).collect::<Vec<_>>().join(", ")
}
