//! The arrows between the rooms: which of our packages may import which. `ARCHITECTURE.md` draws the same picture.

use anyhow::Result;

use super::violation::Violation;
use crate::workspace::{self, Dependency, Package, Workspace};

/// Test support, which whoever tests may import for that and nobody may otherwise.
const TESTING: &str = "qr-checkout-testing";

/// A package and what of ours it may import. `tests/` belongs to the root package, whose dev-dependencies are free.
const ARROWS: &[(&str, &[&str])] = &[
    ("qr-checkout-protocol", &[]),
    ("qr-checkout-checkout", &["qr-checkout-protocol"]),
    ("qr-checkout", &["qr-checkout-checkout", "qr-checkout-protocol"]),
    ("qr-checkout-bare-page", &[]),
    ("qr-checkout-gateway", &["qr-checkout-protocol"]),
    ("qr-checkout-merchant", &["qr-checkout-gateway", "qr-checkout-protocol"]),
    ("qr-checkout-sandbox", &["qr-checkout-gateway"]),
    (TESTING, &["qr-checkout-checkout", "qr-checkout-gateway", "qr-checkout-merchant", "qr-checkout-protocol", "qr-checkout-sandbox"]),
    ("qr-checkout-xtask", &["qr-checkout-merchant", "qr-checkout-protocol", "qr-checkout-sandbox"]),
];

/// All forbidden arrows.
pub fn check(workspace: &Workspace) -> Result<Vec<Violation>> {
    let mut violations = Vec::new();
    for package in &workspace.packages {
        let text = workspace::read(&package.manifest_path)?;
        for rule in broken(package) {
            let line = text.lines().position(|line| line.starts_with(&rule.short_name)).map_or(1, |index| index + 1);
            let path = workspace.relative(&package.manifest_path);
            violations.push(Violation { path, line, rule: rule.says });
        }
    }
    Ok(violations)
}

struct Broken {
    /// How the manifest names the dependency: the folder's name.
    short_name: String,
    says: String,
}

fn broken(package: &Package) -> Vec<Broken> {
    let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == package.name) else {
        let says = format!("{} is a new room: draw its arrows in crates/xtask/src/tidy/rooms.rs", package.name);
        return vec![Broken { short_name: String::new(), says }];
    };
    let ours = package.dependencies.iter().filter(|one| ARROWS.iter().any(|(name, _)| *name == one.name));
    ours.filter_map(|dependency| judge(package, allowed, dependency)).collect()
}

fn judge(package: &Package, allowed: &[&str], dependency: &Dependency) -> Option<Broken> {
    let for_tests = dependency.kind.as_deref() == Some("dev");
    let short_name = dependency.name.trim_start_matches("qr-checkout-").to_owned();
    // A package names itself among its dev-dependencies to test with a feature on.
    if for_tests && (package.name == "qr-checkout" || [package.name.as_str(), TESTING].contains(&dependency.name.as_str())) {
        return None;
    }
    if !allowed.contains(&dependency.name.as_str()) {
        let says = format!("{} must not import {}", package.name, dependency.name);
        return Some(Broken { short_name, says });
    }
    let in_the_browser = ["qr-checkout", "qr-checkout-checkout"].contains(&package.name.as_str());
    if in_the_browser && !for_tests && dependency.features.iter().any(|feature| feature == "sign") {
        let says = format!("{} must not be able to sign: what shoppers load only verifies", package.name);
        return Some(Broken { short_name, says });
    }
    let plays_the_provider = ["qr-checkout-sandbox", TESTING].contains(&package.name.as_str());
    if !plays_the_provider && !for_tests && dependency.features.iter().any(|feature| feature == "provider") {
        let says = format!("{} must not contain the provider's own end: only the sandbox and tests play a provider", package.name);
        return Some(Broken { short_name, says });
    }
    None
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::command;

    fn package(name: &str, imports: &str, kind: Option<&str>, features: &[&str]) -> Package {
        let dependency = Dependency {
            name: imports.to_owned(),
            kind: kind.map(ToOwned::to_owned),
            features: features.iter().map(ToString::to_string).collect(),
        };
        Package { name: name.to_owned(), manifest_path: PathBuf::new(), dependencies: vec![dependency] }
    }

    #[test]
    fn the_merchant_may_not_import_the_sandbox_even_for_tests() {
        let merchant = |kind| package("qr-checkout-merchant", "qr-checkout-sandbox", kind, &[]);
        assert_eq!(broken(&merchant(None)).len(), 1);
        assert_eq!(broken(&merchant(Some("dev"))).len(), 1);
    }

    #[test]
    fn test_support_is_for_tests_alone() {
        let merchant = |kind| package("qr-checkout-merchant", TESTING, kind, &[]);
        assert_eq!((broken(&merchant(None)).len(), broken(&merchant(Some("dev"))).len()), (1, 0));
    }

    #[test]
    fn whole_stories_may_import_both_ends() {
        assert!(broken(&package("qr-checkout", "qr-checkout-sandbox", Some("dev"), &[])).is_empty());
        assert_eq!(broken(&package("qr-checkout", "qr-checkout-sandbox", None, &[])).len(), 1);
    }

    #[test]
    fn nothing_in_the_browser_can_sign() {
        assert_eq!(broken(&package("qr-checkout-checkout", "qr-checkout-protocol", None, &["sign"])).len(), 1);
        assert!(broken(&package("qr-checkout-merchant", "qr-checkout-protocol", None, &["sign"])).is_empty());
    }

    #[test]
    fn only_the_sandbox_and_tests_play_a_provider() {
        let asks = |name, kind| package(name, "qr-checkout-gateway", kind, &["provider"]);
        assert_eq!(broken(&asks("qr-checkout-merchant", None)).len(), 1);
        assert!(broken(&asks("qr-checkout-merchant", Some("dev"))).is_empty());
        assert!(broken(&asks("qr-checkout-sandbox", None)).is_empty());
    }

    /// What cargo resolves, with every feature that the backend has.
    #[test]
    fn the_merchants_program_lacks_the_providers_end() {
        let workspace = Workspace::find().unwrap();
        let tree = |package| {
            let mut cargo = command::cargo();
            cargo.current_dir(&workspace.root).args(["tree", "--locked", "--edges", "features,normal", "--all-features"]);
            command::output(cargo.args(["--package", package])).unwrap()
        };
        let [merchant, sandbox] = ["qr-checkout-merchant", "qr-checkout-sandbox"].map(tree);
        let provider = "qr-checkout-gateway feature \"provider\"";
        assert!(merchant.contains("qr-checkout-gateway ") && !merchant.contains(provider));
        assert!(sandbox.contains(provider));
    }

    #[test]
    fn a_room_without_arrows_is_told() {
        assert_eq!(broken(&package("qr-checkout-attic", "serde", None, &[])).len(), 1);
    }
}
