//! What was put into the cart while something else is on the screen. Every "Add" is answered, also where no cart is to be seen.

use protocol::Item;

use super::View;

/// Beside an order: what waits in the cart for the next one, if anything.
pub(super) fn for_later(view: &View<'_>) -> Option<String> {
    let spoken_for = view.state.spoken_for();
    let left = |item: &Item| {
        let taken = spoken_for.iter().filter(|known| known.sku == item.sku).map(|known| i64::from(known.quantity));
        (i64::from(item.quantity) - taken.sum::<i64>()).max(0)
    };
    told(view, view.state.items().iter().map(left).sum())
}

/// While the dialog is closed: all that is in the cart.
pub(super) fn inside(view: &View<'_>) -> String {
    let count = view.state.items().iter().map(|item| i64::from(item.quantity)).sum();
    told(view, count).unwrap_or_default()
}

fn told(view: &View<'_>, count: i64) -> Option<String> {
    (count > 0).then(|| view.counted(view.messages.in_cart(), count))
}
