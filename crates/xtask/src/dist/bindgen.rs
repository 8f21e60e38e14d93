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
    Ok(Parts { glue: glue.into_bytes(), wasm: output.wasm_mut().emit_wasm() })
}

/// Gives every import a short name, in glue and wasm alike: a hash in each name would be paid for twice by every shopper.
fn shorten_imports<'a>(glue: &mut String, names: impl Iterator<Item = &'a mut String>) {
    let mut names: Vec<&mut String> = names.filter(|name| name.starts_with("__wb")).collect();
    // Longest first, so that no name is replaced inside a longer one.
    names.sort_unstable_by_key(|name| std::cmp::Reverse(name.len()));
    for (index, name) in names.into_iter().enumerate() {
        let short = format!("_{index}");
        *glue = glue.replace(&format!("{name}:"), &format!("{short}:"));
        *glue = glue.replace(&format!("imports.wbg.{name} "), &format!("imports.wbg.{short} "));
        *name = short;
    }
}
