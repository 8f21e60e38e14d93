//! `GET /pay?item=SKU:QTY&…`: the page of a cart that is bought by forms alone. `POST /pay`: orders it, once for each page, and answers with
//! the order's page for its buyer. A GET makes, counts and consumes nothing.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Response, StatusCode};
use protocol::{AnswersText, Digest, Fault, Item, Method, OrderId, Quote, Surface};
use url::form_urlencoded;

use super::super::{App, carts};
use super::amount::AskedAmount;
use super::basket::{Basket, refused};
use super::bill::money;
use super::document::{Page, said, spoken, spoken_after};
use super::failure::{Failure, dated};
use super::form::{Form, Refused};
use super::owned::Answer;
use super::place;
use super::questions::{answered, bound};
use super::surface::surface;
use super::wanted::Wanted;
use crate::cart_fault::{self, CartFault};
use crate::catalog::{Cart, Code, judge_answers};
use crate::client::Client;
use crate::i18n::Words;
use crate::order_service::{CartOrder, LinkUse, NewOrder, PaymentOptions};
use crate::payment_links::{PaymentLink, Sale};
use crate::places::Place;
use crate::random;
use crate::response::ApiError;
use crate::store::IdempotencyRecord;

/// From this page to where this host's addresses begin.
const ROOT: &str = "";

/// A shopper with a cart, or with a link that sells.
pub(super) struct Shopping<'a> {
    app: &'a App,
    words: &'static Words,
    wanted: Wanted,
    client: Client,
    surface: Surface,
    /// From the page to where this host's addresses begin.
    root: &'static str,
    /// What sells, where that is not the cart itself.
    link: Option<PaymentLink>,
    /// Where it is ordered, if at a place.
    place: Option<Place>,
}

/// A price, and whether the discount code was not looked at, for too many were none.
struct Told {
    quote: Quote,
    has_tried_too_often: bool,
}

/// Why a cart was not ordered.
enum Stopped {
    /// Its page is shown again, with what is said, what was typed and what is wrong with it.
    Again(StatusCode, Box<Told>, Option<&'static str>, Vec<(String, String)>, Vec<Fault>),
    /// Anything else.
    Failed(Failure),
}

impl<E: Into<Failure>> From<E> for Stopped {
    fn from(error: E) -> Stopped {
        Stopped::Failed(error.into())
    }
}

pub(super) async fn show(State(app): State<App>, request: Request) -> Response<Body> {
    shown(&app, request, ROOT, None).await
}

pub(super) async fn order(State(app): State<App>, request: Request) -> Response<Body> {
    ordered(&app, request, ROOT, None).await
}

/// The page of a cart, or of a link.
pub(super) async fn shown(app: &App, request: Request, root: &'static str, link: Option<PaymentLink>) -> Response<Body> {
    let query = request.uri().query().unwrap_or_default();
    let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let client = Client::of(request.headers(), request.extensions(), app.proxies);
    let mut shopping = Shopping::of(app, request.headers(), client, &pairs, root, link);
    if let Err(failure) = shopping.find_place().await {
        return shopping.failed(failure).await;
    }
    match shopping.price().await {
        Ok(told) => shopping.page(StatusCode::OK, &told, None, &[], &[]),
        Err(error) => shopping.failed(error.into()).await,
    }
}

/// Orders what the form of such a page asks for.
pub(super) async fn ordered(app: &App, request: Request, root: &'static str, link: Option<PaymentLink>) -> Response<Body> {
    let (words, headers) = (spoken(request.headers()), request.headers().clone());
    let form = match Form::read(app, request).await {
        Ok(form) => form,
        Err(refused) => return Failure::from(refused).page(words, root, app.service.name.get(words.lang)),
    };
    let mut shopping = Shopping::of(app, &headers, form.client, form.fields(), root, link);
    match shopping.order(&form).await {
        Ok(id) => shopping.own_page(&headers, &id).await,
        Err(Stopped::Again(status, told, said, typed, faults)) => shopping.page(status, &told, said, &typed, &faults),
        Err(Stopped::Failed(failure)) => shopping.failed(failure).await,
    }
}

impl<'a> Shopping<'a> {
    fn of(
        app: &'a App,
        headers: &HeaderMap,
        client: Client,
        pairs: &[(String, String)],
        root: &'static str,
        link: Option<PaymentLink>,
    ) -> Shopping<'a> {
        let wanted = if link.is_some() { Wanted::by_link(pairs) } else { Wanted::of(pairs) };
        Shopping {
            app,
            words: spoken_after(wanted.get("locale"), headers),
            wanted,
            client,
            surface: surface(headers),
            root,
            link,
            place: None,
        }
    }

    /// The path of its page.
    fn path(&self) -> String {
        self.link.as_ref().map_or_else(|| "pay".to_owned(), |link| format!("l/{}", link.id))
    }

