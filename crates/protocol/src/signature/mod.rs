//! HTTP message signatures as this profile uses them (RFC 9421): the two header fields and the signature base.
//! Pure functions over strings; who trusts what is decided in `verify`.

mod base;
mod field;
#[cfg(feature = "sign")]
mod sign;

pub use base::{Resolve, base};
pub use field::{Bare, Component, SignatureInput, parse_digest, parse_signature, parse_signature_input};
#[cfg(feature = "sign")]
pub use sign::{PrivateKey, SignedAnswer, Signer};

/// The tag that says "this signature follows the qr-checkout profile".
pub const TAG: &str = "qr-checkout";
/// The tag by which browsers know a signature as one that they are to check (docs/spec/signing.md §8).
pub const NATIVE_TAG: &str = "ed25519-integrity";
/// `expires` − `created` when signing, seconds.
pub const LIFETIME: i64 = 120;
/// The most bytes one signature header may have.
pub const MAX_HEADER: usize = 4096;
/// The most members `Signature-Input` and `Signature` may have.
pub const MAX_MEMBERS: usize = 4;
/// The most components a signature may cover.
pub const MAX_COMPONENTS: usize = 16;
/// The most parameters a signature may have.
pub const MAX_PARAMETERS: usize = 12;
