//! Where things are: the workspace's root, its target folder, its packages and what they depend on.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

use crate::command;

/// The workspace as `cargo metadata` describes it.
pub struct Workspace {
    /// The folder of the root `Cargo.toml`.
    pub root: PathBuf,
    /// Cargo's target folder.
    pub target: PathBuf,
    /// Our own packages.
    pub packages: Vec<Package>,
}

/// One of our packages.
#[derive(Deserialize)]
pub struct Package {
    pub name: String,
    pub manifest_path: PathBuf,
    pub dependencies: Vec<Dependency>,
}

/// What a package asks for in its manifest.
#[derive(Deserialize)]
pub struct Dependency {
    pub name: String,
    /// `None` for a normal dependency, else `dev` or `build`.
    pub kind: Option<String>,
    /// Features asked for by name.
    pub features: Vec<String>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_root: PathBuf,
    target_directory: PathBuf,
}

impl Workspace {
    /// Asks cargo, from the folder we were started in.
    pub fn find() -> Result<Self> {
        let mut ask = command::cargo();
        ask.args(["metadata", "--format-version", "1", "--no-deps"]);
        let metadata: Metadata =
            serde_json::from_str(&command::output(&mut ask)?).context("`cargo metadata` printed something unexpected")?;
        Ok(Self { root: metadata.workspace_root, target: metadata.target_directory, packages: metadata.packages })
    }

    /// Where `setup` puts tools: beside the build, never in the source tree, and the same for every target folder.
    pub fn tools(&self) -> PathBuf {
        self.root.join("target/tools")
    }

    /// The version of `package` in Cargo.lock; `None` when nothing depends on it.
    pub fn locked_version(&self, package: &str) -> Result<Option<String>> {
        let lock = read(&self.root.join("Cargo.lock"))?;
        let name = format!("name = \"{package}\"");
        let mut lines = lock.lines();
        let found = lines.by_ref().any(|line| line == name);
        Ok(found
            .then(|| lines.next())
            .flatten()
            .and_then(|line| line.strip_prefix("version = \""))
            .map(|version| version.trim_end_matches('"').to_owned()))
    }

    /// `path` as people write it: relative to the root.
    pub fn relative(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).to_string_lossy().into_owned()
    }

    /// Every file under git's care, and new ones it does not ignore, relative to the root.
    pub fn files(&self) -> Result<Vec<String>> {
        let mut list = std::process::Command::new("git");
        list.current_dir(&self.root).args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
        let mut files: Vec<String> = command::output(&mut list)?
            .split_terminator('\0')
            .filter(|file| self.root.join(file).is_file())
            .map(ToOwned::to_owned)
            .collect();
        files.sort_unstable();
        files.dedup();
        Ok(files)
    }
}

/// The text of a file, or a line that names it.
pub fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// The bytes of a file, or a line that names it.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Writes a file and the folders it needs.
pub fn write(path: &Path, bytes: impl AsRef<[u8]>) -> Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    }
    std::fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}

/// A file that nobody else on this machine reads.
pub fn write_secret(path: &Path, secret: &str) -> Result<()> {
    write(path, secret)?;
    #[cfg(unix)]
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).with_context(|| path.display().to_string())?;
    Ok(())
}

/// Stops with one line when the disk is nearly full: half-written build output is hard to understand.
pub fn require_disk_space(folder: &Path) -> Result<()> {
    const NEEDED_KILOBYTES: u64 = 2 * 1024 * 1024;
    let mut ask = std::process::Command::new("df");
    ask.args(["-Pk"]).arg(folder);
    // Without `df` nothing is known, and nothing known is no reason to stop.
    let Ok(table) = command::output(&mut ask) else { return Ok(()) };
    let row = table.lines().nth(1).unwrap_or_default();
    let free = row.split_whitespace().nth(3).and_then(|free| free.parse::<u64>().ok());
    match free {
        Some(free) if free < NEEDED_KILOBYTES => {
            bail!("only {} MB of disk are free; this needs 2 GB", free / 1024)
        }
        _ => Ok(()),
    }
}
