//! Keys of the admin API: random, shown once, kept as a hash. They are long enough that a plain SHA-256 cannot be searched.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use protocol::base64::{Alphabet, encode};

use crate::random;
use crate::store::{ApiKey, Store, StoreError};

/// What a key may be allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Read orders, exports and insights.
    Read,
    /// Create orders.
    Orders,
    /// Return money.
    Refunds,
    /// Confirm payments that a bank collected.
    Confirm,
    /// Look at what names a person, find it, and erase it.
    Contact,
}

impl Scope {
    /// All of them.
    pub const ALL: [Scope; 5] = [Scope::Read, Scope::Orders, Scope::Refunds, Scope::Confirm, Scope::Contact];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Scope::Read => "read",
            Scope::Orders => "orders",
            Scope::Refunds => "refunds",
            Scope::Confirm => "confirm",
            Scope::Contact => "contact",
        }
    }

    /// Reads that word.
    pub fn parse(text: &str) -> Option<Scope> {
        Scope::ALL.into_iter().find(|scope| scope.as_str() == text)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl ApiKey {
    /// Whether it may do that.
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.split(' ').any(|word| word == scope.as_str())
    }
}

/// Makes a key and keeps it. Answers it with the text that its holder sends, which is nowhere else.
///
/// # Errors
/// Those of the store.
pub async fn create(store: &Store, name: &str, scopes: &[Scope], now: i64) -> Result<(ApiKey, String), StoreError> {
    let secret = format!("qrk_{}", encode(Alphabet::Url, &random::bytes::<32>()));
    let key = ApiKey {
        id: format!("key_{}", encode(Alphabet::Url, &random::bytes::<9>())),
        name: name.to_owned(),
        scopes: scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" "),
        created_at: now,
        revoked_at: None,
    };
    store.add_api_key(&key, &hash(&secret)).await?;
    Ok((key, secret))
}

/// The key that a caller holds, if it is good.
///
/// # Errors
/// Those of the store.
pub async fn find(store: &Store, secret: &str) -> Result<Option<ApiKey>, StoreError> {
    store.api_key(&hash(secret)).await
}

fn hash(secret: &str) -> String {
    encode(Alphabet::Url, digest(&SHA256, secret.as_bytes()).as_ref())
}
