//! `POST /staff/picture?width=&height=`: reads the code in a picture for browsers that cannot do that themselves. The body is a byte of
//! brightness a point, row after row; nothing of it is kept.

use axum::body::{Body, Bytes};
use axum::extract::Query;
use axum::http::{Response, StatusCode, header};
use axum::response::IntoResponse as _;
use rqrr::PreparedImage;
use serde::Deserialize;
use serde_json::json;

use super::super::strangers::problem;
use super::duty::AtDoor;

/// The longest side, points.
const MOST: usize = 2048;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Size {
    width: usize,
    height: usize,
}

pub(super) async fn read(_: AtDoor, Query(Size { width, height }): Query<Size>, body: Bytes) -> Response<Body> {
    if !(1..=MOST).contains(&width) || !(1..=MOST).contains(&height) || body.len() != width * height {
        return problem(StatusCode::BAD_REQUEST, "bad-request", "a byte a point: width times height of them");
    }
    let found = tokio::task::spawn_blocking(move || codes(width, height, &body)).await.unwrap_or_default();
    ([(header::CONTENT_TYPE, "application/json")], json!({ "codes": found }).to_string()).into_response()
}

/// What the codes in a picture say.
fn codes(width: usize, height: usize, bytes: &[u8]) -> Vec<String> {
    let point = |x: usize, y: usize| bytes.get(y * width + x).copied().unwrap_or(255);
    let mut picture = PreparedImage::prepare_from_greyscale(width, height, point);
    picture.detect_grids().iter().filter_map(|grid| grid.decode().ok()).map(|(_, text)| text).collect()
}
