//! The signature base (RFC 9421 §2.5): the exact text that is signed.

use super::field::{Component, SignatureInput};
use crate::Code;

/// Tells the value of a component of the exchange at hand.
pub trait Resolve {
    /// The canonical value (RFC 9421 §2.1, §2.2) of that component.
    ///
    /// # Errors
    /// A `comp-…` or `digest-…` code.
    fn resolve(&self, component: &Component) -> Result<String, Code>;
}

/// Builds the base: a line a component, then `@signature-params`, joined by LF, no final newline.
///
/// # Errors
/// What `exchange` answers; `comp-value` for a value that would break the lines.
pub fn base(input: &SignatureInput, exchange: &impl Resolve) -> Result<String, Code> {
    let mut base = String::new();
    for component in &input.components {
        let value = exchange.resolve(component)?;
        if !value.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
            return Err(Code::CompValue);
        }
        component.write(&mut base);
        base.push_str(": ");
        base.push_str(&value);
        base.push('\n');
    }
    base.push_str("\"@signature-params\": ");
    base.push_str(&input.serialise());
    Ok(base)
}
