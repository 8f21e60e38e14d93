//! What a catalog's products give beside what is sent. Not here: the files themselves, and who gets them.

use std::collections::{BTreeMap, BTreeSet};

use protocol::Line;

use super::Catalog;
use super::product::Product;
use crate::goods::is_key_file;
use crate::store::Promise;

impl Catalog {
    /// What an order of these lines gives once it is paid.
    pub(crate) fn promises(&self, lines: &[Line]) -> Vec<Promise> {
        let mut pieces: BTreeMap<&str, i64> = BTreeMap::new();
        for line in lines.iter().filter(|line| line.total >= 0) {
            *pieces.entry(line.item.sku.as_str()).or_default() += i64::from(line.item.quantity);
        }
        let sold = pieces.into_iter().filter_map(|(sku, pieces)| Some((sku, pieces, self.products.get(sku)?)));
        sold.flat_map(|(sku, pieces, product)| product.gives().map(move |gives| Promise { sku: sku.to_owned(), pieces, gives })).collect()
    }

    /// What a product is called in a language.
    pub(crate) fn product_name(&self, sku: &str, locale: &str) -> Option<String> {
        Some(self.products.get(sku)?.name.get(locale).to_owned())
    }

    /// Whether nothing of a product is delivered.
    pub(crate) fn is_digital(&self, sku: &str) -> bool {
        self.products.get(sku).is_some_and(Product::is_digital)
    }

    /// The pool out of which a product's licence keys come, if it has any.
    pub(crate) fn key_pool(&self, sku: &str) -> Option<String> {
        self.products.get(sku)?.keys.clone()
    }

    /// Every file that is to be loaded, and every file of licence keys, by name, each with a product that wants it.
    pub(crate) fn files(&self) -> BTreeMap<&str, &str> {
        let keys = |keys: &&String| is_key_file(keys);
        let files = self.products.values().flat_map(|product| {
            product.file.iter().chain(product.keys.iter().filter(keys)).map(|file| (file.as_str(), product.sku.as_str()))
        });
        files.collect()
    }

    /// The files of licence keys.
    pub(crate) fn key_files(&self) -> BTreeSet<String> {
        self.products.values().filter_map(|product| product.keys.clone()).filter(|keys| is_key_file(keys)).collect()
    }
}
