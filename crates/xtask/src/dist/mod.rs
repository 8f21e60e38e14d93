//! `cargo xtask dist`: the release build of what merchants load.
//! The same sources give the same bytes; the digest of the loader pins the glue and the wasm, because it carries theirs.

mod bindgen;
mod build;
mod manifest;
mod stamp;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use crate::command;
use crate::options::Options;
use crate::progress::say;
use crate::setup;
use crate::workspace::{self, Workspace};
pub use manifest::{Entry, Manifest, Role, integrity};

/// The stable name that merchants write in their script tag.
const LOADER: &str = "qr-checkout.js";
/// The line of the loader's source that `dist` replaces.
const PLACEHOLDER: &str = "const RELEASE = null;";

/// What to build, and where to.
pub struct Plan {
    /// Cargo features of the widget; none for merchants, `gallery` for the page of every state.
    pub features: Option<String>,
    /// The folder that is replaced.
    pub out: PathBuf,
}

impl Plan {
    /// What merchants load, in `dist/`.
    pub fn for_merchants(workspace: &Workspace) -> Self {
        Self { features: None, out: workspace.root.join("dist") }
    }

    fn shows_gallery(&self) -> bool {
        self.features.as_deref().is_some_and(|features| features.split(',').any(|one| one == "gallery"))
    }
}

/// The command: builds, and prints what came out.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let mut plan = Plan::for_merchants(workspace);
    plan.features = options.value("features").map(ToOwned::to_owned);
    if plan.shows_gallery() {
        plan.out = workspace.root.join("target/dist-gallery");
    }
    if let Some(out) = options.value("out") {
        plan.out = workspace.root.join(out);
    }
    setup::tools(workspace)?;
    let manifest = build_all(workspace, &plan)?;
    for entry in &manifest.files {
        println!("{:>9} bytes {:>9} brotli  {}", entry.bytes, entry.brotli, entry.name);
    }
    say(&format!("{} is ready", workspace.relative(&plan.out)));
    Ok(())
}

/// Builds unless the inputs are those of the last build. The tools must be there (`setup::tools`).
pub fn build_if_changed(workspace: &Workspace, plan: &Plan) -> Result<()> {
    let inputs = stamp::of_inputs(workspace, plan)?;
    if stamp::is_current(workspace, plan, &inputs) {
        say("the widget is unchanged since its last build");
        return Ok(());
    }
    build_all(workspace, plan)?;
    stamp::remember(workspace, plan, &inputs)
}

fn build_all(workspace: &Workspace, plan: &Plan) -> Result<Manifest> {
    require_same_bindgen(workspace)?;
    let scratch = workspace.target.join("dist-parts");
    recreate(&scratch)?;
    say("compiling the widget for wasm");
    let wasm = build::compile(workspace, plan.features.as_deref())?;
    say("making the glue");
    let parts = bindgen::bind(&wasm)?;
    say("shrinking the wasm");
    let wasm = shrink(workspace, &scratch, &parts.wasm)?;
    say("shrinking glue and loader");
    let glue = minify(workspace, &scratch, "glue", &parts.glue)?;
    let release = Release::of(&glue, &wasm);
    let source = workspace::read(&workspace.root.join("www").join(LOADER))?;
    let loader = minify(workspace, &scratch, "loader", &release.write_into(&source)?)?;
    recreate(&plan.out)?;
    for (name, bytes) in [(release.glue.as_str(), &glue), (&release.wasm, &wasm), (LOADER, &loader)] {
        workspace::write(&plan.out.join(name), bytes)?;
    }
    copy_what_is_served_as_written(workspace, plan)?;
    say("compressing");
    compress(workspace, &plan.out)?;
    let manifest = Manifest::of_folder(&plan.out, &release.glue, &release.wasm, LOADER)?;
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

/// Names and digests that the loader carries.
struct Release {
    glue: String,
    glue_integrity: String,
    wasm: String,
    wasm_integrity: String,
}

impl Release {
    /// One hash names both files: a glue works with its own wasm and no other.
    fn of(glue: &[u8], wasm: &[u8]) -> Self {
        let hash = manifest::short_hash(&[glue, wasm]);
        Self {
            glue: format!("qr-checkout-{hash}.js"),
            glue_integrity: integrity(glue),
            wasm: format!("qr-checkout-{hash}_bg.wasm"),
            wasm_integrity: integrity(wasm),
        }
    }

    fn write_into(&self, source: &str) -> Result<Vec<u8>> {
        ensure!(source.matches(PLACEHOLDER).count() == 1, "www/{LOADER} must contain the line `{PLACEHOLDER}` exactly once");
        let Self { glue, glue_integrity, wasm, wasm_integrity } = self;
        let release = format!(r#"const RELEASE = ["{glue}", "{glue_integrity}", "{wasm}", "{wasm_integrity}"];"#);
        Ok(source.replace(PLACEHOLDER, &release).into_bytes())
    }
}

fn shrink(workspace: &Workspace, scratch: &Path, wasm: &[u8]) -> Result<Vec<u8>> {
    let (before, after) = (scratch.join("before.wasm"), scratch.join("after.wasm"));
    workspace::write(&before, wasm)?;
    let mut wasm_opt = Command::new("node");
    wasm_opt.arg(workspace.tools().join("node_modules/binaryen/bin/wasm-opt"));
    wasm_opt.args(build::WASM_OPT).arg(&before).arg("-o").arg(&after);
    command::run_quietly(&mut wasm_opt)?;
    workspace::read_bytes(&after)
}

fn minify(workspace: &Workspace, scratch: &Path, name: &str, source: &[u8]) -> Result<Vec<u8>> {
    let (before, after) = (scratch.join(format!("{name}.js")), scratch.join(format!("{name}.min.js")));
    workspace::write(&before, source)?;
    command::run_quietly(pack(workspace).arg("minify").arg(&before).arg(&after))?;
    workspace::read_bytes(&after)
}

fn compress(workspace: &Workspace, out: &Path) -> Result<()> {
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

    #[test]
    fn the_loader_carries_names_and_digests_of_its_parts() {
        let release = Release::of(b"glue", b"wasm");
        let written = release.write_into("a\nconst RELEASE = null;\nb").unwrap();
        let written = String::from_utf8(written).unwrap();
        assert!(written.contains(&release.glue) && written.contains(&integrity(b"wasm")), "{written}");
        assert!(!written.contains("null"));
    }

    #[test]
    fn a_loader_without_the_placeholder_is_rejected() {
        assert!(Release::of(b"", b"").write_into("const RELEASE = 1;").is_err());
    }

    #[test]
    fn another_glue_or_wasm_gets_another_name() {
        let names = |glue: &[u8], wasm: &[u8]| Release::of(glue, wasm).wasm;
        assert_ne!(names(b"glue", b"wasm"), names(b"glue!", b"wasm"));
        assert_ne!(names(b"ab", b"c"), names(b"a", b"bc"));
    }
}
