//! The same list for programs: CycloneDX 1.5 as JSON. No number of its own and no time in it, so the same crates give the same bytes.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::compiled::{Crate, Key};

/// The list of those crates, of which the one of that name is the product itself.
pub fn of(product: &str, all: &BTreeMap<Key, Crate>) -> Result<String> {
    let main = all.values().find(|one| one.name == product).with_context(|| format!("{product} is not in its own tree"))?;
    let others = all.values().filter(|one| one.name != product);
    let list = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": { "component": component(main, "application") },
        "components": others.map(|one| component(one, "library")).collect::<Vec<_>>(),
        "dependencies": all.values().map(|one| json!({
            "ref": reference(&one.name, &one.version),
            "dependsOn": one.needs.iter().map(|(name, version)| reference(name, version)).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
    });
    Ok(serde_json::to_string_pretty(&list)? + "\n")
}

fn component(one: &Crate, kind: &str) -> Value {
    let mut component = json!({
        "type": kind,
        "bom-ref": reference(&one.name, &one.version),
        "name": one.name,
        "version": one.version,
        "licenses": [{ "expression": one.license }],
    });
    // Only what crates.io has is found there.
    if let Some(checksum) = &one.checksum {
        component["purl"] = reference(&one.name, &one.version).into();
        component["hashes"] = json!([{ "alg": "SHA-256", "content": checksum }]);
    }
    if let Some(repository) = &one.repository {
        component["externalReferences"] = json!([{ "type": "vcs", "url": repository }]);
    }
    component
}

/// A package URL, of which a version's `+` is no part as it stands.
fn reference(name: &str, version: &str) -> String {
    format!("pkg:cargo/{name}@{}", version.replace('+', "%2B"))
}
