//! A release as `cargo xtask dist` made it, with its files: out of a folder, or out of this program.

use std::borrow::Cow;
use std::path::Path;

use protocol::REVISION;
use protocol::release;
use serde::Deserialize;

use super::body::Body;
use super::listing::{LOADER, Listing};
use crate::embedded;
use crate::store;

/// The list of a folder's files, written when all of them are there.
pub(super) const MANIFEST: &str = "manifest.json";
/// What is added to a file's name for its packed forms.
const ENDINGS: [(&str, &str); 3] = [("", ""), ("br", ".br"), ("gzip", ".gz")];

/// The names of the files that are part of a release, as far as that list can be read.
pub(super) fn names(manifest: &[u8]) -> Vec<String> {
    let files = serde_json::from_slice::<Manifest>(manifest).map(|manifest| manifest.files).unwrap_or_default();
    files.into_iter().filter(Entry::is_part).map(|entry| entry.name).collect()
}

/// A release and all its files.
#[derive(Debug)]
pub(crate) struct Parcel {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) revision: i64,
    pub(crate) listing: Listing,
    pub(crate) files: Vec<(String, Body)>,
}

#[derive(Deserialize)]
struct Manifest {
    release: Option<String>,
    revision: Option<i64>,
    #[serde(default)]
    version: String,
    files: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    name: String,
    role: String,
    integrity: String,
}

impl Entry {
    /// Pages and notices are served beside a release and are no part of it.
    fn is_part(&self) -> bool {
        !["page", "notice"].contains(&self.role.as_str())
    }
}

impl Parcel {
    /// The release in a folder; none if there is no `manifest.json`.
    ///
    /// # Errors
    /// One line that names the file at fault.
    pub(crate) fn in_folder(folder: &Path) -> Result<Option<Parcel>, String> {
        let parcel = Parcel::read(|name| std::fs::read(folder.join(name)).ok().map(Cow::Owned));
        parcel.map_err(|reason| format!("{}: {reason}", folder.display()))
    }

    /// The release inside of this program, if there is one.
    ///
    /// # Errors
    /// One line that names the file at fault.
    pub(crate) fn inside() -> Result<Option<Parcel>, String> {
        Parcel::read(embedded::get).map_err(|reason| format!("the widget inside of this program: {reason}"))
    }

    fn read<'a>(get: impl Fn(&str) -> Option<Cow<'a, [u8]>>) -> Result<Option<Parcel>, String> {
        let Some(manifest) = get(MANIFEST) else { return Ok(None) };
        let manifest: Manifest = serde_json::from_slice(&manifest).map_err(|error| format!("{MANIFEST}: {error}"))?;
        let listed = manifest.files.into_iter().filter(Entry::is_part).map(|entry| (entry.name, entry.integrity));
        let listing = Listing::of(listed.collect())?;
        listing.digest(LOADER).ok_or_else(|| format!("{MANIFEST}: a release has a {LOADER}"))?;
        let name = release::name(&listing.text());
        if manifest.release.is_some_and(|written| written != name) {
            return Err(format!("{MANIFEST}: release is not the name that its files make, {name}"));
        }
        let mut files = Vec::new();
        for file in listing.names() {
            let form = |(coding, ending): (&str, &str)| Some((coding.to_owned(), get(&format!("{file}{ending}"))?.into_owned()));
            let forms = ENDINGS.into_iter().filter_map(form).collect();
            let body = listing.digest(file).and_then(|digest| Body::proven(digest, forms));
            files.push((file.to_owned(), body.ok_or_else(|| format!("{file} is not the file that {MANIFEST} names"))?));
        }
        let revision = manifest.revision.unwrap_or_else(|| i64::from(REVISION));
        Ok(Some(Parcel { name, version: manifest.version, revision, listing, files }))
    }

    /// As it is kept.
    pub(crate) fn release(&self, now: i64) -> store::Release {
        store::Release {
            name: self.name.clone(),
            version: self.version.clone(),
            revision: self.revision,
            listing: self.listing.text(),
            added_at: now,
            used_at: None,
            revoked_at: None,
        }
    }

    /// Every form of every file.
    pub(crate) fn forms(&self) -> Vec<store::ReleaseFile<'_>> {
        let forms = self.files.iter().flat_map(|(name, body)| {
            let plain = store::ReleaseFile { name, coding: "", bytes: &body.plain };
            let packed = body.packed.iter().map(move |(coding, bytes)| store::ReleaseFile { name, coding, bytes });
            std::iter::once(plain).chain(packed)
        });
        forms.collect()
    }
}
