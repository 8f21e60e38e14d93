//! The table of how countries write addresses, against the packages that it was made of.

use testing::judges::judge;

#[test]
fn the_table_of_countries_is_what_the_packages_say() {
    let kept = include_str!("../../src/catalog/asks/forms.tsv");
    judge("countries/table.py", &["compare"], &serde_json::json!(kept).to_string());
}
