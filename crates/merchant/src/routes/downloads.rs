//! `GET /d/{token}`: a file that was bought, by an address that its buyer was given and that is over soon. It is saved, never shown; a part
//! of it may be asked for. What is in the way is said on a page, for a browser came here by itself.

use std::io::SeekFrom;
use std::path::PathBuf;

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use axum::response::IntoResponse as _;
use futures_util::stream::try_unfold;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use protocol::base64::{Alphabet, encode};
use tokio::fs::File;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};

use super::App;
use crate::goods::{Content, Part, part};
use crate::i18n::{self, Words};
use crate::order_service::{Load, NoLoad};

/// How much of a file is read at once, bytes.
const PIECE: usize = 64 * 1024;
/// What a name in a header may hold as it is (RFC 8187).
const NAMED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub(super) async fn load(State(app): State<App>, Path(token): Path<String>, method: Method, headers: HeaderMap) -> Response<Body> {
    let asked = Asked { headers: &headers, is_head: method == Method::HEAD };
    match asked.answer(&app, &token).await {
        Ok(response) => response,
        Err(reason) => refused(&reason, i18n::of_browser(text(&headers, header::ACCEPT_LANGUAGE).unwrap_or_default())),
    }
}

struct Asked<'a> {
    headers: &'a HeaderMap,
    is_head: bool,
}

impl Asked<'_> {
    async fn answer(&self, app: &App, token: &str) -> Result<Response<Body>, NoLoad> {
        let load = app.service.load(token).await?;
        let (length, tag) = (load.found.length, format!("\"{}\"", encode(Alphabet::Url, &load.found.sum)));
        // A part of another file is no part of this one. Only the strong tag tells; a date never does.
        let is_same = text(self.headers, header::IF_RANGE).is_none_or(|known| known == tag);
        let range = text(self.headers, header::RANGE).filter(|_| is_same && !self.is_head);
        let (status, first, last) = match part(range, length) {
            Part::Whole => (StatusCode::OK, 0, length - 1),
            Part::Some(first, last) => (StatusCode::PARTIAL_CONTENT, first, last),
            Part::Beyond => return Ok(beyond(length, &tag)),
        };
        let body = if self.is_head {
            Body::empty()
        } else {
            // Opened before it is counted: what cannot be read was not loaded.
            let body = piece_of(&load.found.content, first, last).await.map_err(|error| {
                tracing::error!(%error, "a file that was sold cannot be opened");
                NoLoad::Missing
            })?;
            app.service.count_load(&load, status == StatusCode::PARTIAL_CONTENT).await?;
            body
        };
        let mut response = (status, body).into_response();
        dress(response.headers_mut(), &load, &tag);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(last + 1 - first));
        if status == StatusCode::PARTIAL_CONTENT {
            headers.insert(header::CONTENT_RANGE, value(&format!("bytes {first}-{last}/{length}")));
        }
        Ok(response)
    }
}

fn dress(headers: &mut HeaderMap, load: &Load, tag: &str) {
    let name = utf8_percent_encode(&load.name, NAMED);
    let sum = encode(Alphabet::Standard, &load.found.sum);
    for (header, text) in [
        (header::CONTENT_TYPE, "application/octet-stream"),
        (header::CONTENT_DISPOSITION, &format!("attachment; filename*=UTF-8''{name}")),
        (header::ETAG, tag),
        (header::ACCEPT_RANGES, "bytes"),
        (header::HeaderName::from_static("repr-digest"), &format!("sha-256=:{sum}:")),
    ] {
        headers.insert(header, value(text));
    }
    private(headers);
}

/// It is for one person, and nothing of it is ever run.
fn private(headers: &mut HeaderMap) {
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox; frame-ancestors 'none'"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, nofollow, noarchive"));
}

fn beyond(length: u64, tag: &str) -> Response<Body> {
    let mut response = StatusCode::RANGE_NOT_SATISFIABLE.into_response();
    response.headers_mut().insert(header::CONTENT_RANGE, value(&format!("bytes */{length}")));
    response.headers_mut().insert(header::ETAG, value(tag));
    private(response.headers_mut());
    response
}

fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""))
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// A page that says why there is no file. Nothing in it is anybody else's words.
fn refused(reason: &NoLoad, words: &Words) -> Response<Body> {
    let (status, said) = match reason {
        NoLoad::Over => (StatusCode::GONE, words.downloads.over),
        NoLoad::NoFile => (StatusCode::GONE, words.downloads.gone),
        NoLoad::UsedUp => (StatusCode::FORBIDDEN, words.downloads.used_up),
        NoLoad::Missing => (StatusCode::SERVICE_UNAVAILABLE, words.downloads.missing),
        NoLoad::Service(failure) => {
            failure.log();
            (StatusCode::SERVICE_UNAVAILABLE, words.downloads.missing)
        }
    };
    let (lang, dir) = (words.lang, words.dir);
    let page = format!(
        "<!doctype html>\n<html lang=\"{lang}\" dir=\"{dir}\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{said}</title>\n<p>{said}</p>\n</html>\n"
    );
    let mut response = (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response();
    private(response.headers_mut());
    response
}

/// The bytes from `first` to `last`.
async fn piece_of(content: &Content, first: u64, last: u64) -> std::io::Result<Body> {
    match content {
        Content::Lying(path) => Ok(Piece::open(path.clone(), first, last).await?.stream()),
        Content::Said(text) => {
            let at = |place: u64| usize::try_from(place).unwrap_or(usize::MAX);
            Ok(Body::from(text.as_bytes().get(at(first)..=at(last)).unwrap_or_default()))
        }
    }
}

/// Bytes of a file that are being sent.
struct Piece {
    file: File,
    left: u64,
}

impl Piece {
    async fn open(path: PathBuf, first: u64, last: u64) -> std::io::Result<Piece> {
        let mut file = File::open(path).await?;
        file.seek(SeekFrom::Start(first)).await?;
        Ok(Piece { file, left: last + 1 - first })
    }

    fn stream(self) -> Body {
        Body::from_stream(try_unfold(self, |mut piece| async move {
            if piece.left == 0 {
                return Ok::<_, std::io::Error>(None);
            }
            let mut bytes = vec![0; PIECE.min(usize::try_from(piece.left).unwrap_or(PIECE))];
            let read = piece.file.read(&mut bytes).await?;
            if read == 0 {
                // It became shorter meanwhile: the reader sees that it is not whole.
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            bytes.truncate(read);
            piece.left -= u64::try_from(read).unwrap_or(u64::MAX);
            Ok(Some((Bytes::from(bytes), piece)))
        }))
    }
}
