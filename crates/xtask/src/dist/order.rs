//! The order of functions in the wasm: alike beside alike, because brotli finds what it has just seen for fewer bits.
//! Not here: moving them. A module whose functions are named by their places leaves that, and every call, to wasm-opt.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result, ensure};

/// Bytes that two functions must share in a row to count as alike.
const GRAM: usize = 6;
/// What more functions than this share says nothing about any two of them.
const COMMON: usize = 59;
/// Divided by how many functions share a gram, this is what the gram counts. Integers, so that every machine decides alike.
const RARITY: u64 = 1 << 20;
/// Added to a function's length, or the shortest would win by a single gram.
const SHORT: u128 = 40;

/// The sections of a module (WebAssembly core specification 2.0, section 5.5.2) that are looked into here.
const CUSTOM: u8 = 0;
const IMPORT: u8 = 2;
const CODE: u8 = 10;
/// The subsection of functions in the section of names (appendix "Custom Sections").
const FUNCTION_NAMES: u8 = 1;

/// The module with a section of names that calls every function by its place, for `wasm-opt --reorder-functions-by-name`.
///
/// # Errors
/// When the module is cut short or imports anything but functions.
pub fn named_by_place(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut rest = wasm.get(8..).context("a module begins with eight bytes")?;
    let (mut imports, mut bodies) = (0, Vec::new());
    while let Some((&id, after)) = rest.split_first() {
        rest = after;
        let section = sized(&mut rest)?;
        match id {
            IMPORT => imports = count_imports(section)?,
            CODE => bodies = split_bodies(section)?,
            _ => {}
        }
    }
    let mut places = vec![0; bodies.len()];
    for (place, function) in chain(&bodies).into_iter().enumerate() {
        places[function] = place;
    }
    let mut names = Vec::new();
    write_number(&mut names, places.len());
    for (function, place) in places.iter().enumerate() {
        write_number(&mut names, imports + function);
        write_sized(&mut names, format!("{place:05}").as_bytes());
    }
    let mut section = Vec::new();
    write_sized(&mut section, b"name");
    section.push(FUNCTION_NAMES);
    write_sized(&mut section, &names);
    let mut named = wasm.to_vec();
    named.push(CUSTOM);
    write_sized(&mut named, &section);
    Ok(named)
}

/// A chain through all functions: after each the one most like it, and the largest left where none is.
fn chain(bodies: &[&[u8]]) -> Vec<usize> {
    let mut holders: BTreeMap<&[u8], Vec<usize>> = BTreeMap::new();
    for (function, body) in bodies.iter().enumerate() {
        for gram in body.windows(GRAM).collect::<BTreeSet<_>>() {
            holders.entry(gram).or_default().push(function);
        }
    }
    let mut shared: Vec<Vec<&[usize]>> = vec![Vec::new(); bodies.len()];
    for holders in holders.values().filter(|holders| (2..=COMMON).contains(&holders.len())) {
        for &function in holders {
            shared[function].push(holders);
        }
    }
    let mut left: BTreeSet<usize> = (0..bodies.len()).collect();
    let mut order: Vec<usize> = Vec::with_capacity(bodies.len());
    while let Some(next) = order.last().and_then(|&last| most_alike(bodies, &shared[last], &left)).or_else(|| largest(bodies, &left)) {
        left.remove(&next);
        order.push(next);
    }
    order
}

/// Of those left, the one with the most in common for its length.
fn most_alike(bodies: &[&[u8]], shared: &[&[usize]], left: &BTreeSet<usize>) -> Option<usize> {
    let mut common: BTreeMap<usize, u64> = BTreeMap::new();
    for holders in shared {
        for &function in holders.iter().filter(|function| left.contains(function)) {
            *common.entry(function).or_default() += RARITY / holders.len() as u64;
        }
    }
    // The square of a sum divided by the root of the length: the same order without a root.
    let score = |function: usize, sum: u64| u128::from(sum) * u128::from(sum) / (bodies[function].len() as u128 + SHORT);
    common.into_iter().max_by_key(|&(function, sum)| (score(function, sum), std::cmp::Reverse(function))).map(|(function, _)| function)
}

fn largest(bodies: &[&[u8]], left: &BTreeSet<usize>) -> Option<usize> {
    left.iter().copied().max_by_key(|&function| (bodies[function].len(), std::cmp::Reverse(function)))
}

/// Functions have the first numbers of their kind to the imported ones.
fn count_imports(mut section: &[u8]) -> Result<usize> {
    let count = number(&mut section)?;
    for _ in 0..count {
        sized(&mut section)?;
        sized(&mut section)?;
        ensure!(number(&mut section)? == 0, "the module imports something that is no function");
        number(&mut section)?;
    }
    Ok(count)
}

fn split_bodies(mut section: &[u8]) -> Result<Vec<&[u8]>> {
    (0..number(&mut section)?).map(|_| sized(&mut section)).collect()
}

/// Takes a length and as many bytes.
fn sized<'a>(rest: &mut &'a [u8]) -> Result<&'a [u8]> {
    let length = number(rest)?;
    let (taken, after) = rest.split_at_checked(length).context("the module is cut short")?;
    *rest = after;
    Ok(taken)
}

/// Takes an unsigned LEB128 of at most 32 bits.
fn number(rest: &mut &[u8]) -> Result<usize> {
    let mut value = 0;
    for shift in [0, 7, 14, 21, 28] {
        let (&byte, after) = rest.split_first().context("the module is cut short")?;
        *rest = after;
        value |= usize::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok(value);
        }
    }
    anyhow::bail!("a number of the module is longer than 32 bits")
}

fn write_number(bytes: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

fn write_sized(bytes: &mut Vec<u8>, content: &[u8]) {
    write_number(bytes, content.len());
    bytes.extend_from_slice(content);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A module with one import and functions of these bodies, as far as it is looked into.
    fn module(bodies: &[&[u8]]) -> Vec<u8> {
        let mut code = Vec::new();
        write_number(&mut code, bodies.len());
        bodies.iter().for_each(|body| write_sized(&mut code, body));
        let mut wasm = b"\0asm\x01\0\0\0\x02\x07\x01\x01m\x01f\x00\x00".to_vec();
        wasm.push(CODE);
        write_sized(&mut wasm, &code);
        wasm
    }

    #[test]
    fn alike_functions_become_neighbours_and_the_largest_leads() {
        let bodies: [&[u8]; 4] = [b"abcdefgh", b"0123456789-one", b"abcdefghij", b"0123456789"];
        assert_eq!(chain(&bodies), [1, 3, 2, 0]);
    }

    #[test]
    fn every_function_is_named_by_its_place_behind_the_imports() {
        let wasm = module(&[b"short", b"the longer one"]);
        let named = named_by_place(&wasm).unwrap();
        let section = b"\0\x16\x04name\x01\x0f\x02\x01\x0500001\x02\x0500000";
        assert_eq!(named, [wasm.as_slice(), section].concat());
    }

    #[test]
    fn a_module_cut_short_or_with_another_import_is_rejected() {
        let wasm = module(&[b"short"]);
        assert!((0..wasm.len()).filter(|&end| end != 8 && end != 17).all(|end| named_by_place(&wasm[..end]).is_err()));
        let mut memory = wasm;
        memory[15] = 2;
        assert!(named_by_place(&memory).is_err());
    }
}
