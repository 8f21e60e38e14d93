//! `GET /pay/{order}`: pays an order, by the widget or, where that cannot run, by forms. `POST /pay/{order}` is where those lead: it begins
//! or ends a payment and shows the page again. A GET makes, counts and consumes nothing.

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, Uri, header};
use protocol::{Digest, Method, Order};

use super::super::App;
use super::document::{Page, said, spoken};
use super::finding::find;
use super::form::{Form, Refused};
use super::paying::{Paying, is_watched};
use super::surface::surface;
use crate::i18n::Words;
use crate::order_service::PaymentOptions;
use crate::response::ApiError;
use crate::store::IdempotencyRecord;

pub(super) async fn show(State(app): State<App>, Path(id): Path<String>, uri: Uri, headers: HeaderMap) -> Response<Body> {
    let words = spoken(&headers);
    match find(&app, &id).await {
        Err(missing) => said(missing.status(), words, app.service.name.get(words.lang), missing.text(words)),
        Ok(order) => {
            let order = app.service.refreshed(order).await;
            let is_plain = uri.query().is_some_and(|query| query.split('&').any(|part| part == "plain"));
            page(&app, &headers, words, &order, !is_plain)
        }
    }
}

fn page(app: &App, headers: &HeaderMap, words: &Words, order: &Order, has_widget: bool) -> Response<Body> {
    let name = app.service.name.get(words.lang);
    let ways = app.service.providers.ways(&order.methods, order.is_test);
    let paying = Paying { words, shop: name, order, ways: &ways, surface: surface(headers), now: app.service.now() };
    let (key, backend) = (app.service.keys.merchant_key(), &app.service.public_url);
    let content = if has_widget { paying.with_widget(backend, &key) } else { paying.content() };
    let (amount, is_watching) = (paying.amount(), is_watched(order));
    Page { status: StatusCode::OK, words, title: name, description: Some(&amount), has_widget, is_watching, content }.respond()
}

pub(super) async fn act(State(app): State<App>, Path(id): Path<String>, request: Request) -> Response<Body> {
    let words = spoken(request.headers());
    let name = app.service.name.get(words.lang);
    let order = match find(&app, &id).await {
        Ok(order) => order,
        Err(missing) => return said(missing.status(), words, name, missing.text(words)),
    };
    let done = async {
        let form = Form::read(&app, request).await?;
        perform(&app, &order, &form).await
    };
    match done.await {
        // What is shown is asked for anew, so that a reload sends nothing again.
        Ok(()) => led_to(&format!("{}/pay/{}?plain", app.service.public_url, order.id)),
        Err(failure) => failure.page(words, name),
    }
}

/// What did not work.
enum Failure {
    Form(Refused),
    Api(ApiError),
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Failure {
        Failure::Form(refused)
    }
}

impl<E: Into<ApiError>> From<E> for Failure {
    fn from(error: E) -> Failure {
        Failure::Api(error.into())
    }
}

impl Failure {
    fn page(self, words: &Words, shop: &str) -> Response<Body> {
        let texts = &words.pages;
        let (status, text, later) = match self {
            Failure::Form(refused @ Refused::TooMany(seconds)) => (refused.status(), texts.try_again_soon, Some(seconds)),
            Failure::Form(refused) => (refused.status(), texts.foreign_form, None),
            Failure::Api(error) => {
                let error = error.logged();
                let (status, code, _) = error.words();
                let text = match code {
                    "answers-refused" => texts.questions,
                    "method-not-offered" => texts.no_method,
                    "order-closed" => texts.order_expired_hint,
                    "provider-unavailable" | "internal" | "rate-limited" => texts.try_again_soon,
                    _ => texts.action_refused,
                };
                (StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), text, None)
            }
        };
        let mut response = said(status, words, shop, text);
        if let Some(seconds) = later {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

async fn perform(app: &App, order: &Order, form: &Form) -> Result<(), Failure> {
    let (token, service) = (form.token()?, &app.service);
    let wish = form.get("method").map(|word| Method::parse(word).ok_or(Refused::Broken)).transpose()?;
    let wish_text = wish.as_ref().map_or("cancel", Method::as_str);
    let key = IdempotencyRecord {
        key: token.as_str().to_owned(),
        target: format!("POST /pay/{}", order.id),
        digest: Digest::of(wish_text.as_bytes()).to_url_base64(),
    };
    match (wish, form.get("act")) {
        (Some(method), _) => {
            let options = PaymentOptions {
                method,
                surface: surface(&form.headers),
                return_url: Some(format!("{}/pay/{}?plain", service.public_url, order.id)),
                browser: None,
                client_ip: form.client.address(),
            };
            service.pay_again(&order.id, &key, || Ok::<_, ApiError>(options)).await?;
        }
        (None, Some("cancel")) => drop(service.cancel_payment(&order.id, &key).await?),
        // A code that the provider did not give at first is asked for again.
        (None, Some("look")) => drop(service.with_code(order.clone()).await),
        _ => return Err(Refused::Broken.into()),
    }
    Ok(())
}

fn led_to(url: &str) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let headers = response.headers_mut();
    headers.insert(header::LOCATION, HeaderValue::from_str(url).unwrap_or(HeaderValue::from_static("/")));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}
