//! Alignment hints of the wasm: no engine that browsers have reads them, and without them loads and stores of all kinds look more alike to
//! brotli.

use anyhow::{Context as _, Result};
use wasmparser::{Parser, Payload};

/// The instructions that load and store (WebAssembly core specification 2.0, section 5.4.6), whose hint is the byte after them.
const LOADS_AND_STORES: std::ops::RangeInclusive<u8> = 0x28..=0x3e;

/// The module with hints of one byte everywhere, at its present length.
///
/// # Errors
/// When it is no module.
pub fn without_hints(mut wasm: Vec<u8>) -> Result<Vec<u8>> {
    let mut hints = Vec::new();
    for payload in Parser::new(0).parse_all(&wasm) {
        let Payload::CodeSectionEntry(body) = payload? else { continue };
        for instruction in body.get_operators_reader()?.into_iter_with_offsets() {
            let (_, at) = instruction?;
            if LOADS_AND_STORES.contains(&wasm[at]) {
                hints.push(at + 1);
            }
        }
    }
    for at in hints {
        *wasm.get_mut(at).context("the module is cut short")? = 0;
    }
    Ok(wasm)
}

#[cfg(test)]
mod tests {
    use super::without_hints;

    /// `(module (memory 1) (func (i32.store align=4 (i32.const 40) (i32.load align=4 (i32.const 41)))))`
    const HINTED: [u8; 37] = [
        0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 5, 3, 1, 0, 1, 10, 14, 1, 12, 0, 0x41, 40, 0x41, 41, 0x28, 2, 0,
        0x36, 2,
    ];

    #[test]
    fn hints_are_gone_and_numbers_that_look_like_instructions_are_not() {
        let module = |hint: u8| [&HINTED[..33], &[hint, 0, 0x36, hint, 0, 0x0b]].concat();
        assert_eq!(without_hints(module(2)).unwrap(), module(0));
        assert!(without_hints(b"no module".to_vec()).is_err());
    }
}