    /// The amount that the shopper is to name.
    fn asked_amount(&self) -> Option<AskedAmount<'_>> {
        let Sale::Amount(open) = &self.link.as_ref()?.terms.sale else { return None };
        Some(AskedAmount { words: self.words, open, typed: self.wanted.get("amount") })
    }

    /// The link by which it is bought, with the amount that was named.
    fn link_use(&self) -> Option<LinkUse> {
        let amount = self.asked_amount().and_then(|asked| asked.amount());
        self.link.clone().map(|link| LinkUse { link, amount })
    }

    fn shop(&self) -> &'a str {
        self.app.service.name.get(self.words.lang)
    }

    /// Looks up the place at which it is ordered.
    async fn find_place(&mut self) -> Result<(), Failure> {
        if let Some(id) = self.wanted.get("place") {
            self.place = Some(place::find(self.app, id).await?);
        }
        Ok(())
    }

    /// What of a cart is not offered where it is ordered.
    fn not_offered(&self, items: &[Item]) -> Vec<Fault> {
        let place = self.place.as_ref();
        let is_foreign = |item: &&Item| place.is_some_and(|place| !place.offers(item.sku.as_str()));
        items.iter().filter(is_foreign).map(|item| cart_fault::unknown_sku(item.sku.as_str())).collect()
    }

    /// What it costs now. A region of another country than was chosen is not asked for twice: it is left out.
    async fn price(&self) -> Result<Told, ApiError> {
        match self.price_in(self.wanted.get("region")).await {
            Err(ApiError::Cart(cart)) if cart.faults.iter().any(|fault| fault.field.as_deref() == Some("region")) => {
                self.price_in(None).await
            }
            told => told,
        }
    }

    async fn price_in(&self, region: Option<&str>) -> Result<Told, ApiError> {
        let (wanted, service, lang) = (&self.wanted, &self.app.service, self.words.lang);
        if let Some(link) = self.link_use() {
            let country = wanted.get("country").map(carts::country).transpose()?;
            let cart = Cart { country, region, delivery: wanted.get("delivery"), ..Cart::default() };
            let quote = service.price_by_link(&link, cart, lang).await?.quote;
            return Ok(Told { quote, has_tried_too_often: false });
        }
        let carts::Written { items, mut faults } = wanted.written();
        faults.extend(self.not_offered(&items));
        if !faults.is_empty() {
            let cart = CartFault { faults, ..Default::default() };
            return Err(ApiError::Cart(Box::new(service.explained(&items, lang, cart).await)));
        }
        let code = carts::code(wanted.get("code").map(str::to_owned));
        let has_tried_too_often = carts::listen_to(self.app, &self.client, code.as_deref()).is_err();
        let code = code.as_deref().filter(|_| !has_tried_too_often).map(Code::Offered);
        let client_reference = wanted.get("client_reference").map(carts::client_reference).transpose()?;
        let country = wanted.get("country").map(carts::country).transpose()?;
        let cart = Cart {
            items: &items,
            code,
            client_reference: client_reference.as_ref(),
            country,
            region,
            delivery: wanted.get("delivery"),
            is_taken_along: false,
        };
        let quote = service.price(cart, lang).await?.quote;
        carts::count_guess(self.app, &self.client, &quote);
        Ok(Told { quote, has_tried_too_often })
    }

    /// Orders it, once for each token; the id of the order.
    async fn order(&mut self, form: &Form) -> Result<OrderId, Stopped> {
        // The salt is among what is digested: of what was typed, the digest tells nothing.
        form.salt()?;
        // The same again counts as well: each answer has a key of its own.
        form.count(self.app)?;
        let digest = form.digest(&["token", "method"]).to_url_base64();
        let key = IdempotencyRecord { key: form.token()?.as_str().to_owned(), target: format!("POST /{}", self.path()), digest };
        let store = &self.app.service.store;
        let made_before = async || store.order_made_with(&key).await;
        if let Some(id) = made_before().await? {
            return Ok(id);
        }
        self.find_place().await?;
        if !form.is_proven {
            let told = self.price().await?;
            let typed = answered(&told.quote.asks, |name| form.get(name));
            return Err(Stopped::Again(StatusCode::FORBIDDEN, Box::new(told), Some(self.words.pages.press_again), typed, Vec::new()));
        }
        match self.place(form, &key).await {
            // The same form, sent twice at once, may have taken the last piece.
            Err(stopped) => made_before().await?.ok_or(stopped),
            made => made,
        }
    }

    async fn place(&self, form: &Form, key: &IdempotencyRecord) -> Result<OrderId, Stopped> {
        let (wanted, service) = (&self.wanted, &self.app.service);
        let told = self.price().await?;
        let given = answered(&told.quote.asks, |name| form.get(name));
        let again = |status, told: Told, said, faults| Stopped::Again(status, Box::new(told), said, given.clone(), faults);
        let agreed = form.get("price").and_then(Digest::parse).ok_or(Refused::Broken)?;
        if told.quote.price.digest() != agreed {
            return Err(again(StatusCode::CONFLICT, told, Some(self.words.pages.price_changed), Vec::new()));
        }
        let answers = AnswersText::of(bound(form.salt()?, &told.quote.price, given.clone()));
        let answers = told.quote.asks_details().then_some(answers);
        let faults = judge_answers(&told.quote.asks, &told.quote.price, answers.as_ref());
        if !faults.is_empty() {
            return Err(again(StatusCode::BAD_REQUEST, told, None, faults));
        }
        let id = OrderId::from_random(random::bytes());
        let owned = |name| wanted.get(name).map(str::to_owned);
        let cart = CartOrder {
            id: id.clone(),
            items: wanted.written().items,
            code: carts::code(owned("code")).filter(|_| !told.has_tried_too_often),
            client_reference: wanted.get("client_reference").map(carts::client_reference).transpose()?,
            country: owned("country"),
            region: told.quote.price.region.clone(),
            delivery: owned("delivery"),
            locale: self.words.lang.to_owned(),
            price_digest: agreed,
            owner: None,
            answers,
            payment: PaymentOptions {
                method: form.get("method").and_then(Method::parse).ok_or(Refused::Broken)?,
                surface: self.surface,
                return_url: Some(service.page_to_pay(&id)),
                browser: None,
                client_ip: form.client.address(),
            },
            client: form.client,
            link: self.link_use().map(Box::new),
            place: self.place.as_ref().map(Place::told),
        };
        match service.place(key, || Ok::<_, ApiError>(NewOrder::Cart(cart))).await {
            // Where its code is not there yet, its page asks for that again.
            Ok(placed) => Ok(placed.id),
            Err(ApiError::PriceChanged(priced)) => {
                let told = Told { quote: priced.quote, has_tried_too_often: false };
                Err(again(StatusCode::CONFLICT, told, Some(self.words.pages.price_changed), Vec::new()))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The page of the order for its buyer: by a key of its own, of which the page is the only place.
    async fn own_page(&self, headers: &HeaderMap, id: &OrderId) -> Response<Body> {
        let service = &self.app.service;
        let opened = async {
            let order = service.with_code(service.store.order(id).await?).await;
            Ok::<_, ApiError>((order, service.new_owner_key(id).await?))
        };
        match opened.await {
            Ok((order, key)) => Answer { words: self.words, headers, root: self.root, said: None }.page(self.app, order, &key).await,
            Err(error) => self.failed(error.into()).await,
        }
    }

    fn page(
        &self,
        status: StatusCode,
        Told { quote, has_tried_too_often }: &Told,
        said: Option<&str>,
        typed: &[(String, String)],
        faults: &[Fault],
    ) -> Response<Body> {
        let (words, shop, has_tried_too_often) = (self.words, self.shop(), *has_tried_too_often);
        let (wanted, surface) = (&self.wanted, self.surface);
        let (action, is_link) = (format!("{}{}", self.root, self.path()), self.link.is_some());
        let (amount, place) = (self.asked_amount(), self.place.as_ref().map(|place| (place, self.root)));
        let basket = Basket {
            words,
            shop,
            wanted,
            quote,
            has_tried_too_often,
            surface,
            said,
            typed,
            faults,
            action: &action,
            is_link,
            place,
            amount,
        };
        let content = basket.content();
        let amount = money(quote.money());
        Page { description: Some(&amount), ..Page::plain(status, words, self.root, shop, content) }.respond()
    }

    async fn failed(&self, failure: Failure) -> Response<Body> {
        let (words, shop, root) = (self.words, self.shop(), self.root);
        if let (Failure::Api(ApiError::CartEmpty), Some(place)) = (&failure, &self.place) {
            let menu = place::menu(self.app, words, root, place, Some(words.pages.cart_empty)).await;
            return menu.unwrap_or_else(|failure| failure.page(words, root, shop));
        }
        if let (Failure::Api(ApiError::Field("amount")), Some(asked)) = (&failure, self.asked_amount()) {
            return asked.page(shop, root, &self.path());
        }
        if let Failure::Api(ApiError::Cart(cart)) = &failure {
            let content = refused(words, shop, &self.wanted, cart);
            let (status, ..) = Failure::Api(ApiError::Cart(cart.clone())).told(words);
            return Page::plain(status, words, root, shop, content).respond();
        }
        let (status, text, later) = failure.told(words);
        dated(said(status, words, root, shop, text), later)
    }
}
