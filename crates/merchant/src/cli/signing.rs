//! `keygen` and `snippet`: the key that answers are signed with, and the tags that pin it.

use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use merchant::releases::Pinned;
use merchant::{Keys, keygen, snippet};
use protocol::{Item, MAX_QUANTITY, Sku};

use super::shared::{ConfigFile, said};

/// Make a key to sign answers with
#[derive(Args)]
pub(super) struct Keygen {
    /// A file that does not exist yet
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Print the tags for your page, with key and integrity
///
/// They pin the release of the widget that comes with this program: it stays what it is, and is served on when you upgrade.
#[derive(Args)]
pub(super) struct Snippet {
    #[command(flatten)]
    config: ConfigFile,
    /// The page they are for
    #[arg(long, value_enum, default_value_t = Page::Any)]
    page: Page,
    /// Pin no release: the page gets the newest, whichever it is
    #[arg(long)]
    newest: bool,
    /// What the page is about: browsers without scripts are led to a page that sells it; as often as there are things
    #[arg(long = "item", value_name = "SKU[:QUANTITY]", value_parser = item)]
    items: Vec<Item>,
}

fn item(text: &str) -> Result<Item, String> {
    let (sku, quantity) = text.rsplit_once(':').unwrap_or((text, "1"));
    let quantity = quantity.parse().ok().filter(|quantity| (1..=MAX_QUANTITY).contains(quantity));
    let (sku, quantity) = Sku::parse(sku).zip(quantity).ok_or(format!("a SKU, and after a colon how many, 1 to {MAX_QUANTITY}"))?;
    Ok(Item { sku, quantity })
}

#[derive(Clone, Copy, ValueEnum)]
enum Page {
    /// Loads a small script, and the widget when somebody wants to buy
    Any,
    /// Begins to load the widget at once
    Checkout,
}

impl Keygen {
    pub(super) fn run(self) -> Result<ExitCode, String> {
        let file = self.out.display();
        keygen(&self.out).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => format!("{file} is there already, and a key is never written over: name a file that is not"),
            _ => format!("{file}: {error}"),
        })?;
        println!("{file} holds the signing seed; keep it secret. `snippet` prints the tags with its public key.");
        Ok(ExitCode::SUCCESS)
    }
}

impl Snippet {
    pub(super) async fn run(self) -> Result<ExitCode, String> {
        let config = self.config.load()?;
        let keys = Keys::of(&config).map_err(said)?;
        let known = Pinned::of(&config).await;
        if matches!(known, Ok(None)) {
            eprintln!(
                "these tags pin no release, for there is none yet: name a folder that `cargo xtask dist` made as [widget] dir, or take a \
                 program with the widget inside (`cargo xtask dist --server`)"
            );
        }
        let pinned = if self.newest { None } else { known? };
        let page = match self.page {
            Page::Any => snippet::Page::Any,
            Page::Checkout => snippet::Page::Checkout,
        };
        print!("{}", snippet::snippet(&config, &keys, pinned.as_ref(), page, &self.items));
        Ok(ExitCode::SUCCESS)
    }
}
