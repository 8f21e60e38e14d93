//! From compiled wasm to wasm plus glue, with the wasm-bindgen library.

use anyhow::{Context as _, Result, ensure};
use wasm_bindgen_cli_support::Bindgen;

/// How the glue starts the wasm, instead of the library's ways for paths, requests, modules and outdated callers: the loader and
/// the gallery pass a response on its way. A server that does not know the type of wasm can still serve it.
const START: &str = r#"
export default async function ({ module_or_path }) {
  const response = await module_or_path, imports = __wbg_get_imports();
  const { instance, module } = response.headers.get("content-type") === "application/wasm"
    ? await WebAssembly.instantiateStreaming(response, imports)
    : await WebAssembly.instantiate(await response.arrayBuffer(), imports);
  __wbg_finalize_init(instance, module);
}
"#;

/// What the glue asks of values, and what it asks instead: pages put constructors of their own in the place of the browser's (MooTools
/// its `Window`), and then nothing is an instance any more.
const QUESTIONS: &[(&str, &str)] = &[(" instanceof Window;", " === globalThis;"), (" instanceof Element;", ".nodeType === 1;")];

/// What the library made, not yet shrunk.
pub struct Parts {
    pub glue: Vec<u8>,
    pub wasm: Vec<u8>,
}

/// Makes the glue for a browser's module loader.
pub fn bind(compiled: Vec<u8>) -> Result<Parts> {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_bytes("qr-checkout", compiled)
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
    let (glue, _) = output.js().split_once("async function __wbg_load(").context("wasm-bindgen starts the wasm in another way now")?;
    let mut glue = format!("{glue}{START}");
    for (question, instead) in QUESTIONS {
        ensure!(glue.contains(question), "wasm-bindgen writes `{question}` in another way now");
        glue = glue.replace(question, instead);
    }
    shorten_module(&mut glue, output.wasm_mut().imports.iter_mut().map(|import| &mut import.module))?;
    shorten_imports(&mut glue, output.wasm_mut().imports.iter_mut().map(|import| &mut import.name));
    shorten_exports(&mut glue, output.wasm_mut().exports.iter_mut().map(|export| &mut export.name));
    Ok(Parts { glue: glue.into_bytes(), wasm: output.wasm_mut().emit_wasm() })
}

/// The one module that all imports come from, by the shortest name there is.
fn shorten_module<'a>(glue: &mut String, modules: impl Iterator<Item = &'a mut String>) -> Result<()> {
    let modules: Vec<_> = modules.collect();
    let name = modules.first().context("the wasm imports nothing")?.to_string();
    // Two modules under one name would be one to the glue.
    ensure!(modules.iter().all(|module| **module == name), "the wasm imports from more modules than {name:?}");
    *glue = glue.replace(&format!("\"{name}\""), "\"a\"");
    modules.into_iter().for_each(|module| "a".clone_into(module));
    Ok(())
}

/// Gives every import a short name, in glue and wasm alike: a hash in each name would be paid for twice by every shopper.
fn shorten_imports<'a>(glue: &mut String, names: impl Iterator<Item = &'a mut String>) {
    for (name, short) in longest_first(names) {
        *glue = glue.replace(&format!("{name}:"), &format!("{short}:"));
        *glue = glue.replace(&format!("imports.wbg.{name} "), &format!("imports.wbg.{short} "));
        *name = short;
    }
}

/// The same for what the wasm gives to the glue, its only user: names of closures spell out the types of all that they take.
fn shorten_exports<'a>(glue: &mut String, names: impl Iterator<Item = &'a mut String>) {
    for (name, short) in longest_first(names) {
        *glue = glue.replace(&format!("wasm.{name}"), &format!("wasm.{short}"));
        *name = short;
    }
}

/// The names that wasm-bindgen made up and a short one for each by its place, longest first, so that none is replaced inside
/// a longer one.
fn longest_first<'a>(names: impl Iterator<Item = &'a mut String>) -> impl Iterator<Item = (&'a mut String, String)> {
    let made_up = |name: &&mut String| name.starts_with("__wb") || name.starts_with("wasm_bindgen_");
    let mut names: Vec<_> = names.filter(made_up).enumerate().map(|(place, name)| (name, short(place))).collect();
    names.sort_unstable_by(|(one, _), (other, _)| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
    names.into_iter()
}

/// `a`, `b`, …, `aa`, …: none as long as a name of ours.
fn short(place: usize) -> String {
    let letter = char::from(b'a' + (place % 26) as u8);
    let before = place.checked_sub(26).map_or_else(String::new, |rest| short(rest / 26));
    format!("{before}{letter}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_imports_come_from_one_module_with_a_short_name() {
        let mut glue = r#"{ "./qr-checkout_bg.js": imports }"#.to_owned();
        let mut modules = ["./qr-checkout_bg.js", "./qr-checkout_bg.js"].map(str::to_owned);
        shorten_module(&mut glue, modules.iter_mut()).unwrap();
        assert_eq!((glue.as_str(), modules.map(|module| module == "a")), (r#"{ "a": imports }"#, [true, true]));
    }

    #[test]
    fn a_second_module_is_rejected_instead_of_merged() {
        let mut modules = ["./qr-checkout_bg.js", "env"].map(str::to_owned);
        assert!(shorten_module(&mut String::new(), modules.iter_mut()).is_err());
        assert_eq!(modules[1], "env");
    }

    #[test]
    fn exports_get_the_same_short_name_on_both_sides_and_ours_keep_theirs() {
        let mut glue = "wasm.__wbindgen_free(wasm.__wbindgen_free_all, wasm.mount, wasm.wasm_bindgen_1a2b___invoke)".to_owned();
        let mut names = ["__wbindgen_free", "mount", "__wbindgen_free_all", "wasm_bindgen_1a2b___invoke"].map(str::to_owned);
        shorten_exports(&mut glue, names.iter_mut());
        assert_eq!(glue, "wasm.a(wasm.b, wasm.mount, wasm.c)");
        assert_eq!([0, 25, 26, 51, 27 * 26].map(short), ["a", "z", "aa", "az", "aaa"]);
        assert_eq!(names, ["a", "mount", "b", "c"]);
    }
}
