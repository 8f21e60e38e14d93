//! `GET /pay/{order}`: pays an order, by the widget or, where that cannot run, by forms. `POST /pay/{order}` is where those lead: it begins
//! or ends a payment and shows the page again. A GET makes, counts and consumes nothing.

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, Response, StatusCode, Uri};
use protocol::{Digest, Method, Order, OrderStatus, OwnerKey, Ways};

use super::super::App;
use super::answering::{Asking, Refilled, country_of, give};
use super::document::{Page, led_to, said, spoken};
use super::failure::{Failure, dated};
use super::finding::find;
use super::form::{Form, Refused};
use super::owned::Answer;
use super::paying::{Paying, is_watched};
use super::surface::surface;
use crate::i18n::Words;
use crate::order_service::PaymentOptions;
use crate::response::ApiError;
use crate::service_error::ServiceError;
use crate::store::IdempotencyRecord;

/// From these pages to where this host's addresses begin.
const ROOT: &str = "../";

pub(super) async fn show(State(app): State<App>, Path(id): Path<String>, uri: Uri, headers: HeaderMap) -> Response<Body> {
    let words = spoken(&headers);
    match find(&app, &id).await {
        Err(missing) => said(missing.status(), words, ROOT, app.service.name.get(words.lang), missing.text(words)),
        Ok(order) => {
            let order = app.service.refreshed(order).await;
            let ways = app.service.providers.ways(&order.methods, order.is_test);
            let query = uri.query().unwrap_or_default();
            let has = |name: &str| query.split('&').any(|part| part.strip_suffix('=').unwrap_or(part) == name);
            let country = country_of(query);
            let asked = match order.is_unanswered() {
                true => app.service.told_in(order.clone(), words.lang, country.as_deref()).await.inspect_err(ServiceError::log).ok(),
                false => None,
            };
            let asking =
                asked.as_ref().map(|order| Asking { words, order, root: ROOT, country: country.as_deref(), typed: &[], faults: &[] });
            let asked = asking.map(|asking| asking.content());
            let is_handed_over = has("phone");
            page(&app, words, Paying { asked, is_handed_over, ..paying(&app, &headers, words, &order, &ways) }, !has("plain"))
        }
    }
}

fn page(app: &App, words: &Words, paying: Paying<'_>, has_widget: bool) -> Response<Body> {
    let (key, backend) = (app.service.keys.merchant_key(), &app.service.public_url);
    let content = if has_widget { paying.with_widget(backend, &key) } else { paying.content() };
    // Where a phone goes on with it, anything may come next.
    let is_elsewhere = paying.is_handed_over && paying.order.status == OrderStatus::Pending;
    let (amount, is_watching) = (paying.amount(), is_watched(paying.order) || is_elsewhere);
    let (status, description) = (StatusCode::OK, Some(amount.as_str()));
    Page { status, words, root: ROOT, title: paying.shop, description, has_widget, is_watching, content }.respond()
}

fn paying<'a>(app: &'a App, headers: &HeaderMap, words: &'a Words, order: &'a Order, ways: &'a [Ways]) -> Paying<'a> {
    let (shop, now, address) = (app.service.name.get(words.lang), app.service.now(), app.service.page_of_order(&order.id));
    let (surface, owned, said, asked) = (surface(headers), None, None, None);
    Paying { words, shop, order, ways, surface, now, root: ROOT, owned, said, address, is_handed_over: false, asked }
}

/// The same page as the answer to a form that was not taken.
fn again(app: &App, status: StatusCode, paying: Paying<'_>) -> Response<Body> {
    let title = app.service.name.get(paying.words.lang);
    Page::plain(status, paying.words, ROOT, title, paying.content()).respond()
}

