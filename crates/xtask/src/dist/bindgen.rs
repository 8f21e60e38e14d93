//! From compiled wasm to wasm plus glue, with the wasm-bindgen library.

use std::path::Path;

use anyhow::{Result, ensure};
use wasm_bindgen_cli_support::Bindgen;

/// What the library made, not yet shrunk.
pub struct Parts {
    pub glue: Vec<u8>,
    pub wasm: Vec<u8>,
}

/// Makes the glue for a browser's module loader.
pub fn bind(compiled: &Path) -> Result<Parts> {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(compiled)
        .out_name("qr-checkout")
        .web(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        // The loader always names the wasm; a default URL would only be bytes.
        .omit_default_module_path(true);
    let mut output = bindgen.generate_output()?;
    let snippets: usize = output.snippets().values().map(Vec::len).sum();
    ensure!(
        snippets == 0 && output.local_modules().is_empty(),
        "a crate brings JavaScript of its own, which the loader's digests would not cover"
    );
    let mut glue = output.js().to_owned();
    shorten_imports(&mut glue, output.wasm_mut().imports.iter_mut().map(|import| &mut import.name));
    shorten_exports(&mut glue, output.wasm_mut().exports.iter_mut().map(|export| &mut export.name));
    Ok(Parts { glue: glue.into_bytes(), wasm: output.wasm_mut().emit_wasm() })
}

/// Gives every import a short name, in glue and wasm alike: a hash in each name would be paid for twice by every shopper.
fn shorten_imports<'a>(glue: &mut String, names: impl Iterator<Item = &'a mut String>) {
    for (index, name) in longest_first(names).enumerate() {
        let short = format!("_{index}");
        *glue = glue.replace(&format!("{name}:"), &format!("{short}:"));
        *glue = glue.replace(&format!("imports.wbg.{name} "), &format!("imports.wbg.{short} "));
        *name = short;
    }
}

/// The same for what the wasm gives to the glue, its only user: names of closures spell out the types of all that they take.
fn shorten_exports<'a>(glue: &mut String, names: impl Iterator<Item = &'a mut String>) {
    for (index, name) in longest_first(names).enumerate() {
        let short = format!("_{index}");
        *glue = glue.replace(&format!("wasm.{name}"), &format!("wasm.{short}"));
        *name = short;
    }
}

/// The names that wasm-bindgen made up, longest first, so that none is replaced inside a longer one.
fn longest_first<'a>(names: impl Iterator<Item = &'a mut String>) -> impl Iterator<Item = &'a mut String> {
    let made_up = |name: &&mut String| name.starts_with("__wb") || name.starts_with("wasm_bindgen_");
    let mut names: Vec<&mut String> = names.filter(made_up).collect();
    names.sort_unstable_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
    names.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exports_get_the_same_short_name_on_both_sides_and_ours_keep_theirs() {
        let mut glue = "wasm.__wbindgen_free(wasm.__wbindgen_free_all, wasm.mount, wasm.wasm_bindgen_1a2b___invoke)".to_owned();
        let mut names = ["__wbindgen_free", "mount", "__wbindgen_free_all", "wasm_bindgen_1a2b___invoke"].map(str::to_owned);
        shorten_exports(&mut glue, names.iter_mut());
        assert_eq!(glue, "wasm._2(wasm._1, wasm.mount, wasm._0)");
        assert_eq!(names, ["_2", "mount", "_1", "_0"]);
    }
}
