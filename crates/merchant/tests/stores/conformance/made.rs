//! What the cases are made of: orders, payments and keys, the simplest that there are.

use merchant::order_record::{PaymentRecord, References};
use merchant::store::{IdempotencyRecord, NewRecord, Store};
use protocol::{
    Channel, Currency, Item, Line, MerchantId, Method, Money, Order, OrderId, OrderStatus, Payment, PaymentId, PaymentStatus, Price,
    PriceText, Sku, Surface,
};

/// When the cases take place, unix seconds.
pub(super) const NOW: i64 = 1_800_000_000;

fn money() -> Money {
    Money { amount: 6_800, currency: Currency::parse("CNY").unwrap() }
}

pub(crate) fn code(payload: &str, expires_at: i64) -> gateway::Prepared {
    gateway::Prepared { payload: payload.to_owned(), expires_at, provider_ref: Some(format!("ref of {payload}")) }
}

pub(super) fn attempted(number: u8, method: &str, at: i64) -> PaymentRecord {
    let provider = Some(format!("who collects {method}"));
    let (method, surface, status) = (Method::parse(method).unwrap(), Surface::Qr, PaymentStatus::Waiting);
    let payment = Payment { id: PaymentId::from_random([number; 16]), method, surface, status, payload: None, expires_at: at + 900 };
    PaymentRecord {
        payment,
        money: money(),
        provider,
        provider_ref: None,
        created_at: at,
        reference: None,
        return_url: Some("https://shop.example/茶".to_owned()),
        browser: None,
        payer: None,
        client_ip: None,
        shown_at: None,
        scanned_at: None,
        paid_at: None,
        transaction: None,
        next_check_at: Some(at + 5),
        checks: 0,
    }
}

pub(super) fn order(number: u8, payment: &PaymentRecord, at: i64) -> Order {
    let line = Line {
        item: Item { sku: Sku::parse("tea").unwrap(), quantity: 1 },
        name: "春茶 \"100 g\" \\ '".to_owned(),
        options: None,
        image: None,
        unit_price: 6_800,
        total: 6_800,
    };
    Order {
        merchant: MerchantId::parse("mountain-tea").unwrap(),
        merchant_name: "山间茶舍".to_owned(),
        id: OrderId::from_random([number; 16]),
        number: None,
        seq: 1,
        status: OrderStatus::Pending,
        amount: 6_800,
        currency: money().currency,
        channel: Channel::Shop,
        is_test: false,
        price: PriceText::of(Price::of_lines(money().currency, vec![line])),
        expires_at: at + 1_800,
        methods: vec![payment.payment.method.clone()],
        ways: Vec::new(),
        payment: Some(payment.payment.clone()),
        fulfilment: vec![],
        receipt: None,
        follow: None,
        asks: Vec::new(),
        deliveries: Vec::new(),
        answers_digest: None,
    }
}

pub(super) fn attempt(key: &str) -> IdempotencyRecord {
    IdempotencyRecord { key: key.to_owned(), target: "POST /v1/orders".to_owned(), digest: "digest".to_owned() }
}

/// An order of that number, made at that time.
pub async fn made(store: &Store, number: u8, method: &str, at: i64) -> Order {
    let payment = attempted(number, method, at);
    let order = order(number, &payment, at);
    let references = References::default();
    let new = NewRecord { payment: Some(&payment), ..NewRecord::of(&order, &references) };
    assert_eq!(store.create(new, &attempt(&number.to_string()), at).await.unwrap(), order.id);
    order
}
