//! `cargo xtask tidy`: the rules that compiler and lints cannot say. A rule is a small function; a violation is one line.

mod circles;
mod codes;
mod knobs;
mod locales;
mod references;
mod rooms;
mod text;
mod violation;

use anyhow::{Result, bail};

use self::references::References;
use crate::workspace::Workspace;

/// What the command takes.
#[derive(clap::Args, Default)]
pub struct Options {
    /// Write docs/codes.md from the code
    #[arg(long)]
    write: bool,
}

/// The command: prints every violation and fails when there is one; `--write` writes what is made from the code.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    if options.write {
        codes::write(workspace)?;
    }
    let mut violations = rooms::check(workspace)?;
    violations.extend(circles::check(workspace)?);
    violations.extend(knobs::check(workspace)?);
    violations.extend(locales::check(workspace)?);
    violations.extend(codes::check(workspace)?);
    let files = workspace.files()?;
    let references = References::new(&files, |page| std::fs::read_to_string(workspace.root.join(page)).unwrap_or_default());
    for path in files {
        // Pictures and other bytes have no lines to judge.
        let Ok(text) = std::fs::read_to_string(workspace.root.join(&path)) else { continue };
        violations.extend(text::check(&path, &text));
        violations.extend(references.check(&path, &text));
    }
    for violation in &violations {
        println!("{violation}");
    }
    match violations.len() {
        0 => Ok(()),
        1 => bail!("tidy found one violation"),
        count => bail!("tidy found {count} violations"),
    }
}
