//! `keygen` and `snippet`: the key that answers are signed with, and the tags that pin it.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use merchant::{Keys, keygen, snippet};

use super::{ConfigFile, said};

/// Make a key to sign answers with
#[derive(Args)]
pub(super) struct Keygen {
    /// A file that does not exist yet
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Print the tags for your page, with key and integrity
#[derive(Args)]
pub(super) struct Snippet {
    #[command(flatten)]
    config: ConfigFile,
}

impl Keygen {
    pub(super) fn run(self) -> Result<ExitCode, String> {
        let file = self.out.display();
        keygen(&self.out).map_err(|error| format!("{file}: {error}"))?;
        println!("{file} holds the signing seed; keep it secret. `snippet` prints the tags with its public key.");
        Ok(ExitCode::SUCCESS)
    }
}

impl Snippet {
    pub(super) fn run(self) -> Result<ExitCode, String> {
        let config = self.config.load()?;
        let keys = Keys::of(&config).map_err(said)?;
        let widget = config.widget.as_ref().map(|widget| widget.dir.as_path());
        print!("{}", snippet::snippet(config.public_url(), &keys, widget));
        Ok(ExitCode::SUCCESS)
    }
}
