//! `[server] files`: files of the merchant's at the root, such as `MP_verify_….txt`, by which providers have a domain verified. Plain
//! names in one folder and in its `.well-known`, read anew each time, and never as something that a browser runs. Whatever else has a name
//! there goes before them.

use std::path::Path;

use axum::body::Body;
use axum::http::{Response, StatusCode, header};
use axum::response::IntoResponse as _;

use crate::config::is_own_name;
use crate::releases::is_plain;

/// The most bytes of such a file.
const MOST: u64 = 64 * 1024;

/// The file of that path, if there is one.
pub(super) async fn answer(folder: Option<&Path>, path: &str) -> Option<Response<Body>> {
    let name = path.strip_prefix('/')?;
    // What came into the folder since the start hides nothing either.
    if !is_plain(name.strip_prefix(".well-known/").unwrap_or(name)) || is_own_name(name) {
        return None;
    }
    let file = folder?.join(name);
    // A link could lead out of the folder.
    let about = tokio::fs::symlink_metadata(&file).await.ok().filter(std::fs::Metadata::is_file)?;
    if about.len() > MOST {
        tracing::warn!(file = %file.display(), "server.files: the file is over 64 kB and is not served");
        return Some(StatusCode::NOT_FOUND.into_response());
    }
    let bytes = tokio::fs::read(&file).await.ok()?;
    let kind = match mime_guess::from_path(&file).first_or_octet_stream().essence_str() {
        kind @ ("text/plain" | "text/html" | "text/xml" | "application/xml" | "application/json") => kind.to_owned(),
        _ => "application/octet-stream".to_owned(),
    };
    let policy = (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox".to_owned());
    let caching = (header::CACHE_CONTROL, "no-cache".to_owned());
    let headers = [(header::CONTENT_TYPE, kind), policy, caching, (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned())];
    Some((headers, bytes).into_response())
}
