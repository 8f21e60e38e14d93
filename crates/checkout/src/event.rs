//! Events: everything that can happen to a checkout. The table of contents of the product.

use protocol::verify::Answer;
use protocol::{Code, Method, Sku};

use crate::{Saved, Ticket};

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Before a reload that was answered to what is asked; nothing comes before it.
    Recalled(String),
    /// The widget is on the page; this is what storage remembers.
    Started(Saved),
    /// The shopper or the host page did something.
    Shopper(Action),
    /// A request was answered or failed.
    Replied(Ticket, Reply),
    /// The time asked for by [`crate::Effect::WakeAt`] has come.
    Woke,
    /// The page became visible, focused or restored: look again at once.
    Returned,
    /// The device went on line or off line.
    Online(bool),
    /// The right to create an order was granted; this is what storage holds now.
    Claimed(Saved),
    /// Another tab or widget saved something.
    SavedElsewhere(Saved),
}

/// What a shopper or the host page can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Put more of a thing into the cart.
    Add(Sku, u32),
    /// Set how many of a thing are in the cart; 0 removes it.
    SetQuantity(Sku, u32),
    /// Empty the cart.
    Clear,
    /// Choose a payment method.
    Choose(Method),
    /// Open the field for a discount code.
    EnterCode,
    /// Price the cart with that discount code.
    ApplyCode(String),
    /// Take the discount code out.
    RemoveCode,
    /// Say to which country it goes, ISO 3166-1 alpha-2.
    SendTo(String),
    /// Say to which part of that country, as the quote names it.
    SendToRegion(String),
    /// Choose a delivery by its id.
    Deliver(String),
    /// Answer the ask of that name, or the part of an address.
    Answer(String, String),
    /// Order the cart, or tell the answers.
    Pay,
    /// Answer anew what an order asks, while it can be.
    AnswerAnew,
    /// Leave the questions or the creation of an order and go back to the cart, or keep an order's answers as they are.
    Back,
    /// Ask the backend now.
    CheckNow,
    /// A new code for the same order.
    NewCode,
    /// The app that shows this page does not open its wallet: another way is needed here.
    BridgeFailed,
    /// End the attempt to pay; the order can still be paid.
    Cancel,
    /// Give the order up and go back to the cart.
    CloseOrder,
    /// Load a file that was bought, by the thing's SKU.
    Load(String),
    /// Leave a finished order and show the cart.
    StartOver,
}

/// How a request ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// An answer arrived; nothing of it is trusted yet.
    Answer {
        /// As received.
        answer: Answer,
        /// The `Retry-After` header, seconds: a hint, no more.
        retry_after: Option<u32>,
    },
    /// None did: a `net-…` or `env-…` code.
    Failed(Code),
}
