//! `licenses`: what this program is made of.

use std::io::Write as _;
use std::process::ExitCode;

use clap::Args;

use super::shared::said;

/// Print what is compiled into this program, with the texts of all licences
#[derive(Args)]
pub(super) struct Licenses {
    /// Print the list of crates for programs instead: an SBOM, CycloneDX as JSON. The widget's is served at /sbom.cdx.json
    #[arg(long)]
    sbom: bool,
}

impl Licenses {
    pub(super) fn run(self) -> Result<ExitCode, String> {
        let text = if self.sbom { merchant::sbom().map(str::to_owned) } else { merchant::notices() };
        let text = text.ok_or("this program was built without its notices; `cargo xtask dist --server` builds one that has them")?;
        // Who reads the first page only, as in `licenses | head`, has read enough.
        match std::io::stdout().write_all(text.as_bytes()) {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(said(error)),
            Ok(()) | Err(_) => Ok(ExitCode::SUCCESS),
        }
    }
}