pub(super) async fn act(State(app): State<App>, Path(id): Path<String>, request: Request) -> Response<Body> {
    let (words, headers) = (spoken(request.headers()), request.headers().clone());
    let name = app.service.name.get(words.lang);
    let order = match find(&app, &id).await {
        Ok(order) => order,
        Err(missing) => return said(missing.status(), words, ROOT, name, missing.text(words)),
    };
    let begun = async {
        let form = Form::read(&app, request).await?;
        let owner = owner(&app, &order, &form).await?;
        Ok::<_, Failure>((form, owner))
    };
    let (form, owner) = match begun.await {
        Ok(begun) => begun,
        Err(failure) => return failure.page(words, ROOT, name),
    };
    let ways = app.service.providers.ways(&order.methods, order.is_test);
    if !form.is_proven {
        // Nobody knows from which page it came; what is pressed on this one is known to come from here.
        let said = Some(words.pages.press_again);
        return again(&app, StatusCode::FORBIDDEN, Paying { said, ..paying(&app, &headers, words, &order, &ways) });
    }
    if form.has("salt") {
        return match give(&app, words, &order, &form).await {
            Ok(None) => led_to(&app.service.page_to_pay(&order.id)),
            Ok(Some(Refilled { order, country, typed, faults })) => {
                let asking = Asking { words, order: &order, root: ROOT, country: country.as_deref(), typed: &typed, faults: &faults };
                let asked = Some(asking.content());
                again(&app, StatusCode::BAD_REQUEST, Paying { asked, ..paying(&app, &headers, words, &order, &ways) })
            }
            Err(failure) => failure.page(words, ROOT, name),
        };
    }
    let done = perform(&app, &order, &form, owner.is_some()).await;
    match (done, owner) {
        (Ok(Some(file)), _) => led_to(&file),
        // What is shown is asked for anew, so that a reload sends nothing again.
        (Ok(None), None) => led_to(&app.service.page_to_pay(&order.id)),
        (Err(failure), None) => failure.page(words, ROOT, name),
        (done, Some(key)) => {
            let failed = done.err().map(|failure| failure.told(words));
            let said = failed.map(|(status, text, _)| (status, text));
            let order = app.service.store.order(&order.id).await.unwrap_or(order);
            let answer = Answer { words, headers: &headers, root: ROOT, said };
            dated(answer.page(&app, order, &key).await, failed.and_then(|(_, _, later)| later))
        }
    }
}

/// The owner key that a form holds, if it holds one.
async fn owner(app: &App, order: &Order, form: &Form) -> Result<Option<OwnerKey>, Failure> {
    if !form.has("key") {
        return Ok(None);
    }
    let key = form.get("key").and_then(OwnerKey::parse).ok_or(Refused::Broken)?;
    app.service.owned(&order.id, &key).await?.ok_or(ApiError::NotOwner)?;
    Ok(Some(key))
}

/// Does what a form asks for; the address of the file that it wants, if it wants one.
async fn perform(app: &App, order: &Order, form: &Form, is_owner: bool) -> Result<Option<String>, Failure> {
    let (token, service) = (form.token()?, &app.service);
    let wish = form.get("method").map(|word| Method::parse(word).ok_or(Refused::Broken)).transpose()?;
    let wish_text = wish.as_ref().map_or("cancel", Method::as_str);
    let key = IdempotencyRecord {
        key: token.as_str().to_owned(),
        target: format!("POST /pay/{}", order.id),
        digest: Digest::of(wish_text.as_bytes()).to_url_base64(),
    };
    match (wish, form.get("act"), form.get("file")) {
        (Some(method), ..) => {
            form.count(app)?;
            let options = PaymentOptions {
                method,
                surface: surface(&form.headers),
                return_url: Some(service.page_to_pay(&order.id)),
                browser: None,
                client_ip: form.client.address(),
            };
            service.pay_again(&order.id, &key, || Ok::<_, ApiError>(options)).await?;
        }
        (None, Some("cancel"), _) => {
            form.count(app)?;
            drop(service.cancel_payment(&order.id, &key).await?);
        }
        // A code that the provider did not give at first is asked for again.
        (None, Some("look"), _) => drop(service.with_code(order.clone()).await),
        (None, None, Some(sku)) if is_owner => {
            let told = service.make_download(order, sku).await.map_err(ApiError::from)?;
            return Ok(told.text("url").ok().map(str::to_owned));
        }
        _ => return Err(Refused::Broken.into()),
    }
    Ok(None)
}
