//! The cart that an address or a form names: `item=SKU:QTY` for each line, and what else goes into its price. It is written into links and
//! hidden fields as it came. Nothing in it names a person.

use maud::{Markup, html};
use url::form_urlencoded;

use super::super::carts;

/// What else goes into the price, the language of the page that led here, and the place at which it is ordered.
const REST: [&str; 7] = ["locale", "client_reference", "place", "code", "country", "region", "delivery"];
/// What goes into the price of a link, and the same.
const BY_LINK: [&str; 5] = ["locale", "amount", "country", "region", "delivery"];
/// What of that says where it goes.
pub(super) const PLACE: [&str; 3] = ["country", "region", "delivery"];

/// A cart as somebody wrote it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    /// SKU and quantity of each line.
    lines: Vec<(String, Option<i64>)>,
    /// Name and value, of those that are not empty.
    rest: Vec<(&'static str, String)>,
}

impl Wanted {
    /// Reads a query or a form. A line without a quantity is one piece, and one without anything is none.
    pub(super) fn of(pairs: &[(String, String)]) -> Wanted {
        let line = |text: &str| carts::line(text).map_or((text.to_owned(), Some(1)), |(sku, quantity)| (sku.to_owned(), quantity));
        Wanted { lines: values(pairs, "item").filter(|text| !text.is_empty()).map(line).collect(), rest: firsts(pairs, &REST) }
    }

    /// The same, of a link: that says what is bought.
    pub(super) fn by_link(pairs: &[(String, String)]) -> Wanted {
        Wanted { lines: Vec::new(), rest: firsts(pairs, &BY_LINK) }
    }

    /// The lines, as far as they can be read, and what is wrong with them.
    pub(super) fn written(&self) -> carts::Written {
        carts::read(&self.lines.iter().map(|(sku, quantity)| (sku.as_str(), *quantity)).collect::<Vec<_>>())
    }

    /// One of the others.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.rest.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// The same without those.
    pub(super) fn without(mut self, names: &[&str]) -> Wanted {
        self.rest.retain(|(name, _)| !names.contains(name));
        self
    }

    /// The same with so many of a thing; none of it with 0.
    pub(super) fn with(&self, sku: &str, quantity: i64) -> Wanted {
        let mut lines = self.lines.clone();
        lines.retain(|(known, _)| known != sku || quantity > 0);
        lines.iter_mut().filter(|(known, _)| known == sku).for_each(|line| line.1 = Some(quantity));
        Wanted { lines, rest: self.rest.clone() }
    }

    /// Whether anything is in it.
    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The address of its page, seen from that page.
    pub(super) fn link(&self) -> String {
        let mut query = form_urlencoded::Serializer::for_suffix("?".to_owned(), 1);
        query.extend_pairs(self.items().map(|item| ("item", item))).extend_pairs(&self.rest);
        query.finish()
    }

    /// Hidden fields of a form that does not ask for `asked`.
    pub(super) fn hidden(&self, asked: &[&str]) -> Markup {
        html! {
            @for item in self.items() { input type="hidden" name="item" value=(item); }
            @for (name, value) in self.rest.iter().filter(|(name, _)| !asked.contains(name)) {
                input type="hidden" name=(name) value=(value);
            }
        }
    }

    fn items(&self) -> impl Iterator<Item = String> {
        self.lines.iter().map(|(sku, quantity)| match quantity {
            Some(quantity) => format!("{sku}:{quantity}"),
            // It stays what cannot be read.
            None => format!("{sku}:?"),
        })
    }
}

fn values<'a>(pairs: &'a [(String, String)], wanted: &'static str) -> impl Iterator<Item = &'a str> {
    pairs.iter().filter(move |(name, _)| name == wanted).map(|(_, value)| value.trim())
}

/// The first value of each name, of those that are not empty.
fn firsts(pairs: &[(String, String)], names: &[&'static str]) -> Vec<(&'static str, String)> {
    let first = |name: &&'static str| Some((*name, values(pairs, name).next().filter(|value| !value.is_empty())?.to_owned()));
    names.iter().filter_map(first).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(query: &str) -> Wanted {
        Wanted::of(&form_urlencoded::parse(query.as_bytes()).into_owned().collect::<Vec<_>>())
    }

    #[test]
    fn a_cart_is_written_as_it_was_read() {
        let cart = wanted("item=tea:2&item=mug%2Fblue:1&code=SPRING+1&country=DE&email=lin@example.org&region=&delivery=post");
        assert_eq!(cart.link(), "?item=tea%3A2&item=mug%2Fblue%3A1&code=SPRING+1&country=DE&delivery=post");
        assert_eq!(wanted(&cart.link()[1..]), cart);
        assert_eq!(cart.with("tea", 1).without(&PLACE).link(), "?item=tea%3A1&item=mug%2Fblue%3A1&code=SPRING+1");
        assert_eq!(cart.with("tea", 0).without(&REST).link(), "?item=mug%2Fblue%3A1");
        let hidden = wanted("item=\"><b>&country=DE&code=A").hidden(&["country"]).into_string();
        assert_eq!(
            hidden,
            "<input type=\"hidden\" name=\"item\" value=\"&quot;&gt;&lt;b&gt;:1\"><input type=\"hidden\" name=\"code\" value=\"A\">"
        );
    }

    #[test]
    fn what_cannot_be_read_is_wrong_and_not_guessed() {
        assert_eq!(wanted("item=tea").written().items[0].quantity, 1);
        assert_eq!(wanted("item=tea:x").written().faults[0].code, "quantity");
        assert_eq!(wanted("item=:").written().faults[0].code, "unknown-sku");
        assert!(wanted("").is_empty());
    }
}
