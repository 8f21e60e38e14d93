//! Items in place of others of the same name in one file of Rust: functions, types, whole implementations of a trait, and single
//! functions of a type's own.

use std::ops::Range;

use anyhow::{Context as _, Result, bail};
use quote::ToTokens as _;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{ImplItem, Item, ItemImpl};

/// `text` with each item of `ours` in place of the one that has its name.
///
/// # Errors
/// When an item of ours has no namesake, or more than one.
pub fn replace(text: &str, ours: &str) -> Result<String> {
    let mut places = Vec::new();
    let theirs = syn::parse_file(text).context("is no Rust that we can read")?;
    let mut found = Names::default();
    found.visit_file(&theirs);
    let mut wanted = Names::default();
    wanted.visit_file(&syn::parse_file(ours).context("our replacements are no Rust")?);
    for (name, item) in wanted.0 {
        let mut namesakes = found.0.iter().filter(|(known, _)| *known == name);
        match (namesakes.next(), namesakes.next()) {
            (Some((_, place)), None) => places.push((place.clone(), &ours[item])),
            (None, _) => bail!("has no `{name}` any more"),
            (Some(_), Some(_)) => bail!("has more than one `{name}`"),
        }
    }
    places.sort_by_key(|(place, _)| place.start);
    let mut result = String::new();
    let mut end = 0;
    for (place, item) in places {
        result.extend([&text[end..place.start], item]);
        end = place.end;
    }
    result.push_str(&text[end..]);
    Ok(result)
}

/// Names of items, with the bytes where they stand.
#[derive(Default)]
struct Names(Vec<(String, Range<usize>)>);

impl<'ast> Visit<'ast> for Names {
    fn visit_item(&mut self, item: &'ast Item) {
        let name = match item {
            Item::Enum(item) => item.ident.to_string(),
            Item::Fn(item) => item.sig.ident.to_string(),
            Item::Struct(item) => item.ident.to_string(),
            Item::Macro(item) => item.ident.as_ref().map(ToString::to_string).unwrap_or_default(),
            Item::Impl(ItemImpl { trait_: Some((_, path, _)), self_ty, .. }) => {
                format!("{} for {}", path.to_token_stream(), self_ty.to_token_stream())
            }
            _ => String::new(),
        };
        if !name.is_empty() {
            self.0.push((name, item.span().byte_range()));
        }
        visit::visit_item(self, item);
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        if item.trait_.is_none() {
            for one in &item.items {
                if let ImplItem::Fn(function) = one {
                    self.0.push((format!("{}::{}", item.self_ty.to_token_stream(), function.sig.ident), one.span().byte_range()));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THEIRS: &str = "use a::B;\n/// Told.\npub fn one() { two() }\n\nmod deep {\n    impl<T> Thing<T> {\n        fn keep(&self) {}\n        #[inline]\n        fn go(&self) -> u8 { 1 }\n    }\n}\n\nimpl From<u8> for Thing<u8> {\n    fn from(_: u8) -> Self { Thing }\n}\n";

    #[test]
    fn only_what_has_the_name_is_replaced_with_all_that_is_said_of_it() {
        let ours = "// Ours.\npub fn one() {}\nimpl<T> Thing<T> { fn go(&self) -> u8 { 2 } }\nimpl From<u8> for Thing<u8> { fn from(_: u8) -> Self { panic!() } }\n";
        let text = replace(THEIRS, ours).unwrap();
        assert_eq!(
            text,
            "use a::B;\npub fn one() {}\n\nmod deep {\n    impl<T> Thing<T> {\n        fn keep(&self) {}\n        fn go(&self) -> u8 { 2 }\n    }\n}\n\nimpl From<u8> for Thing<u8> { fn from(_: u8) -> Self { panic!() } }\n"
        );
    }

    #[test]
    fn a_name_that_is_no_more_or_twice_stops_the_build() {
        assert!(replace(THEIRS, "fn three() {}").unwrap_err().to_string().contains("has no `three` any more"));
        assert!(replace("fn a() {}\nmod b { fn a() {} }", "fn a() {}").unwrap_err().to_string().contains("more than one `a`"));
    }
}
