//! Effects: what the state machine asks its shell to do. The shell does it and judges nothing.

use protocol::{Code, Fault, Item, Order, Quote, Receipt, Request, Verified};

use crate::Saved;

/// Numbers a request in flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ticket(pub u32);

/// Something to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Send a request and answer with [`crate::Event::Replied`]; give up after `timeout_ms`.
    Send {
        /// To answer with.
        ticket: Ticket,
        /// Exactly this.
        request: Request,
        /// Milliseconds.
        timeout_ms: u32,
    },
    /// Nobody waits for that request any more.
    Abort(Ticket),
    /// Send [`crate::Event::Woke`] at that monotonic time (milliseconds); it replaces an earlier wish, `None` drops it.
    WakeAt(Option<i64>),
    /// Remember this across reloads and tell other tabs.
    Save(Saved),
    /// Keep this for a reload of this tab, and for half an hour; nothing ends that. No other tab, nor the page, is told of it.
    KeepAnswers(String),
    /// Get the right to create an order, so that two tabs never do at once; answer with [`crate::Event::Claimed`].
    Claim,
    /// Give that right back.
    Release,
    /// Load the file at that address of the backend's; the page stays.
    Load(String),
    /// Tell the host page.
    Emit(PageEvent),
}

/// What the host page is told. Order facts in here are verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageEvent {
    /// The cart changed.
    ItemsChanged(Vec<Item>),
    /// A price arrived.
    Quoted(Verified<Quote>),
    /// An order was made.
    OrderCreated(Verified<Order>),
    /// A code is on the screen.
    QrShown(Verified<Order>),
    /// The status of the order or of its payment changed.
    StatusChanged(Verified<Order>),
    /// The money has arrived; once per order.
    Paid(Verified<Order>, Verified<Receipt>),
    /// The code or the order ran out.
    Expired(Verified<Order>),
    /// A wallet declined the payment.
    Refused(Verified<Order>),
    /// Something could not be confirmed.
    Unsure(Code),
    /// Something went wrong; for developers.
    Error(Code),
    /// Something was refused: by the backend, verified, or because no cart holds it.
    Refusal {
        /// A stable problem code.
        code: String,
        /// What of the cart or the request it is about.
        faults: Vec<Fault>,
    },
}
