//! Whether the same sources give the same bytes in another folder, so that a merchant can prove a release from its source.

use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use super::{Plan, build_if_changed, recreate};
use crate::command;
use crate::workspace::{self, Workspace};

/// Where the other folder is, in `target/`: with a space, and of another length than any that people build in.
const ELSEWHERE: &str = "built elsewhere";

/// Builds what merchants load once more, in another folder with a target folder of its own, and compares the digests of all files.
pub fn compare(workspace: &Workspace) -> Result<()> {
    let here = Plan::for_merchants(workspace);
    build_if_changed(workspace, &here)?;
    let scratch = workspace.target.join(ELSEWHERE);
    recreate(&scratch)?;
    let elsewhere = scratch.join("by-somebody-else");
    for file in workspace.files()? {
        workspace::write(&elsewhere.join(&file), workspace::read_bytes(&workspace.root.join(&file))?)?;
    }
    let tools = elsewhere.join("target/tools");
    std::fs::create_dir_all(elsewhere.join("target"))?;
    std::os::unix::fs::symlink(workspace.tools(), &tools).with_context(|| format!("cannot link {}", tools.display()))?;
    let program = std::env::current_exe().context("where this program is, is not known")?;
    command::run(Command::new(program).current_dir(&elsewhere).arg("dist").env_remove("CARGO_TARGET_DIR"))?;
    let list = "manifest.json";
    let [ours, theirs] = [here.out.join(list), elsewhere.join("dist").join(list)].map(|file| workspace::read(&file));
    ensure!(ours? == theirs?, "the same sources give other bytes in another folder: compare dist/ with {}", elsewhere.display());
    std::fs::remove_dir_all(&scratch).context("cannot empty the other folder")
}
