//! `GET /admin/v1/export?from=&to=&format=`: the books, one row for each movement of money, in the order in which they count. Page by page
//! as it is read, so that it may be longer than there is memory; what breaks in the middle breaks the answer.

use std::io::{self, Write};

use axum::body::{Body, Bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, Response, header};
use axum::response::IntoResponse as _;
use futures_util::stream::{self, Stream, StreamExt as _};
use serde::Deserialize;
use tokio::sync::mpsc;

use super::super::App;
use super::caller::Caller;
use super::error::AdminError;
use super::json::{Answer, queried, span};
use crate::api_keys::Scope;
use crate::books::{Booked, Format, Sheet, TooLong, csv_head, csv_row, json_row};
use crate::shop_time::ShopTime;
use crate::store::{MovementPage, Store, StoreError};

/// How many movements are read at a time.
const PAGE: i64 = 200;
/// How many parts of a sheet may wait for whoever reads them.
const PARTS: usize = 8;
/// The first open month in the span of an export.
const OPEN_MONTH: &str = "x-open-month";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Params {
    /// A time as people write it.
    from: Option<String>,
    /// The same; a day or a month counts as a whole.
    to: Option<String>,
    /// `csv`, `xlsx` or `jsonl`; CSV if absent.
    format: Option<String>,
}

pub(super) async fn export(State(app): State<App>, caller: Caller, asked: Result<Query<Params>, QueryRejection>) -> Answer {
    caller.must(Scope::Read)?;
    let Params { from, to, format } = queried(asked)?;
    let (from, to) = span(&app, from.as_deref(), to.as_deref())?;
    let unknown = || AdminError::bad(format!("format: {}", Format::ALL.map(Format::as_str).join(", ")));
    let format = format.as_deref().map_or(Some(Format::Csv), Format::parse).ok_or_else(unknown)?;
    let headers = headers(&app, from, to, format).await?;
    let page = MovementPage { from: from.unwrap_or(0), to: to.unwrap_or(i64::MAX), after: (0, 0), limit: PAGE };
    let (store, time) = (app.service.store.clone(), app.service.time.clone());
    let body = match format {
        Format::Csv => {
            let head = stream::once(async { Ok(Bytes::from(csv_head())) });
            Body::from_stream(head.chain(texts(store, page, move |row| csv_row(row, &time))))
        }
        Format::Jsonl => Body::from_stream(texts(store, page, move |row| json_row(row, &time))),
        Format::Xlsx => sheet(&store, page, &time).await?,
    };
    let response: Response<Body> = (headers, body).into_response();
    Ok(response)
}

/// What it is, what its file is called, and whether its month is over.
async fn headers(app: &App, from: Option<i64>, to: Option<i64>, format: Format) -> Result<HeaderMap, AdminError> {
    let (time, store, now) = (&app.service.time, &app.service.store, app.service.now());
    let open_since = store.open_since(from, now).await?;
    let open = (open_since < to.unwrap_or(i64::MAX)).then(|| time.month_of(open_since));
    let day = |at: i64| time.date(at).to_string();
    let span = [from.map(day), to.map(|to| day(to - 1))].map(Option::unwrap_or_default).join("_");
    let name = if span == "_" { String::new() } else { format!("-{span}") };
    let disposition = format!("attachment; filename=\"movements{name}.{}\"", format.as_str());
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(format.media_type()));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let texts = [(header::CONTENT_DISPOSITION, Some(disposition)), (header::HeaderName::from_static(OPEN_MONTH), open)];
    for (name, text) in texts {
        headers.extend(text.and_then(|text| HeaderValue::from_str(&text).ok()).map(|value| (name, value)));
    }
    Ok(headers)
}

/// The pages one after the other, each as a text of lines.
fn texts(store: Store, page: MovementPage, line: impl Fn(&Booked) -> String + Clone) -> impl Stream<Item = Result<Bytes, StoreError>> {
    stream::unfold(Some(page), move |page| {
        let (store, line) = (store.clone(), line.clone());
        async move {
            match next_page(&store, page?).await {
                Err(error) => {
                    tracing::error!(%error, "an export ended early");
                    Some((Err(error), None))
                }
                Ok((rows, after)) if !rows.is_empty() => Some((Ok(rows.iter().map(&line).collect::<String>().into()), after)),
                Ok(_) => None,
            }
        }
    })
}

/// The rows of a page, and the page behind it.
async fn next_page(store: &Store, page: MovementPage) -> Result<(Vec<Booked>, Option<MovementPage>), StoreError> {
    let rows = store.movements(page).await?;
    let behind = page.behind(&rows);
    Ok((rows, behind))
}

/// A sheet is whole before the first byte of it leaves: its rows wait in a file.
async fn sheet(store: &Store, page: MovementPage, time: &ShopTime) -> Result<Body, AdminError> {
    let mut sheet = Sheet::begin().map_err(refused)?;
    let mut next = Some(page);
    while let Some(page) = next {
        let (rows, behind) = next_page(store, page).await?;
        rows.iter().try_for_each(|row| sheet.add(row, time)).map_err(refused)?;
        next = behind;
    }
    let (parts, body) = mpsc::channel(PARTS);
    let failed = parts.clone();
    tokio::task::spawn_blocking(move || {
        if let Err(error) = sheet.write(Parts(parts)) {
            tracing::error!(?error, "an export ended early");
            // Whoever has gone away needs no word of it.
            let _ = failed.blocking_send(Err(io::Error::other("the sheet could not be written")));
        }
    });
    Ok(Body::from_stream(stream::unfold(body, async |mut body| Some((body.recv().await?, body)))))
}

fn refused(fault: TooLong) -> AdminError {
    match fault {
        TooLong::Rows => AdminError::bad("format: a sheet has a million rows; ask for less at a time, or for csv"),
        TooLong::Failed(error) => {
            tracing::error!(%error, "a sheet could not be written");
            AdminError::internal()
        }
    }
}

/// Hands on what is written, as it is written.
struct Parts(mpsc::Sender<Result<Bytes, io::Error>>);

impl Write for Parts {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let sent = self.0.blocking_send(Ok(Bytes::copy_from_slice(bytes)));
        sent.map(|()| bytes.len()).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
