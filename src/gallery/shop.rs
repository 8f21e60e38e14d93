//! What the make-believe shop of the gallery answers: prices, orders, and what it asks. Not here: when it answers (`fixture`), and what things are
//! called (`words`).

use protocol::json::Value;
use protocol::{
    Ask, Channel, Charge, Choice, Currency, Delivery, DeliveryOption, Digest, DiscountCode, Item, Line, Order, Payment, PaymentId, Price,
    PriceText, Quote, Receipt, Tax, Ways,
};

use super::asks;
use super::fixture::{CODE_SECONDS, Fixture, GOODS, START, items, merchant, order_id};

/// What people call the order.
const NUMBER: &str = "7K3V0QM4TZ";
/// Which of them comes in variants.
const OPTIONED: usize = 1;

/// Pictures that need no server: a leaf and a bowl. The third thing has none, as in many real shops.
const PICTURES: [&str; 2] = [
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 64 64'%3E%3Cpath fill='%23e3ecdf' d='M0 0h64v64H0z'/%3E%3Cpath fill='%232f6f4e' d='M14 48C14 24 28 14 50 14 50 38 38 50 18 47z'/%3E%3Cpath fill='none' stroke='%23e3ecdf' stroke-width='2' d='M14 50 40 24'/%3E%3C/svg%3E",
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 64 64'%3E%3Cpath fill='%23dde6ee' d='M0 0h64v64H0z'/%3E%3Cpath fill='%23fff' d='M14 26h36c0 14-8 22-18 22s-18-8-18-22z'/%3E%3Cpath fill='%234a6f94' d='M14 26h36v4H14zM24 48h16v4H24z'/%3E%3C/svg%3E",
];

impl Fixture {
    pub(super) fn ways(&self) -> Vec<Ways> {
        self.methods.iter().map(Ways::usual).collect()
    }

    pub(super) fn currency(&self) -> Currency {
        Currency::parse(self.currency).expect("a fixed code")
    }

    pub(super) fn quote(&self) -> Quote {
        Quote {
            merchant: merchant(),
            merchant_name: self.words.merchant.to_owned(),
            id: "quote-1".to_owned(),
            expires_at: START + self.elapsed + 600,
            is_test: self.is_test,
            price: self.price(self.cart()),
            methods: self.methods.clone(),
            ways: self.ways(),
            asks: self.questions(),
            deliveries: if self.asks { self.deliveries() } else { Vec::new() },
        }
    }

    /// What is asked of a cart, or of an order.
    fn questions(&self) -> Vec<Ask> {
        let country = self.asks.then(|| self.country());
        let details = if self.details { asks::all(self.words) } else { Vec::new() };
        let strange = self.strange.then(|| asks::strange(self.words));
        country.into_iter().chain(details).chain(strange).collect()
    }

    fn country(&self) -> Ask {
        let options = ["AT", "CN", "DE", "JP", "SA"].map(Choice::plain).to_vec();
        let (name, kind) = ("country".to_owned(), "country".to_owned());
        Ask { name, kind, required: true, label: self.words.country.to_owned(), options, ..Ask::default() }
    }

    fn deliveries(&self) -> Vec<DeliveryOption> {
        let option = |id: &str, label: &str, amount, kind: &str, days| DeliveryOption {
            id: id.to_owned(),
            label: label.to_owned(),
            amount,
            kind: kind.to_owned(),
            days,
        };
        let is_sent = self.given || self.answered().is_some();
        let post = is_sent.then(|| option("post", self.words.shipping, self.shipping, "ship", Some((2, 4))));
        post.into_iter().chain([option("shop", self.words.pickup, 0, "pickup", None)]).collect()
    }

    /// The country that the request under way names.
    fn answered(&self) -> Option<&str> {
        if let Some(country) = self.country {
            return Some(country);
        }
        let (_, request) = self.sent.as_ref()?;
        request.url.split(['?', '&']).find_map(|pair| pair.strip_prefix("country="))
    }

    /// What is in the cart now.
    pub(super) fn cart(&self) -> &[Item] {
        self.state.as_ref().map_or(&[], |state| state.items())
    }

    pub(super) fn price(&self, items: &[Item]) -> PriceText {
        let lines: Vec<Line> = items.iter().map(|item| self.line(item)).collect();
        let subtotal: i64 = lines.iter().map(|line| line.total).sum();
        let is_delivered = !self.asks || self.answered().is_some();
        let total = subtotal - 2000 + if is_delivered { self.shipping } else { 0 };
        PriceText::of(Price {
            currency: self.currency(),
            lines,
            subtotal,
            discounts: vec![Charge { label: self.words.discount.to_owned(), amount: 2000 }],
            discount_code: self.code.map(|state| DiscountCode { code: "8888".to_owned(), state: state.to_owned() }),
            country: self.answered().map(str::to_owned),
            region: None,
            delivery: is_delivered.then(|| Delivery {
                id: self.asks.then(|| "post".to_owned()),
                label: self.words.shipping.to_owned(),
                amount: self.shipping,
            }),
            taxes: vec![Tax { label: self.words.tax.to_owned(), rate: Some("13".to_owned()), amount: total * 13 / 113, included: true }],
            rounding: 0,
            total,
        })
    }

    fn line(&self, item: &Item) -> Line {
        let at = GOODS.iter().position(|(known, ..)| *known == item.sku.as_str()).unwrap_or(0);
        let (_, _, unit_price) = GOODS[at];
        let image = PICTURES.get(at).map(|&picture| picture.to_owned());
        let total = unit_price * i64::from(item.quantity);
        let options = (at == OPTIONED).then(|| self.words.options.to_owned());
        Line { item: item.clone(), name: self.words.goods[at].to_owned(), options, image, unit_price, total }
    }

    pub(super) fn order_body(&self) -> Value {
        let price = self.price(&items());
        let money = price.money();
        let receipt = Receipt {
            is_test: self.is_test,
            merchant: merchant(),
            order: order_id(),
            money,
            method: self.methods[0].clone(),
            transaction: "4200002345202611223456789012".to_owned(),
            paid_at: START + self.elapsed - 2,
            number: Some(NUMBER.to_owned()),
            price: Some(price.clone()),
        };
        let payment = Payment {
            id: PaymentId::parse("pay_q83vEjRWeJCrze8SNFZ4kA").expect("a fixed id"),
            method: self.methods[0].clone(),
            surface: self.order.surface,
            status: self.order.payment,
            payload: self.order.payload.map(str::to_owned),
            expires_at: START + CODE_SECONDS,
        };
        let can_answer = self.given && self.details;
        let order = Order {
            merchant: merchant(),
            merchant_name: self.words.merchant.to_owned(),
            id: order_id(),
            number: Some(NUMBER.to_owned()),
            seq: self.order.seq,
            status: self.order.status,
            amount: money.amount,
            currency: money.currency,
            channel: if self.given { Channel::Shop } else { Channel::Cart },
            is_test: self.is_test,
            price,
            expires_at: START + 7200,
            methods: self.methods.clone(),
            ways: self.ways(),
            asks: if can_answer { self.questions() } else { Vec::new() },
            deliveries: if can_answer { self.deliveries() } else { Vec::new() },
            answers_digest: self.is_answered.then(|| Digest::of(b"somebody's answers")),
            payment: (!can_answer).then_some(payment),
            fulfilment: self.fulfilment.clone(),
            receipt: self.order.status.has_money().then(|| receipt.sign(&self.signer)),
            follow: None,
        };
        order.to_json()
    }
}
