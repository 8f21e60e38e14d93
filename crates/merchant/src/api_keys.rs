//! Keys of the admin API: random, shown once, kept as a hash. They are long enough that a plain SHA-256 cannot be searched.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use protocol::Money;
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
    /// Close months of the books.
    Books,
    /// Let people in by their tickets.
    Doors,
    /// Sell at a counter, let people in by their tickets there, and return money up to the limit of the key.
    Counter,
    /// Look at what names a person, find it, and erase it.
    Contact,
}

impl Scope {
    /// All of them.
    pub const ALL: [Scope; 8] =
        [Scope::Read, Scope::Orders, Scope::Refunds, Scope::Confirm, Scope::Books, Scope::Doors, Scope::Counter, Scope::Contact];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Scope::Read => "read",
            Scope::Orders => "orders",
            Scope::Refunds => "refunds",
            Scope::Confirm => "confirm",
            Scope::Books => "books",
            Scope::Doors => "doors",
            Scope::Counter => "counter",
            Scope::Contact => "contact",
        }
    }

    /// Reads that word.
    pub fn parse(text: &str) -> Option<Scope> {
        Scope::ALL.into_iter().find(|scope| scope.as_str() == text)
    }
}

/// What somebody does in a shop, as the scopes that it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Sells and takes back.
    Cashier,
    /// Reads figures and exports, and closes the books.
    Bookkeeper,
    /// Answers shoppers.
    Support,
    /// Stands at a door.
    Door,
    /// Sells over the counter.
    Counter,
    /// Everything.
    Owner,
}

impl Role {
    /// All of them, with their words and scopes.
    const ALL: [(Role, &str, &[Scope]); 6] = [
        (Role::Cashier, "cashier", &[Scope::Read, Scope::Orders, Scope::Refunds]),
        (Role::Bookkeeper, "bookkeeper", &[Scope::Read, Scope::Books]),
        (Role::Support, "support", &[Scope::Read, Scope::Contact]),
        (Role::Door, "door", &[Scope::Doors]),
        (Role::Counter, "counter", &[Scope::Counter]),
        (Role::Owner, "owner", &Scope::ALL),
    ];

    fn row(self) -> (Role, &'static str, &'static [Scope]) {
        Role::ALL.into_iter().find(|(role, ..)| *role == self).unwrap_or(Role::ALL[1])
    }

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        self.row().1
    }

    /// The words for all of them.
    pub fn words() -> [&'static str; 6] {
        Role::ALL.map(|(_, word, _)| word)
    }

    /// What it takes.
    pub fn scopes(self) -> &'static [Scope] {
        self.row().2
    }

    /// Reads that word.
    pub fn parse(text: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|(_, word, _)| *word == text).map(|(role, ..)| role)
    }
}

/// What a new key is to be.
#[derive(Clone, Copy, Debug)]
pub struct NewKey<'a> {
    /// Whose it is, for people.
    pub name: &'a str,
    /// What it may do.
    pub scopes: &'a [Scope],
    /// The word by which these were given, if they were given by one.
    pub role: Option<Role>,
    /// From when on it is no good any more, unix seconds.
    pub expires_at: Option<i64>,
    /// The most that it may return of one order.
    pub refund_limit: Option<Money>,
}

impl fmt::Display for Scope {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl ApiKey {
    /// Whether it may do that.
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes().contains(&scope)
    }

    /// What it may do: of a key of a role what that takes now, whatever it took when the key was made.
    pub fn scopes(&self) -> Vec<Scope> {
        match self.role.as_deref().and_then(Role::parse) {
            Some(role) => role.scopes().to_vec(),
            None => self.scopes.split(' ').filter_map(Scope::parse).collect(),
        }
    }

    /// Whether its time is over. `now` in unix seconds.
    pub fn has_expired(&self, now: i64) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }
}

/// Makes a key without an end or a limit, as [`make`] does.
///
/// # Errors
/// Those of the store.
pub async fn create(store: &Store, name: &str, scopes: &[Scope], now: i64) -> Result<(ApiKey, String), StoreError> {
    make(store, NewKey { name, scopes, role: None, expires_at: None, refund_limit: None }, now).await
}

/// Makes a key and keeps it. Answers it with the text that its holder sends, which is nowhere else.
///
/// # Errors
/// Those of the store.
pub async fn make(store: &Store, new: NewKey<'_>, now: i64) -> Result<(ApiKey, String), StoreError> {
    let secret = format!("qrk_{}", encode(Alphabet::Url, &random::bytes::<32>()));
    let key = ApiKey {
        id: format!("key_{}", encode(Alphabet::Url, &random::bytes::<9>())),
        name: new.name.to_owned(),
        scopes: new.scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" "),
        role: new.role.map(|role| role.as_str().to_owned()),
        created_at: now,
        expires_at: new.expires_at,
        refund_limit: new.refund_limit,
        revoked_at: None,
    };
    store.add_api_key(&key, &hash(&secret)).await?;
    Ok((key, secret))
}

/// The key that a caller holds, unless it was revoked. It may have expired.
///
/// # Errors
/// Those of the store.
pub async fn find(store: &Store, secret: &str) -> Result<Option<ApiKey>, StoreError> {
    store.api_key(&hash(secret)).await
}

fn hash(secret: &str) -> String {
    encode(Alphabet::Url, digest(&SHA256, secret.as_bytes()).as_ref())
}
