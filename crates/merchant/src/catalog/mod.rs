//! What the shop sells, and what a cart of it costs. Not here: how an order is paid.

mod file;
mod pricing;
mod text;

pub use file::{Catalog, CatalogError};
pub use text::Text;

/// Who sells, and when: what a quote needs beside the catalog.
#[derive(Clone, Copy, Debug)]
pub struct Selling<'a> {
    /// The merchant's id.
    pub merchant: &'a protocol::MerchantId,
    /// The merchant's name.
    pub name: &'a Text,
    /// Before relative addresses of pictures.
    pub public_url: &'a str,
    /// The shopper's language.
    pub locale: &'a str,
    /// Offered payment methods.
    pub methods: &'a [protocol::Method],
    /// Until when the price stands, unix seconds.
    pub expires_at: i64,
}
