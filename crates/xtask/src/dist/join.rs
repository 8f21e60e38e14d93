//! The loader's modules as the one script that merchants load: what a module imports stands before it, each module once. What the first
//! of them exports, the script exports.
//! Not here: making it small, which the minifier does across them all.

use anyhow::{Context as _, Result, ensure};

/// Reads a module by its name.
type Read<'a> = &'a dyn Fn(&str) -> Result<String>;

/// The module of that name and all that it imports, in one text.
///
/// # Errors
/// When a module is missing, or imports or exports in a form that is not understood: a line of names each way, from `./` or beside.
pub fn join(read: Read<'_>, name: &str) -> Result<String> {
    let mut joined = Vec::new();
    take(read, name, &mut Vec::new(), &mut joined)?;
    Ok(joined.concat())
}

fn take(read: Read<'_>, name: &str, taken: &mut Vec<String>, joined: &mut Vec<String>) -> Result<()> {
    if taken.iter().any(|known| known == name) {
        return Ok(());
    }
    taken.push(name.to_owned());
    let source = read(name)?;
    let mut own = String::new();
    for line in source.lines() {
        if line.starts_with("import ") {
            let beside = imported(line).with_context(|| format!("{name}: {line}"))?;
            let place = name.rsplit_once('/').map_or(String::new(), |(place, _)| format!("{place}/"));
            take(read, &format!("{place}{beside}"), taken, joined)?;
            continue;
        }
        let bare = line.strip_prefix("export ").unwrap_or(line);
        ensure!(!bare.starts_with("default ") && !bare.starts_with('{'), "{name}: only names are exported, one declaration each");
        own.push_str(if taken.first().is_some_and(|first| first == name) { line } else { bare });
        own.push('\n');
    }
    joined.push(own);
    Ok(())
}

/// `import { names } from "./beside.js";` gives `beside.js`.
fn imported(line: &str) -> Option<&str> {
    let names = line.strip_prefix("import { ")?;
    let (names, from) = names.split_once(" } from \"./")?;
    from.strip_suffix("\";").filter(|_| !names.contains(" as "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(modules: &[(&str, &str)]) -> Result<String> {
        let read = |wanted: &str| {
            let found = modules.iter().find(|(name, _)| *name == wanted);
            found.map(|(_, text)| (*text).to_owned()).context("no such module")
        };
        join(&read, "main.js")
    }

    #[test]
    fn what_is_imported_stands_first_and_once() {
        let modules = [
            ("main.js", "import { a } from \"./parts/a.js\";\nimport { b } from \"./parts/b.js\";\na(b);\n"),
            ("parts/a.js", "import { b } from \"./b.js\";\nexport function a() {}\n"),
            ("parts/b.js", "export const b = 1;\n"),
        ];
        assert_eq!(joined(&modules).unwrap(), "const b = 1;\nfunction a() {}\na(b);\n");
    }

    #[test]
    fn what_the_first_exports_the_script_exports() {
        let modules = [("main.js", "import { a } from \"./a.js\";\nexport const b = a;\n"), ("a.js", "export const a = 1;\n")];
        assert_eq!(joined(&modules).unwrap(), "const a = 1;\nexport const b = a;\n");
    }

    #[test]
    fn what_would_be_another_name_is_refused() {
        for line in ["import b from \"./b.js\";", "import { b as c } from \"./b.js\";", "export default 1;", "export { b };"] {
            assert!(joined(&[("main.js", line), ("b.js", "")]).is_err(), "{line}");
        }
        assert!(joined(&[("main.js", "import { b } from \"./b.js\";")]).is_err(), "a missing module");
    }
}
