//! `cargo xtask dist`: the release build of what merchants load.
//! The same sources give the same bytes; the digest of the loader pins all that it fetches, because it carries their digests.

mod alignment;
mod bindgen;
mod build;
mod elsewhere;
mod join;
mod lean;
mod manifest;
mod order;
mod page;
mod plan;
mod stamp;
mod texts;

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use crate::command;
use crate::notices;
use crate::progress::say;
use crate::setup;
use crate::workspace::{self, Workspace};
#[cfg(test)]
pub use build::SMALL_STANDARD_LIBRARY;
pub use elsewhere::compare as compare_elsewhere;
pub use manifest::{Entry, Manifest, Role, integrity};
pub use page::build_page;
pub use plan::Plan;
use texts::Locale;

/// The stable name that merchants write in their script tag.
const LOADER: &str = "qr-checkout.js";
/// The module that shows the widget in a frame.
const FRAMING: &str = "framing.js";
/// The line of the loader's source that `dist` replaces.
const PLACEHOLDER: &str = "const IS_RELEASED = false, GLUE = [], WASM = [], FRAMING = [], ADVICE = [], LOCALES = {};";

/// What the command takes.
#[derive(clap::Args)]
pub struct Options {
    /// Cargo features of the widget, such as `gallery`, whose build goes to target/dist-gallery
    #[arg(long)]
    features: Option<String>,
    /// The folder that is replaced; `dist` if there are no features
    #[arg(long)]
    out: Option<String>,
    /// And the server with the widget inside
    #[arg(long)]
    server: bool,
}

/// The command: builds, and prints what came out.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let mut plan = Plan::for_merchants(workspace);
    plan.features = options.features.clone();
    if plan.shows_gallery() {
        plan.out = Plan::for_gallery(workspace).out;
    }
    if let Some(out) = &options.out {
        plan.out = workspace.root.join(out);
    }
    setup::tools(workspace)?;
    notices_of_server(workspace, &plan)?;
    let manifest = build_all(workspace, &plan)?;
    for entry in &manifest.files {
        println!("{:>9} bytes {:>9} brotli  {}", entry.bytes, entry.brotli, entry.name);
    }
    say(&format!("{} is ready: release {}", workspace.relative(&plan.out), manifest.release));
    if options.server {
        server(workspace)?;
    }
    Ok(())
}

/// Builds the server as merchants run it, with the widget inside.
fn server(workspace: &Workspace) -> Result<()> {
    say("building the server with the widget inside (some minutes)");
    let mut build = command::cargo();
    build.current_dir(&workspace.root).args(["build", "--locked", "--release", "--package", "qr-checkout-merchant"]);
    command::run(build.args(["--bin", "qr-checkout-server", "--features", "embedded-widget"]))?;
    say(&format!("{} is ready", workspace.relative(&workspace.target.join("release/qr-checkout-server"))));
    Ok(())
}

/// Builds unless the inputs are those of the last build. The tools must be there (`setup::tools`).
pub fn build_if_changed(workspace: &Workspace, plan: &Plan) -> Result<()> {
    notices_of_server(workspace, plan)?;
    let inputs = stamp::of_inputs(workspace, plan)?;
    if stamp::is_current(workspace, plan, &inputs) {
        say("the widget is unchanged since its last build");
        return Ok(());
    }
    build_all(workspace, plan)?;
    stamp::remember(workspace, plan, &inputs)
}

/// What is compiled into the server changes without the widget, and the server has its notices inside.
fn notices_of_server(workspace: &Workspace, plan: &Plan) -> Result<()> {
    if plan.shows_gallery() {
        return Ok(());
    }
    notices::of_server(workspace)?.write_into(&notices::folder_of_server(workspace))
}

fn build_all(workspace: &Workspace, plan: &Plan) -> Result<Manifest> {
    require_same_bindgen(workspace)?;
    let scratch = workspace.target.join("dist-parts");
    recreate(&scratch)?;
    say("compiling the widget for wasm");
    let wasm = build::compile(workspace, plan.features.as_deref())?;
    say("making the glue");
    let parts = bindgen::bind(workspace::read_bytes(&wasm)?)?;
    say("shrinking the wasm");
    let wasm = shrink(workspace, &scratch, &parts.wasm)?;
    say("shrinking glue and loader");
    let glue = minify(workspace, &scratch, "glue", &parts.glue)?;
    let joined = |name| join::join(&|name| workspace::read(&workspace.root.join("www").join(name)), name);
    let framing = minify(workspace, &scratch, "framing", joined(FRAMING)?.as_bytes())?;
    let release = Release::of(Code { glue, wasm, framing }, texts::advice(workspace)?, texts::locales(workspace)?);
    let source = joined(LOADER)?;
    let loader = minify(workspace, &scratch, "loader", &release.write_into(&source)?)?;
    recreate(&plan.out)?;
    for part in &release.parts {
        workspace::write(&plan.out.join(&part.name), &part.bytes)?;
    }
    workspace::write(&plan.out.join(LOADER), loader)?;
    copy_what_is_served_as_written(workspace, plan)?;
    notices::of_widget(workspace, plan.features.as_deref())?.write_into(&plan.out)?;
    say("compressing");
    compress(workspace, &plan.out)?;
    let manifest = Manifest::of_folder(&plan.out, |name| release.role(name))?;
    workspace::write(&plan.out.join("manifest.json"), manifest.to_json()?)?;
    Ok(manifest)
}

