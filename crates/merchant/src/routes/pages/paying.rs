//! What a page shows of an order that is to be paid: merchant, amount, lines, state, the code or the link of its payment, and forms for
//! whatever can be done.

use maud::{Markup, html};
use protocol::{Method, Opened, Order, OrderStatus, OwnerKey, PayBy, Payment, PaymentStatus, Surface, Ways};

use super::bill::{bill, money};
use super::code::drawing;
use super::document::fill;
use super::form::token;
use super::goods::goods;
use crate::i18n::{PageWords, Words};
use crate::number::OrderNumber;
use crate::order_record::link;

/// An order on a page.
pub(super) struct Paying<'a> {
    pub(super) words: &'a Words,
    pub(super) shop: &'a str,
    pub(super) order: &'a Order,
    pub(super) ways: &'a [Ways],
    /// Where the shopper is.
    pub(super) surface: Surface,
    /// Unix seconds.
    pub(super) now: i64,
    /// From its page to where this host's addresses begin.
    pub(super) root: &'static str,
    /// For whom it is: by whose key, and what that opens.
    pub(super) owned: Option<Owned<'a>>,
    /// What went wrong just now.
    pub(super) said: Option<&'a str>,
    /// The address of its page, and whether that shows it as a code, for a phone to go on with.
    pub(super) address: String,
    pub(super) is_handed_over: bool,
    /// What it asks before it can be paid.
    pub(super) asked: Option<Markup>,
}

/// An order on the page of whoever bought it, who alone gets that: as the answer to a form.
#[derive(Clone, Copy)]
pub(super) struct Owned<'a> {
    pub(super) key: &'a OwnerKey,
    /// What it opens; absent where that cannot be told at the moment.
    pub(super) opened: Option<&'a Opened>,
}

/// Whether the page of an order may say something else soon: money is awaited.
pub(super) fn is_watched(order: &Order) -> bool {
    order.status == OrderStatus::Pending && order.payment.as_ref().is_some_and(is_open)
}

fn is_open(payment: &Payment) -> bool {
    matches!(payment.status, PaymentStatus::Waiting | PaymentStatus::Scanned)
}

/// The methods that can be paid there by forms: what a wallet's bridge takes, a script has to give it.
pub(super) fn payable<'a>(methods: &'a [Method], ways: &[Ways], surface: Surface) -> Vec<&'a Method> {
    let is_here = |method: &&Method| !matches!(Ways::find(ways, method, surface), PayBy::Nothing | PayBy::Bridge);
    methods.iter().filter(is_here).collect()
}

