//! What a route says, on its way to the layer that signs it.

use axum::body::Body;
use axum::http::Response;
use axum::response::IntoResponse;

use crate::response::{ApiError, Reply};

/// What a route says, on its way to the layer that signs it.
#[derive(Clone)]
pub(super) struct Outcome {
    pub(super) result: Result<Reply, ApiError>,
    /// For the wrong method: the right one.
    pub(super) allow: Option<&'static str>,
}

impl Outcome {
    /// What came back from the routes. All of them say something.
    pub(super) fn of(mut response: Response<Body>) -> Outcome {
        response.extensions_mut().remove().unwrap_or(Outcome::from(Err(ApiError::Internal)))
    }
}

impl From<Result<Reply, ApiError>> for Outcome {
    fn from(result: Result<Reply, ApiError>) -> Outcome {
        Outcome { result, allow: None }
    }
}

impl IntoResponse for Outcome {
    fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::empty());
        response.extensions_mut().insert(self);
        response
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response<Body> {
        Outcome::from(Ok(self)).into_response()
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response<Body> {
        Outcome::from(Err(self)).into_response()
    }
}