/// The library writes the glue for one schema version only, so both must be the same release.
fn require_same_bindgen(workspace: &Workspace) -> Result<()> {
    let ours = workspace.locked_version("wasm-bindgen-cli-support")?;
    let widgets = workspace.locked_version("wasm-bindgen")?;
    ensure!(
        widgets.is_none() || widgets == ours,
        "Cargo.lock has wasm-bindgen {} but crates/xtask/Cargo.toml pins wasm-bindgen-cli-support {}: set both to one version",
        widgets.unwrap_or_default(),
        ours.unwrap_or_default(),
    );
    Ok(())
}

/// What the loader fetches, and whose names and digests it carries.
struct Release {
    /// Glue, wasm, what shows them in a frame, advice, and then a file for each locale.
    parts: Vec<Part>,
}

/// What runs.
struct Code {
    glue: Vec<u8>,
    wasm: Vec<u8>,
    framing: Vec<u8>,
}

struct Part {
    role: Role,
    name: String,
    bytes: Vec<u8>,
    /// What the loader has to say itself in the language of this locale.
    words: Vec<String>,
}

impl Release {
    /// One hash names all files: a glue works with its own wasm and texts and no others.
    fn of(code: Code, advice: Vec<u8>, locales: Vec<Locale>) -> Self {
        let part = |role, ending: String, bytes| Part { role, name: ending, bytes, words: Vec::new() };
        let files = [
            (Role::Glue, ".js", code.glue),
            (Role::Wasm, "_bg.wasm", code.wasm),
            (Role::Framing, "_framing.js", code.framing),
            (Role::Advice, ".json", advice),
        ];
        let mut parts: Vec<Part> = files.into_iter().map(|(role, ending, bytes)| part(role, ending.to_owned(), bytes)).collect();
        parts.extend(locales.into_iter().map(|one| {
            let file = part(Role::Locale, format!(".{}.txt", one.name), one.lines.into_bytes());
            Part { words: one.of_the_loader, ..file }
        }));
        let contents: Vec<&[u8]> = parts.iter().map(|part| part.bytes.as_slice()).collect();
        let hash = manifest::short_hash(&contents);
        for part in &mut parts {
            part.name.insert_str(0, &format!("qr-checkout-{hash}"));
        }
        Self { parts }
    }

    fn write_into(&self, source: &str) -> Result<Vec<u8>> {
        ensure!(source.matches(PLACEHOLDER).count() == 1, "the loader must contain the line `{PLACEHOLDER}` exactly once");
        let of = |role| self.parts.iter().filter(move |part| part.role == role);
        let one = |role| of(role).map(Part::to_javascript).collect::<String>();
        let [glue, wasm, framing, advice] = [Role::Glue, Role::Wasm, Role::Framing, Role::Advice].map(one);
        let locales: Vec<String> = of(Role::Locale).map(|part| format!("{:?}: {}", part.locale(), part.to_javascript())).collect();
        let locales = locales.join(", ");
        let files = format!("GLUE = {glue}, WASM = {wasm}, FRAMING = {framing}, ADVICE = {advice}");
        Ok(source.replace(PLACEHOLDER, &format!("const IS_RELEASED = true, {files}, LOCALES = {{ {locales} }};")).into_bytes())
    }

    fn role(&self, name: &str) -> Option<Role> {
        if name == LOADER {
            return Some(Role::Loader);
        }
        self.parts.iter().find(|part| part.name == name).map(|part| part.role)
    }
}

impl Part {
    fn to_javascript(&self) -> String {
        let words = self.words.iter().map(|word| format!(", {}", serde_json::Value::from(word.as_str()))).collect::<String>();
        format!("[{:?}, {:?}{words}]", self.name, integrity(&self.bytes))
    }

    /// The tag between the dots of a locale's name.
    fn locale(&self) -> &str {
        self.name.split('.').nth(1).unwrap_or_default()
    }
}

