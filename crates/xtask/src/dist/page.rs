//! A page of another package of ours, made as the widget is: what benches set beside it.

use std::path::Path;

use anyhow::Result;

use super::{bindgen, build, compress, minify, recreate, require_same_bindgen, shrink};
use crate::workspace::{self, Workspace};

/// Builds `page.js` and `page.wasm` of that package into that folder, and their compressed copies. Yew is taken as it is.
pub fn build_page(workspace: &Workspace, package: &str, out: &Path) -> Result<()> {
    require_same_bindgen(workspace)?;
    let scratch = workspace.target.join("page-parts");
    recreate(&scratch)?;
    let wasm = build::compile_with_yew_as_it_is(workspace, package)?;
    let parts = bindgen::bind(workspace::read_bytes(&wasm)?)?;
    recreate(out)?;
    workspace::write(&out.join("page.wasm"), shrink(workspace, &scratch, &parts.wasm)?)?;
    workspace::write(&out.join("page.js"), minify(workspace, &scratch, "glue", &parts.glue)?)?;
    compress(workspace, out)
}
