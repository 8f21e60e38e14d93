//! What an order of the shop's own asks before it can be paid, as forms on its page: where it goes, by GET, for that decides what else is
//! asked; then the answers, by POST.

use maud::{Markup, html};
use protocol::{Answers, AnswersText, Fault, Order};

use super::super::{App, carts};
use super::basket::delivery_choice;
use super::failure::Failure;
use super::form::{Form, token};
use super::questions::{Questions, answered};
use crate::i18n::Words;
use crate::response::ApiError;
use crate::store::IdempotencyRecord;

/// The questions of an order.
pub(super) struct Asking<'a> {
    pub(super) words: &'a Words,
    /// As it is told in that language and for that country.
    pub(super) order: &'a Order,
    /// From its page to where this host's addresses begin.
    pub(super) root: &'static str,
    /// Where it goes; empty where the shopper has said that it goes nowhere, absent where that is still to be said.
    pub(super) country: Option<&'a str>,
    /// What was typed already: name and answer.
    pub(super) typed: &'a [(String, String)],
    /// And what is wrong with it.
    pub(super) faults: &'a [Fault],
}

impl Asking<'_> {
    pub(super) fn content(&self) -> Markup {
        let (texts, order) = (&self.words.pages, self.order);
        let country = order.asks.iter().find(|ask| ask.is_of_price());
        html! {
            @if let Some(summary) = self.questions().summary() { (summary) }
            h2 { (texts.details) }
            p role="status" { (texts.questions) }
            @if let Some(ask) = country {
                form method="get" action={ (self.root) "pay/" (order.id) } {
                    input type="hidden" name="plain" value="";
                    (self.questions().list(ask, self.country))
                    button { (texts.show_price) }
                }
            }
            @if country.is_none() || self.country.is_some() { (self.form()) }
        }
    }

    fn questions(&self) -> Questions<'_> {
        let Asking { words, order, typed, faults, .. } = self;
        Questions { texts: &words.pages, lang: words.lang, asks: &order.asks, faults, typed, is_sent: !order.deliveries.is_empty() }
    }

    fn form(&self) -> Markup {
        let (texts, order) = (&self.words.pages, self.order);
        let chosen = self.typed.iter().find(|(name, _)| name == "delivery").map(|(_, id)| id.as_str());
        let chosen = chosen.or(order.deliveries.first().map(|option| option.id.as_str()));
        html! {
            form method="post" action={ (self.root) "pay/" (order.id) } {
                input type="hidden" name="token" value=(token());
                input type="hidden" name="salt" value=(token());
                @if let Some(country) = self.country.filter(|country| !country.is_empty()) { input type="hidden" name="country" value=(country); }
                @if !order.deliveries.is_empty() {
                    fieldset {
                        legend { (texts.delivery) }
                        @for option in &order.deliveries { (delivery_choice(self.words, option, order.price.currency, chosen)) }
                    }
                }
                (self.questions().fields())
                button.go { (texts.show_price) }
            }
        }
    }
}

/// What was answered badly: what was typed, and what is wrong with it. It may name a person.
pub(super) struct Refilled {
    pub(super) order: Order,
    pub(super) country: Option<String>,
    pub(super) typed: Vec<(String, String)>,
    pub(super) faults: Vec<Fault>,
}

/// Takes the answers that a form holds, once for its token. Answers what is to be shown again where they are not good.
///
/// # Errors
/// [`Failure`]; then nothing was kept.
pub(super) async fn give(app: &App, words: &Words, order: &Order, form: &Form) -> Result<Option<Refilled>, Failure> {
    let service = &app.service;
    let (salt, token) = (form.salt()?, form.token()?);
    let country = form.get("country").map(carts::country).transpose()?.map(str::to_owned);
    form.count(app)?;
    let order = service.told_in(order.clone(), words.lang, country.as_deref()).await?;
    let typed = answered(&order.asks, |name| form.get(name));
    let delivery = form.get("delivery").map(str::to_owned);
    let answers = Answers { salt, country: country.clone(), region: None, delivery: delivery.clone(), given: typed.clone() };
    let digest = form.digest(&["token"]).to_url_base64();
    let key = IdempotencyRecord { key: token.as_str().to_owned(), target: format!("POST /pay/{} answers", order.id), digest };
    let given = || Ok::<_, ApiError>((AnswersText::of(answers), words.lang.to_owned()));
    match service.answer(&order.id, &key, given).await {
        Ok(_) => Ok(None),
        Err(ApiError::Answers(faults)) => {
            let typed = typed.into_iter().chain(delivery.map(|id| ("delivery".to_owned(), id))).collect();
            // Where it goes is asked again only where that is the fault.
            let has_said = !faults.iter().any(|fault| fault.field.as_deref() == Some("country"));
            Ok(Some(Refilled { country: country.or(has_said.then(String::new)), order, typed, faults }))
        }
        Err(error) => Err(error.into()),
    }
}

/// The country that the address of the page names, if it names one.
pub(super) fn country_of(query: &str) -> Option<String> {
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    let country = pairs.find(|(name, _)| name == "country").map(|(_, value)| value.into_owned())?;
    (country.is_empty() || carts::country(&country).is_ok()).then_some(country)
}
