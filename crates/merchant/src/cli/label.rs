//! Labels to print, and the names of what they open.

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;

use super::orders::admin::Admin;

/// A label to print.
#[derive(Args)]
pub(super) struct Label {
    /// Its name or its address
    what: String,
    /// The file; its ending says what it is: .svg, .png or .pdf
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// What stands below the code, in place of its own name
    #[arg(long)]
    title: Option<String>,
}

impl Label {
    /// Writes that of a thing of that kind, such as `links`. Nothing is written unless all of it is there; a file that is there already is
    /// left alone.
    pub(super) async fn write(&self, admin: &Admin, kind: &str) -> Result<String, String> {
        let format = self.out.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_lowercase();
        if !["svg", "png", "pdf"].contains(&format.as_str()) {
            return Err(format!("--out {}: name a file that ends in .svg, .png or .pdf", self.out.display()));
        }
        let query: Vec<_> =
            [("format", Some(format)), ("title", self.title.clone())].into_iter().filter_map(|(name, text)| Some((name, text?))).collect();
        let mut drawn = Vec::new();
        let take = |part: &[u8]| {
            drawn.extend_from_slice(part);
            true
        };
        admin.pass_on(&[kind, id_of(&self.what), "label"], &query, "content-type", take).await?;
        let fault = |error: std::io::Error| format!("{}: {error}", self.out.display());
        let mut file = std::fs::File::create_new(&self.out).map_err(fault)?;
        file.write_all(&drawn).map_err(fault)?;
        Ok(format!("{}\n", self.out.display()))
    }
}

/// The name at the end of an address; of anything else the whole.
pub(super) fn id_of(text: &str) -> &str {
    if text.contains("://") { text.trim_end_matches('/').rsplit('/').next().unwrap_or(text) } else { text }
}
