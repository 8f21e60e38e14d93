//! `[server] files`: what a merchant puts at the root must have a name that nothing of this program has, or one of the two is not served.

use std::path::Path;

use super::Config;
use super::error::ConfigError;
use crate::embedded;
use crate::releases::is_plain;

/// How the paths begin that this program answers itself, and where the one in a folder for all is.
const ROUTES: [&str; 17] = [
    "admin",
    "at",
    "d",
    "frame",
    "healthz",
    "l",
    "metrics",
    "notify",
    "o",
    "openapi.json",
    "pages",
    "pay",
    "r",
    "readyz",
    "shop",
    "v1",
    "wechat",
];
const DIRECTORY: &str = ".well-known/http-message-signatures-directory";
/// What lies in every release of the widget beside the files whose names begin as the script's does.
const WIDGET: [&str; 3] = ["manifest.json", "receipt", "themes"];

/// The folder of that folder for names that are not the merchant's alone (RFC 8615).
const WELL_KNOWN: &str = ".well-known";

/// Whether a name at the root is taken: by an address of the backend, or by the widget, in whatever release.
pub(crate) fn is_own_name(name: &str) -> bool {
    name == DIRECTORY || name.starts_with("qr-checkout") || ROUTES.contains(&name) || WIDGET.contains(&name)
}

impl Config {
    /// Refuses files of the merchant's that would hide something of this program, or be hidden by it.
    ///
    /// # Errors
    /// One line that names the file.
    pub(crate) fn check_files(&self) -> Result<(), ConfigError> {
        let Some(folder) = &self.server.files else { return Ok(()) };
        let at_root = names(folder)?.into_iter();
        let inside = names(&folder.join(WELL_KNOWN)).unwrap_or_default().into_iter().map(|name| format!("{WELL_KNOWN}/{name}"));
        match at_root.chain(inside).find(|name| is_own_name(name) || self.is_of_widget(name)) {
            None => Ok(()),
            Some(name) => {
                let file = folder.join(&name);
                let reason =
                    format!("{}: /{name} is an address of qr-checkout itself; take the file out, or give it another name", file.display());
                Err(ConfigError::of("server.files", reason))
            }
        }
    }

    /// Whether the widget that this program serves has a file or folder of that name.
    fn is_of_widget(&self, name: &str) -> bool {
        match &self.widget {
            Some(folder) => folder.dir.join(name).exists(),
            None => embedded::get(name).is_some(),
        }
    }
}

/// The plain names of the files in a folder, in the order of the alphabet.
fn names(folder: &Path) -> Result<Vec<String>, ConfigError> {
    let told = |error: std::io::Error| ConfigError::of("server.files", format!("{}: {error}", folder.display()));
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(told)? {
        let entry = entry.map_err(told)?;
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        names.extend(entry.file_name().into_string().ok().filter(|name| is_file && is_plain(name)));
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::{DIRECTORY, is_own_name};
    use crate::official_account;

    const SOURCES: [&str; 4] = [
        include_str!("../routes/mod.rs"),
        include_str!("../routes/admin/mod.rs"),
        include_str!("../routes/files.rs"),
        include_str!("../routes/pages/mod.rs"),
    ];

    #[test]
    fn every_route_is_on_the_list() {
        let mut seen = 0;
        for source in SOURCES {
            let routes = source.split(".route(").skip(1);
            for path in routes.filter_map(|rest| rest.trim_start().strip_prefix("\"/")?.split('"').next()) {
                let name = if path == DIRECTORY { path } else { path.split('/').next().unwrap() };
                assert!(name.is_empty() || name.starts_with('{') || is_own_name(name), "/{path}");
                seen += 1;
            }
        }
        assert!(seen > 20, "{seen}");
        let name = official_account::PATH.split('/').nth(1).unwrap();
        assert!(is_own_name(name), "{name}");
    }
}
