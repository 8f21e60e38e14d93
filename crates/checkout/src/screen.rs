//! The screens: what a shopper sees, one at a time, and what each of them is about.

use std::rc::Rc;

use protocol::{
    AnswersText, Code, IdempotencyKey, Method, Order, OrderId, OrderStatus, PaymentStatus, Problem, Quote, Receipt, Sku, Verified,
};

/// What the shopper sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Screen {
    /// The cart without a price: empty, or with a reason why it could not be priced.
    Cart(Option<Trouble>),
    /// The cart is being priced; the last price, if any, is of an earlier cart.
    Quoting(Option<Verified<Quote>>),
    /// The cart with its price.
    Quoted {
        /// The price.
        quote: Verified<Quote>,
        /// What to tell about it.
        notice: Option<Notice>,
    },
    /// What the shop asks besides is being answered; nothing is ordered yet.
    Details {
        /// The price agreed to, and what is asked.
        quote: Verified<Quote>,
    },
    /// The order is being made.
    Creating(Attempt),
    /// A remembered or given order is being asked for.
    Resuming(OrderId),
    /// An order whose money is not here.
    Order {
        /// What can be done with it.
        outcome: OrderOutcome,
        /// The order, and what is being done with it.
        following: Following,
    },
    /// The money is here. Only verification builds these two.
    Paid {
        /// The order.
        order: Verified<Order>,
        /// The proof.
        receipt: Verified<Receipt>,
    },
    /// It could not be confirmed: not paid, not failed. Do not pay again, check.
    Unsure {
        /// Why.
        code: Code,
        /// About what.
        doubt: Doubt,
    },
    /// The backend does not speak to a widget of this age: the page has to be loaded anew. Cart and order are remembered.
    Outdated,
}

/// Why a cart has no price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The answer could not be verified.
    Unverified(Code),
    /// The backend said no, verified, and what it says no to.
    Refused(Verified<Problem>),
}

/// What to tell beside a price or an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The price is not what it was when the shopper pressed "Pay".
    PriceChanged,
    /// The backend said no, verified: its stable problem code.
    Refused(String),
    /// That payment method is not to be had any more; another has to be chosen.
    MethodGone(Method),
    /// A cart holds no more, or no more of this.
    CartFull(Sku),
    /// Nothing takes the cart to the country that was chosen.
    NotDelivered,
    /// The shopper asked, and it is not paid yet.
    NotPaidYet,
}

/// One attempt to make an order: the same key and body until a verified answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The accepted price.
    pub quote: Verified<Quote>,
    /// How it is to be paid.
    pub method: Method,
    /// Makes retries count once.
    pub key: IdempotencyKey,
    /// The answers to what the quote asks; a repetition sends the same text.
    pub(crate) answers: Option<Rc<AnswersText>>,
    pub(crate) code: String,
    pub(crate) claimed: bool,
}

/// What can be done with an order whose money is not here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderOutcome {
    /// The code can be paid.
    Awaiting,
    /// The order can be paid, but there is nothing to pay by on this device: the shopper turned back, a method made no code, or what is
    /// there is for another device. The shopper chooses how to go on.
    Choosing,
    /// The order asks, and is to be answered before it can be paid.
    Asking,
    /// The code or the order ran out; a late payment still pays it.
    Expired,
    /// A wallet declined the payment.
    Refused,
    /// The order was given up.
    Canceled,
}

impl OrderOutcome {
    /// Judged by the order's own words; a code is also over when the backend itself spoke after its deadline.
    pub(crate) fn of(order: &Verified<Order>) -> OrderOutcome {
        match order.status {
            OrderStatus::Canceled => return OrderOutcome::Canceled,
            OrderStatus::Expired => return OrderOutcome::Expired,
            OrderStatus::Pending | OrderStatus::Paid | OrderStatus::PartlyRefunded | OrderStatus::Refunded => {}
        }
        let Some(payment) = &order.payment else { return OrderOutcome::Choosing };
        match payment.status {
            PaymentStatus::Refused => OrderOutcome::Refused,
            PaymentStatus::Canceled | PaymentStatus::Failed => OrderOutcome::Choosing,
            PaymentStatus::Expired | PaymentStatus::Superseded => OrderOutcome::Expired,
            PaymentStatus::Waiting | PaymentStatus::Scanned | PaymentStatus::Paid if order.created() >= payment.expires_at => {
                OrderOutcome::Expired
            }
            PaymentStatus::Waiting | PaymentStatus::Scanned | PaymentStatus::Paid => OrderOutcome::Awaiting,
        }
    }
}

/// An order on the screen, and what is being done with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Following {
    /// Its last verified state.
    pub order: Verified<Order>,
    /// What the shopper asked for and waits for.
    pub task: Task,
    /// What to tell.
    pub notice: Option<Notice>,
}

/// What is being done with an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task {
    /// Waiting for it to change.
    Watch,
    /// Asking at once, because the shopper asked or the code ran out.
    Check,
    /// Getting a new code by that method.
    Renew(Method, IdempotencyKey),
    /// Telling the answers to what it asks.
    Answer(Rc<AnswersText>, IdempotencyKey),
    /// Ending the attempt to pay.
    Cancel(IdempotencyKey),
    /// Giving the order up, to go back to the cart.
    Close(IdempotencyKey),
}

/// What a shopper is left unsure about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// Whether the order was made.
    Creation(Attempt),
    /// How the order stands.
    Order {
        /// Which.
        id: OrderId,
        /// Its last verified state, if there is one.
        last: Option<Verified<Order>>,
    },
}

/// How the line to the backend is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connection {
    /// Fine, as far as is known.
    Good,
    /// That many requests in a row failed; trying on.
    Retrying(u32),
    /// The device says it is off line.
    Offline,
}

impl OrderOutcome {
    /// The word for the screen, as the host page reads it.
    pub fn name(self) -> &'static str {
        match self {
            OrderOutcome::Awaiting => "awaiting",
            OrderOutcome::Choosing => "choosing",
            OrderOutcome::Asking => "details",
            OrderOutcome::Expired => "expired",
            OrderOutcome::Refused => "refused",
            OrderOutcome::Canceled => "canceled",
        }
    }
}
