//! What another catalog file changes, in words: things that are new, gone or otherwise, key by key as the files write them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use protocol::{Currency, Money};
use toml::{Table, Value};

use super::{Catalog, CatalogError};

/// Keys whose numbers are amounts, minor units.
const AMOUNTS: [&str; 4] = ["price", "amount", "minimum", "free_over"];
/// Lists of the file: what one of each is called, and the keys that name it, the first that is there.
const LISTS: [(&str, &[&str]); 4] =
    [("item", &["sku"]), ("discount", &["code", "label"]), ("delivery", &["id"]), ("ask", &["name", "kind"])];

/// What a thing is called, and what the file says of it by key.
type Things = BTreeMap<String, BTreeMap<String, String>>;

impl Catalog {
    /// What a file has otherwise than another: a line for each thing that is new, gone or changed.
    ///
    /// # Errors
    /// As [`Catalog::load`], of either.
    pub fn differences(old: &Path, new: &Path) -> Result<Vec<String>, CatalogError> {
        Ok(differences(&table(old)?, &table(new)?))
    }
}

/// A file that is a good catalog, as it is written.
fn table(path: &Path) -> Result<Table, CatalogError> {
    let text = Catalog::read(path)?;
    Catalog::of_file(path, &text)?;
    Ok(text.parse().unwrap_or_default())
}

/// A line for each thing that the one file has otherwise than the other. Both are good catalogs.
fn differences(old: &Table, new: &Table) -> Vec<String> {
    let (old, new) = (things(old), things(new));
    let mut told: Vec<String> = old.keys().filter(|name| !new.contains_key(*name)).map(|name| format!("{name} is gone")).collect();
    for (name, keys) in &new {
        let words = match old.get(name) {
            None => keys.iter().map(|(key, value)| format!("{key} {value}")).collect(),
            Some(before) => changes(before, keys),
        };
        if !old.contains_key(name) {
            told.push(format!("{name} is new: {}", words.join(", ")));
        } else if !words.is_empty() {
            told.push(format!("{name}: {}", words.join(", ")));
        }
    }
    told
}

fn changes(old: &BTreeMap<String, String>, new: &BTreeMap<String, String>) -> Vec<String> {
    let all: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    let changed = all.into_iter().filter(|key| old.get(*key) != new.get(*key));
    let said = |value: Option<&String>| value.cloned().unwrap_or_else(|| "nothing".to_owned());
    changed.map(|key| format!("{key} {} → {}", said(old.get(key)), said(new.get(key)))).collect()
}

fn things(file: &Table) -> Things {
    let currency = file.get("currency").and_then(Value::as_str).and_then(Currency::parse);
    let mut things = Things::new();
    let mut add = |name: String, value: &Value| {
        let mut keys = BTreeMap::new();
        flatten("", value, currency, &mut keys);
        // Discounts of one label, for instance.
        let numbered = (2..).map(|number| format!("{name} ({number})"));
        let free = std::iter::once(name.clone()).chain(numbered).find(|name| !things.contains_key(name));
        things.insert(free.unwrap_or(name), keys);
    };
    for (key, value) in file {
        let Some((kind, names)) = LISTS.iter().find(|(kind, _)| kind == key) else {
            add(key.clone(), value);
            continue;
        };
        for thing in value.as_array().into_iter().flatten() {
            let name = |of: &Value, keys: &[&str]| keys.iter().find_map(|key| of.get(*key)).map(plain).unwrap_or_default();
            let of = name(thing, names);
            for variant in thing.get("variant").and_then(Value::as_array).into_iter().flatten() {
                add(format!("{kind} {}, a variant of {of}", name(variant, names)), variant);
            }
            add(format!("{kind} {of}"), thing);
        }
    }
    things
}

/// Every value by the way to it, apart from variants, which are things of their own.
fn flatten(path: &str, value: &Value, currency: Option<Currency>, keys: &mut BTreeMap<String, String>) {
    let Value::Table(table) = value else {
        let key = path.rsplit('.').next().unwrap_or_default();
        let amount = value.as_integer().filter(|_| AMOUNTS.contains(&key));
        let money =
            amount.zip(currency).map(|(amount, currency)| format!("{} {}", Money { amount, currency }.to_decimal(), currency.as_str()));
        keys.insert(if path.is_empty() { "is".to_owned() } else { path.to_owned() }, money.unwrap_or_else(|| plain(value)));
        return;
    };
    for (key, value) in table.iter().filter(|(key, _)| *key != "variant") {
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        flatten(&path, value, currency, keys);
    }
}

/// A value as the file has it, a text without its quotes.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        // One of several languages; which one does not matter as long as it is the same each time.
        Value::Table(texts) => texts.values().next().map(plain).unwrap_or_default(),
        value => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::differences;

    const OLD: &str = r#"
        currency = "EUR"
        tax = { label = "VAT", percent = 19, country.FR.percent = 20 }
        [[item]]
        sku = "tea"
        name = { en = "Tea", de = "Tee" }
        price = 680
        stock = 10
        [[item]]
        sku = "cup"
        name = "Cup"
        price = 1200
        [[item.variant]]
        sku = "cup-blue"
        options = "Blue"
        [[discount]]
        label = "Spring"
        code = "SPRING"
        percent = 10
        [[delivery]]
        id = "post"
        label = "Post"
        amount = 490
        [[ask]]
        kind = "email"
    "#;

    fn told(change: impl Fn(&str) -> String) -> Vec<String> {
        differences(&OLD.parse().unwrap(), &change(OLD).parse().unwrap())
    }

    #[test]
    fn what_changes_is_said_thing_by_thing() {
        assert_eq!(told(str::to_owned), [""; 0]);
        for (from, to, words) in [
            ("price = 680", "price = 700", "item tea: price 6.80 EUR → 7.00 EUR"),
            ("stock = 10", "stock = 20", "item tea: stock 10 → 20"),
            ("stock = 10", "", "item tea: stock 10 → nothing"),
            ("de = \"Tee\"", "de = \"Grüner Tee\"", "item tea: name.de Tee → Grüner Tee"),
            ("options = \"Blue\"", "options = \"Navy\"", "item cup-blue, a variant of cup: options Blue → Navy"),
            ("percent = 10", "percent = 15", "discount SPRING: percent 10 → 15"),
            ("amount = 490", "amount = 590", "delivery post: amount 4.90 EUR → 5.90 EUR"),
            ("kind = \"email\"", "kind = \"email\"\nrequired = false", "ask email: required nothing → false"),
            ("FR.percent = 20", "FR.percent = 10", "tax: country.FR.percent 20 → 10"),
        ] {
            assert_eq!(told(|old| old.replace(from, to)), [words]);
        }
        let tier = |percent: u8| format!("[[discount]]\nlabel = \"Bulk\"\npercent = {percent}\n");
        let tiers = |first: u8| [OLD, &tier(first), &tier(30)].concat().parse().unwrap();
        assert_eq!(differences(&tiers(10), &tiers(15)), ["discount Bulk: percent 10 → 15"]);
        let other = told(|old| old.replace("\"cup-blue\"", "\"cup-red\"").replace("SPRING", "MAY"));
        assert_eq!(
            other,
            [
                "discount SPRING is gone",
                "item cup-blue, a variant of cup is gone",
                "discount MAY is new: code MAY, label Spring, percent 10",
                "item cup-red, a variant of cup is new: options Blue, sku cup-red",
            ]
        );
    }
}