fn shrink(workspace: &Workspace, scratch: &Path, wasm: &[u8]) -> Result<Vec<u8>> {
    let small = wasm_opt(workspace, scratch, "small", build::SHRINK, wasm)?;
    let ordered = wasm_opt(workspace, scratch, "ordered", build::REORDER, &order::named_by_place(&small)?)?;
    alignment::without_hints(ordered)
}

fn wasm_opt(workspace: &Workspace, scratch: &Path, name: &str, passes: &[&str], wasm: &[u8]) -> Result<Vec<u8>> {
    let (before, after) = (scratch.join(format!("{name}.before.wasm")), scratch.join(format!("{name}.wasm")));
    workspace::write(&before, wasm)?;
    let mut wasm_opt = Command::new("node");
    wasm_opt.arg(workspace.tools().join("node_modules/binaryen/bin/wasm-opt"));
    wasm_opt.args(build::WASM_FEATURES).args(passes).arg(&before).arg("-o").arg(&after);
    command::run_quietly(&mut wasm_opt)?;
    workspace::read_bytes(&after)
}

fn minify(workspace: &Workspace, scratch: &Path, name: &str, source: &[u8]) -> Result<Vec<u8>> {
    let (before, after) = (scratch.join(format!("{name}.js")), scratch.join(format!("{name}.min.js")));
    workspace::write(&before, source)?;
    command::run_quietly(pack(workspace).arg("minify").arg(&before).arg(&after))?;
    workspace::read_bytes(&after)
}

/// Makes the compressed copies of all files of a folder.
pub fn compress(workspace: &Workspace, out: &Path) -> Result<()> {
    let mut compress = pack(workspace);
    compress.arg("compress").args(manifest::files_of(out)?.iter().map(|name| out.join(name)));
    command::run_quietly(&mut compress)
}

fn pack(workspace: &Workspace) -> Command {
    let mut node = Command::new("node");
    node.arg(workspace.tools().join("pack.mjs"));
    node
}

/// Types, themes and the page that checks receipts for merchants; for the gallery build also the page that shows every state.
fn copy_what_is_served_as_written(workspace: &Workspace, plan: &Plan) -> Result<()> {
    let www = workspace.root.join("www");
    copy(&www.join("qr-checkout.d.ts"), &plan.out.join("qr-checkout.d.ts"))?;
    copy_folder(&www.join("themes"), &plan.out.join("themes"))?;
    copy_folder(&www.join("receipt"), &plan.out.join("receipt"))?;
    if plan.shows_gallery() {
        copy_folder(&www.join("gallery"), &plan.out)?;
    }
    Ok(())
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    for name in manifest::files_of(from)? {
        copy(&from.join(&name), &to.join(&name))?;
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    workspace::write(to, workspace::read_bytes(from)?)
}

fn recreate(folder: &Path) -> Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn release(glue: &[u8], wasm: &[u8], chinese: &str) -> Release {
        let of_the_loader = vec!["正在\"加载\"".to_owned()];
        let chinese = Locale { name: "zh-Hans".to_owned(), lines: chinese.to_owned(), of_the_loader };
        let code = Code { glue: glue.to_owned(), wasm: wasm.to_owned(), framing: b"framing".to_vec() };
        Release::of(code, b"{}".to_vec(), vec![chinese])
    }

    #[test]
    fn the_loader_carries_names_and_digests_of_its_parts() {
        let release = release(b"glue", b"wasm", "zh-Hans\n");
        let written = release.write_into(&format!("a\n{PLACEHOLDER}\nb")).unwrap();
        let written = String::from_utf8(written).unwrap();
        for part in &release.parts {
            assert!(written.contains(&format!(r#"["{}", "{}""#, part.name, integrity(&part.bytes))), "{written}");
        }
        assert!(written.contains(r#", "正在\"加载\""] };"#), "{written}");
        assert!(written.contains(r#"{ "zh-Hans": ["qr-checkout-"#) && !written.contains("false"), "{written}");
    }

    #[test]
    fn a_loader_without_the_placeholder_is_rejected() {
        assert!(release(b"", b"", "").write_into("const IS_RELEASED = true;").is_err());
    }

    #[test]
    fn another_content_gets_another_name() {
        let name = |glue: &[u8], wasm: &[u8], chinese| release(glue, wasm, chinese).parts.remove(1).name;
        assert_ne!(name(b"glue", b"wasm", ""), name(b"glue!", b"wasm", ""));
        assert_ne!(name(b"glue", b"wasm", ""), name(b"glue", b"wasm", "!"));
        assert_ne!(name(b"ab", b"c", ""), name(b"a", b"bc", ""));
    }
}
