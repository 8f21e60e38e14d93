//! Why a cart has no price.

use crate::cart_fault::CartFault;

/// Why a cart has no price.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PriceError {
    /// It is empty.
    #[error("the cart is empty")]
    Empty,
    /// It holds more different things than a cart may.
    #[error("the cart holds too many different things")]
    TooManyItems,
    /// The shop's own server does not know one of the things, and does not say which.
    #[error("a thing in the cart is not for sale")]
    UnknownItem,
    /// The shop's own server does not sell that many of one of them, and does not say of which.
    #[error("a quantity in the cart is not sold")]
    Quantity,
    /// It cannot be sold as it is; holds what is wrong with which line.
    #[error("the cart cannot be sold as it is")]
    Cart(Box<CartFault>),
    /// The shop's own server tells no price now; it may tell one another time.
    #[error("the shop cannot tell prices now")]
    Unavailable,
    /// The shop's own server answers what cannot be a price.
    #[error("the shop's answer about prices cannot be used")]
    Invalid,
}
