//! Files: the widget as `cargo xtask dist` made it, loadable from any page, and a demo shop with key and backend filled in.

use std::path::{Path, PathBuf};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect};
use axum::routing::get;
use tower::ServiceExt as _;
use tower_http::services::ServeDir;

use super::releases::{self, accepts, caching, dressed, only_read, reads};
use super::{App, own_files};
use crate::config::Config;
use crate::embedded;
use crate::releases::is_plain;

/// The strict policy that the README publishes, for a shop on the backend's own origin.
const SHOP_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; style-src 'self'; \
    img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types 'none'";

/// Adds the file routes that the configuration asks for.
pub(super) fn serve(mut routes: Router, app: App, config: &Config, merchant_key: &str) -> Router {
    if let Some(shop) = &config.shop {
        let shop = Shop { dir: shop.dir.clone(), merchant_key: merchant_key.to_owned(), backend: config.public_url().to_owned() };
        routes = routes
            .route("/", get(|| async { Redirect::temporary("/shop/") }))
            .route("/shop", get(|| async { Redirect::temporary("/shop/") }))
            .route(
                "/shop/",
                get({
                    let shop = shop.clone();
                    move |request| shop.answer(request)
                }),
            )
            .route("/shop/{*path}", get(move |request| shop.answer(request)));
    }
    let folder = config
        .widget
        .as_ref()
        .map(|widget| ServeDir::new(&widget.dir).append_index_html_on_directories(false).precompressed_br().precompressed_gzip());
    routes.fallback(move |request| widget_file(app.clone(), folder.clone(), request))
}

/// A file of the widget: of a release, or else what lies beside one, such as the page that checks receipts; or else one of the merchant's.
async fn widget_file(app: App, folder: Option<ServeDir>, request: Request) -> Response<Body> {
    if folder.is_none() && !embedded::IS_THERE && app.service.releases.is_empty() && app.files.is_none() {
        return StatusCode::NOT_FOUND.into_response();
    }
    if !reads(request.method()) {
        return only_read();
    }
    if let Some(response) = releases::unpinned(&app, request.uri().path(), request.headers()).await {
        return response;
    }
    let path = request.uri().path().to_owned();
    let response = match folder {
        Some(folder) => file(folder, request).await,
        None => embedded_file(&request),
    };
    if response.status() == StatusCode::NOT_FOUND
        && let Some(own) = own_files::answer(app.files.as_deref(), &path).await
    {
        return own;
    }
    dressed(caching(&path), response)
}

/// A file that this program has inside, in the smallest form that the browser takes.
fn embedded_file(request: &Request) -> Response<Body> {
    let name = request.uri().path().trim_start_matches('/');
    let accepted = request.headers().get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let forms = [("br", ".br"), ("gzip", ".gz")].into_iter().filter(|(encoding, _)| accepts(accepted, encoding));
    let packed = forms.filter_map(|(encoding, end)| Some((Some(encoding), embedded::get(&format!("{name}{end}"))?))).next();
    let found = packed.or_else(|| embedded::get(name).map(|file| (None, file)));
    let Some((encoding, content)) = found else { return StatusCode::NOT_FOUND.into_response() };
    let mut response = Response::new(Body::from(content.into_owned()));
    let kind = mime_guess::from_path(name).first_or_octet_stream();
    let kind = HeaderValue::from_str(kind.essence_str()).expect("types are ASCII");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    if let Some(encoding) = encoding {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

async fn file(dir: ServeDir, request: Request) -> Response<Body> {
    // What no file system has a name for is not there; asked for it, one would say that something is broken.
    // A packed file's name is some bytes longer, and an escape stands for one byte.
    const LONGEST_NAME: usize = 250;
    let length = |name: &str| name.len() - 2 * name.matches('%').count().min(name.len() / 3);
    let path = request.uri().path();
    if path.len() > 4 * LONGEST_NAME || path.split('/').any(|name| length(name) > LONGEST_NAME) {
        return StatusCode::NOT_FOUND.into_response();
    }
    match dir.oneshot(request).await {
        Ok(response) => response.map(Body::new),
        Err(never) => match never {},
    }
}

#[derive(Clone)]
struct Shop {
    dir: PathBuf,
    merchant_key: String,
    backend: String,
}

impl Shop {
    async fn answer(self, mut request: Request) -> Response<Body> {
        let path = request.uri().path().strip_prefix("/shop/").unwrap_or_default().to_owned();
        let path = if path.is_empty() { "index.html".to_owned() } else { path };
        let mut response = if path.ends_with(".html") {
            self.page(&path).await
        } else {
            let Ok(uri) = format!("/{path}").parse() else { return StatusCode::NOT_FOUND.into_response() };
            *request.uri_mut() = uri;
            file(ServeDir::new(&self.dir), request).await
        };
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(SHOP_POLICY));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        // Pictures of the catalog are shown on shops elsewhere.
        headers.insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin"));
        response
    }

    /// A page, with the key and the address of this backend in the places marked for them.
    async fn page(&self, path: &str) -> Response<Body> {
        // An empty name would make the path an absolute one, which leaves the folder; one with a dot before it is hidden or leads up.
        if !path.split('/').all(is_plain) {
            return StatusCode::NOT_FOUND.into_response();
        }
        match tokio::fs::read_to_string(self.dir.join(Path::new(path))).await {
            Ok(page) => {
                let page = page.replace("{{merchant-key}}", &self.merchant_key).replace("{{backend}}", &self.backend);
                ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
            }
            Err(_) => StatusCode::NOT_FOUND.into_response(),
        }
    }
}
