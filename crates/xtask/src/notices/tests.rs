//! Judges the notices by what cargo itself says that it compiles: its graph of units.

use std::collections::BTreeSet;

use serde_json::Value;

use super::*;
use crate::command;
use crate::dist::SMALL_STANDARD_LIBRARY;

/// The crates of others that cargo compiles for that target, as `name version`, proc-macros and build scripts left out.
fn compiled(workspace: &Workspace, target: &str, arguments: &[&str]) -> BTreeSet<String> {
    let mut cargo = command::cargo();
    cargo
        .current_dir(&workspace.root)
        .args(["build", "--locked", "--unit-graph", "-Zunstable-options", "--target", target])
        .args(arguments);
    let graph: Value = serde_json::from_str(&command::output(cargo.env("RUSTC_BOOTSTRAP", "1")).unwrap()).unwrap();
    let units = graph["units"].as_array().unwrap().iter();
    let units = units.filter(|unit| unit["platform"] == target && unit["mode"] == "build");
    let ids = units.map(|unit| unit["pkg_id"].as_str().unwrap());
    ids.filter_map(|id| id.strip_prefix("registry+")?.split_once('#')).map(|(_, package)| package.replace('@', " ")).collect()
}

/// The crates that the text names, with the numbers of the texts that travel with each.
fn named(notices: &Notices) -> BTreeMap<String, Vec<String>> {
    let (list, _) = notices.text.split_once(&"-".repeat(100)).unwrap();
    let lines = list.lines().filter(|line| line.ends_with(']'));
    let parts = lines.map(|line| {
        let cited = line.split(' ').filter(|word| word.starts_with('[') && word.ends_with(']'));
        (line.split_once(", ").unwrap().0.to_owned(), cited.map(ToOwned::to_owned).collect())
    });
    parts.collect()
}

fn listed(notices: &Notices) -> BTreeSet<String> {
    let list: Value = serde_json::from_str(&notices.sbom).unwrap();
    let components = list["components"].as_array().unwrap().iter().chain([&list["metadata"]["component"]]);
    components.map(|one| format!("{} {}", one["name"].as_str().unwrap(), one["version"].as_str().unwrap())).collect()
}

fn assert_complete(notices: &Notices, compiled: &BTreeSet<String>, ours: &[&str]) {
    let named = named(notices);
    let missing: Vec<&String> = compiled.iter().filter(|one| !named.contains_key(*one)).collect();
    assert_eq!(missing, [""; 0]);
    for ours in ours.iter().chain(&["rust-std"]) {
        assert!(named.keys().any(|name| name.starts_with(&format!("{ours} "))), "{ours}");
    }
    assert_eq!(named.keys().cloned().collect::<BTreeSet<_>>(), listed(notices));
    for (name, cited) in &named {
        assert!(!cited.is_empty(), "{name} has no text");
        for number in cited {
            assert!(notices.text.contains(&format!("\n{number}\n\n")), "{name} cites {number}");
        }
    }
}

/// Whatever a component depends on is a component.
fn assert_closed(notices: &Notices) {
    let list: Value = serde_json::from_str(&notices.sbom).unwrap();
    let references: BTreeSet<&str> = list["dependencies"].as_array().unwrap().iter().map(|one| one["ref"].as_str().unwrap()).collect();
    for one in list["dependencies"].as_array().unwrap() {
        for needed in one["dependsOn"].as_array().unwrap() {
            assert!(references.contains(needed.as_str().unwrap()), "{one}");
        }
    }
}

#[test]
fn every_crate_in_the_widget_is_named_with_its_licence() {
    let workspace = Workspace::find().unwrap();
    let arguments = [&["--package", "qr-checkout", "--lib", "--profile", "wasm"], SMALL_STANDARD_LIBRARY].concat();
    let compiled = compiled(&workspace, "wasm32-unknown-unknown", &arguments);
    // One of ours, one of the standard library's: the graph has both.
    assert!(["yew ", "dlmalloc "].iter().all(|name| compiled.iter().any(|one| one.starts_with(name))), "{compiled:?}");
    let notices = of_widget(&workspace, None).unwrap();
    assert_complete(&notices, &compiled, &["qr-checkout", "qr-checkout-checkout", "qr-checkout-protocol"]);
    assert_closed(&notices);
    assert!(!named(&notices).keys().any(|name| name.starts_with("axum ")), "what tests need is not in the widget");
}

#[test]
fn every_crate_in_the_server_is_named_with_its_licence() {
    let workspace = Workspace::find().unwrap();
    let arguments = ["--release", "--package", "qr-checkout-merchant", "--bin", "qr-checkout-server", "--features", "embedded-widget"];
    let compiled = compiled(&workspace, "x86_64-unknown-linux-gnu", &arguments);
    assert!(compiled.iter().any(|one| one.starts_with("rust-embed ")), "{compiled:?}");
    let notices = of_server(&workspace).unwrap();
    assert_complete(&notices, &compiled, &["qr-checkout-merchant", "qr-checkout-gateway", "qr-checkout-protocol"]);
    assert_closed(&notices);
    // What the C of others says of itself is there, too.
    assert!(notices.text.contains("OpenSSL") && notices.text.contains("fiat-crypto"));
}

#[test]
fn the_same_crates_give_the_same_bytes_and_untouched_files() {
    let workspace = Workspace::find().unwrap();
    let [one, other] = [(); 2].map(|()| of_widget(&workspace, None).unwrap());
    assert!(one.text == other.text && one.sbom == other.sbom);
    let home = std::env::home_dir().unwrap();
    for place in [home.to_str().unwrap(), workspace.root.to_str().unwrap()] {
        assert!(!one.text.contains(place) && !one.sbom.contains(place), "{place} is a folder of this machine");
    }
    let folder = std::env::temp_dir().join(format!("qr-checkout-notices-{}", std::process::id()));
    one.write_into(&folder).unwrap();
    let written = || std::fs::metadata(folder.join(NOTICES)).unwrap().modified().unwrap();
    let first = written();
    other.write_into(&folder).unwrap();
    assert_eq!(written(), first);
    std::fs::remove_dir_all(&folder).unwrap();
}
