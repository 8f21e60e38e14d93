//! No circles: a file imports only files that do not import it, neither directly nor through others. So each can be read, tested and
//! moved with what it stands on alone.

mod modules;

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Result;
use petgraph::algo::tarjan_scc;
use petgraph::graphmap::DiGraphMap;

use self::modules::Modules;
use super::violation::Violation;
use crate::workspace::Workspace;

/// All circles within our crates: a violation each, told of its first file.
pub fn check(workspace: &Workspace) -> Result<Vec<Violation>> {
    let mut violations = Vec::new();
    for package in &workspace.packages {
        let sources = package.manifest_path.with_file_name("src");
        for root in ["lib.rs", "main.rs"].map(|root| sources.join(root)) {
            if root.is_file() {
                let modules = Modules::read(&root, &|file| std::fs::read_to_string(file).ok())?;
                violations.extend(circles(&modules.imports()).iter().map(|circle| told(workspace, circle)));
            }
        }
    }
    Ok(violations)
}

fn told(workspace: &Workspace, circle: &[&Path]) -> Violation {
    let names: Vec<String> = circle.iter().map(|path| workspace.relative(path)).collect();
    let rule = format!("imports in a circle: {}", names.join(" -> "));
    Violation { path: names.into_iter().next().unwrap_or_default(), line: 1, rule }
}

/// The shortest circle of each knot of files, beginning and ending with the same file.
fn circles<'a>(imports: &BTreeSet<(&'a Path, &'a Path)>) -> Vec<Vec<&'a Path>> {
    let graph: DiGraphMap<&Path, ()> = imports.iter().copied().collect();
    tarjan_scc(&graph).into_iter().filter(|knot| knot.len() > 1).filter_map(|knot| shortest(&graph, &knot)).collect()
}

fn shortest<'a>(graph: &DiGraphMap<&'a Path, ()>, knot: &[&'a Path]) -> Option<Vec<&'a Path>> {
    let round = |start: &&'a Path| {
        let back = graph.neighbors(start).filter_map(|next| {
            petgraph::algo::astar(graph, next, |node| node == *start, |_| 1, |_| 0).map(|(_, way)| [vec![*start], way].concat())
        });
        back.min_by_key(Vec::len)
    };
    knot.iter().filter_map(round).min_by_key(|way| (way.len(), way.first().copied()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The shortest circle of a crate of these files.
    fn circle(files: &[(&str, &str)]) -> String {
        let text = |path: &Path| files.iter().find(|(name, _)| Path::new(name) == path).map(|(_, text)| (*text).to_owned());
        let modules = Modules::read(Path::new("lib.rs"), &text).unwrap();
        let told = |circle: &Vec<&Path>| circle.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(" ");
        circles(&modules.imports()).iter().map(told).collect::<Vec<_>>().join("; ")
    }

    const A_USES_B: (&str, &str) = ("a.rs", "use crate::b::B; pub struct A(B);");

    #[test]
    fn a_file_that_imports_what_imports_it_is_told_with_the_way_round() {
        let root = ("lib.rs", "mod a; mod b; pub use a::A;");
        for b in [
            "pub struct B; pub fn make() -> crate::A { todo!() }",
            "use super::a; pub struct B; pub fn make(_: a::A) {}",
            "use crate::a::A as Other; pub struct B; pub type C = Other;",
            "pub struct B; fn in_a_macro() { vec![crate::a::A::new()]; }",
            "use crate::*; pub struct B; impl From<a::A> for B {}",
        ] {
            assert_eq!(circle(&[root, A_USES_B, ("b.rs", b)]), "a.rs b.rs a.rs", "{b}");
        }
    }

    #[test]
    fn a_longer_way_round_is_a_circle_and_children_count_as_files_too() {
        let root = ("lib.rs", "mod a; mod b; mod c;");
        let b = ("b.rs", "use crate::c::C; pub struct B(C);");
        assert_eq!(circle(&[root, A_USES_B, b, ("c.rs", "pub struct C(crate::a::A);")]), "a.rs b.rs c.rs a.rs");
        let folder = ("a/mod.rs", "mod child; pub struct A; fn go() { child::go() }");
        assert_eq!(
            circle(&[("lib.rs", "mod a;"), folder, ("a/child.rs", "use super::A; pub fn go() {}")]),
            "a/child.rs a/mod.rs a/child.rs"
        );
    }

    #[test]
    fn handing_on_a_name_and_testing_are_no_imports() {
        let root = ("lib.rs", "mod a; mod b;");
        for b in
            ["pub use crate::a::A; pub struct B;", "pub struct B; #[cfg(test)] mod tests { use crate::a::A; }", "pub struct B; use a::b;"]
        {
            assert_eq!(circle(&[root, A_USES_B, ("b.rs", b)]), "", "{b}");
        }
    }

    #[test]
    fn what_a_macro_made_is_where_the_macro_was_called() {
        let files = [("lib.rs", "mod a; mod b;"), A_USES_B, ("b.rs", "words! { B } use crate::a::A; fn go(_: A) {}")];
        assert_eq!(circle(&files), "a.rs b.rs a.rs");
    }
}