impl Paying<'_> {
    /// The widget in order mode, with the page inside of it: shown until the widget is there, and wherever it cannot be.
    pub(super) fn with_widget(&self, backend: &str, merchant_key: &str) -> Markup {
        html! {
            qr-checkout order=(self.order.id) hosted backend=(backend) merchant-key=(merchant_key) { (self.content()) }
        }
    }

    pub(super) fn content(&self) -> Markup {
        let texts = self.texts();
        html! {
            article {
                @if self.order.is_test { p.test { strong { (texts.test_band) } } }
                h1 { (self.shop) }
                @if let Some(said) = self.said { p.fault role="alert" { (said) } }
                p.amount { bdi { (self.amount()) } }
                (bill(self.words, &self.order.price, self.words.messages.total))
                p { (texts.order_number) " " bdi { (OrderNumber::of(&self.order.id)) } }
                (self.state())
                (self.own())
                p.small { (texts.plain) }
            }
        }
    }

    /// What is to be paid.
    pub(super) fn amount(&self) -> String {
        money(self.order.money())
    }

    fn texts(&self) -> &PageWords {
        &self.words.pages
    }

    /// What is for its buyer alone.
    fn own(&self) -> Markup {
        let Some(Owned { opened, .. }) = self.owned else { return html! {} };
        let load = |sku: &str, label: &str| self.button("file", sku, label);
        html! {
            @if let Some(opened) = opened { (goods(self.texts(), opened, load)) }
            p.keep { (self.texts().keep_open) }
        }
    }

    fn state(&self) -> Markup {
        let (texts, order) = (self.texts(), self.order);
        match order.status {
            OrderStatus::Paid | OrderStatus::PartlyRefunded | OrderStatus::Refunded => self.paid(),
            OrderStatus::Expired => self.over(texts.order_expired, texts.late_hint),
            OrderStatus::Canceled => self.over(texts.canceled, texts.late_hint),
            OrderStatus::Pending if self.now >= order.expires_at => self.over(texts.order_expired, texts.late_hint),
            OrderStatus::Pending if order.is_unanswered() => match &self.asked {
                Some(asked) => asked.clone(),
                None => html! { p role="status" { (texts.questions) } },
            },
            OrderStatus::Pending if self.is_handed_over => self.handed_over(),
            OrderStatus::Pending => match &order.payment {
                Some(payment) if is_open(payment) => self.open(payment),
                other => {
                    let said = other.as_ref().and_then(|payment| match payment.status {
                        PaymentStatus::Refused => Some(texts.refused.to_owned()),
                        PaymentStatus::Expired => Some(texts.code_expired.to_owned()),
                        PaymentStatus::Failed => Some(self.named(texts.method_gone, &payment.method)),
                        _ => None,
                    });
                    html! { @if let Some(said) = said { p role="status" { (said) } } (self.methods(None)) (self.way_to_phone()) }
                }
            },
        }
    }

    fn paid(&self) -> Markup {
        let (texts, order) = (self.texts(), self.order);
        let returned = match order.status {
            OrderStatus::Refunded => Some(texts.refunded),
            OrderStatus::PartlyRefunded => Some(texts.partly_refunded),
            _ => None,
        };
        html! {
            div role="status" { h2 { (if order.status == OrderStatus::Refunded { texts.all_refunded } else { texts.paid }) } }
            p { (fill(texts.paid_hint, &[("merchant", self.shop)])) }
            @if let Some(returned) = returned { p { (returned) } }
            @if let Some(receipt) = &order.receipt {
                details { summary { (texts.signed_receipt) } p.receipt { (receipt) } }
                p { a href={ (self.root) "receipt/index.html" } { (texts.check_receipt) } }
            }
        }
    }

    fn over(&self, heading: &str, hint: &str) -> Markup {
        html! { div role="status" { h2 { (heading) } } p { (hint) } p { (self.texts().ask_shop) } }
    }

    /// The address of the order as a code: it pays it, and opens nothing of it.
    fn handed_over(&self) -> Markup {
        let texts = self.texts();
        html! {
            h2 { (texts.phone) }
            p { (texts.phone_hint) }
            @if let Some(drawing) = drawing(&self.address, texts.phone) { p.drawn { (drawing) } }
            p.look { a href={ (self.root) "pay/" (self.order.id) "?plain" } { (texts.phone_back) } }
            p.look role="status" { (texts.waiting) }
        }
    }

    /// The way there, on a computer. The page of whoever bought it stays where it is.
    fn way_to_phone(&self) -> Markup {
        let target = self.owned.is_some().then_some("_blank");
        html! {
            @if self.surface == Surface::Qr {
                p.look { a href={ (self.root) "pay/" (self.order.id) "?plain&phone" } target=[target] { (self.texts().phone) } }
            }
        }
    }

    /// A payment that is awaited.
    fn open(&self, payment: &Payment) -> Markup {
        let texts = self.texts();
        let payload = payment.payload.as_deref().filter(|payload| *payload != link::KEPT_APART);
        html! {
            @match (payment.surface, payload) {
                (_, None) => { p role="status" { (texts.code_missing) } (self.button("act", "look", texts.check_now)) }
                (Surface::Qr, Some(payload)) => (self.code(payment, payload)),
                (Surface::App, Some(payload)) if link::is_link(payment) => {
                    h2 { (self.named(texts.pay_with, &payment.method)) }
                    p { a.go href=(payload) referrerpolicy="strict-origin" rel="noopener" { (self.named(texts.open_method, &payment.method)) } }
                }
                _ => p { (texts.leave_app) },
            }
            @if payload.is_some() {
                @if self.owned.is_some() {
                    // What a form's answer holds is lost to a page that looks by itself.
                    p.look role="status" { (texts.waiting_here) }
                    (self.button("act", "look", texts.check_now))
                } @else {
                    p.look role="status" { (texts.waiting) }
                    p.look { a href={ (self.root) "pay/" (self.order.id) "?plain" } { (texts.check_now) } }
                }
            }
            (self.way_to_phone())
            (self.button("act", "cancel", texts.cancel))
            (self.methods(Some(payment)))
        }
    }

    /// A code, and what to do with it where the shopper is.
    fn code(&self, payment: &Payment, payload: &str) -> Markup {
        let (texts, method) = (self.texts(), &payment.method);
        let (name, amount) = (texts.method(method), self.amount());
        let label = fill(texts.code_of, &[("amount", &amount), ("merchant", self.shop), ("method", name)]);
        let app = texts.app(method);
        let is_phone = self.surface != Surface::Qr;
        let way = Ways::find(self.ways, method, self.surface);
        html! {
            h2 { @if is_phone && matches!(way, PayBy::Copy | PayBy::Save) { (texts.pay_bank) } @else { (fill(texts.scan_with, &[("app", app)])) } }
            @match way {
                PayBy::Copy if is_phone => ol {
                    li { (texts.copy_first) }
                    li { (fill(texts.copy_then, &[("name", method.paste_name().unwrap_or(name))])) }
                    li { (texts.bank_last) }
                }
                PayBy::Save if is_phone => ol {
                    li { (texts.save_first) }
                    li { (fill(texts.save_then, &[("method", name)])) }
                    li { (texts.bank_last) }
                }
                _ if is_phone => p { (texts.other_phone) },
                _ => {}
            }
            @if let Some(drawing) = drawing(payload, &label) { p.drawn { (drawing) } }
            @if matches!(way, PayBy::Copy) && is_phone {
                p { textarea readonly rows="4" aria-label=(texts.copy_first) { (payload) } }
            }
        }
    }

    /// The methods by which it can be paid here and by forms, each a button; `open` is the one that is under way.
    fn methods(&self, open: Option<&Payment>) -> Markup {
        let texts = self.texts();
        let is_again = |method: &Method| {
            open.is_some_and(|open| {
                let is_link = Ways::find(self.ways, method, self.surface) == PayBy::Link;
                open.method == *method && (open.surface == Surface::App) == is_link
            })
        };
        // A link can be followed again; a code may be spent.
        let is_led = |method: &Method| open.is_some_and(|open| open.surface == Surface::App) && is_again(method);
        let payable = payable(&self.order.methods, self.ways, self.surface);
        let here: Vec<&Method> = payable.iter().copied().filter(|method| !is_led(method)).collect();
        html! {
            @if payable.is_empty() {
                p { (if self.surface == Surface::Qr { texts.no_method } else { texts.leave_app }) }
            } @else if !here.is_empty() {
                h2.look { (texts.choose) }
                @for method in here {
                    (self.button("method", method.as_str(), &if is_again(method) { texts.new_code.to_owned() } else { self.named(texts.pay_with, method) }))
                }
            }
        }
    }

    /// A form of one button. Each has a token of its own, under which it counts once.
    fn button(&self, name: &str, value: &str, label: &str) -> Markup {
        html! {
            form method="post" action={ (self.root) "pay/" (self.order.id) } {
                input type="hidden" name="token" value=(token());
                @if let Some(owned) = &self.owned { input type="hidden" name="key" value=(owned.key.as_str()); }
                button name=(name) value=(value) { (label) }
            }
        }
    }

    fn named(&self, text: &str, method: &Method) -> String {
        fill(text, &[("method", self.texts().method(method))])
    }
}
