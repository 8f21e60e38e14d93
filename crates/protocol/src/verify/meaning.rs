//! Steps 14 and 15: what an authentic answer says must fit what was asked and what is known. The only place that builds `Verified`.

use std::rc::Rc;

use super::{Authentic, Proved, Verified};
use crate::json::{Fields, Value};
use crate::{Backend, Code, Digest, Item, MerchantId, Opened, Order, OrderId, Pins, Problem, Quote, Receipt, payload};

/// What is known before an answer about an order arrives.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known<'a> {
    /// Who sells.
    pub merchant: Option<&'a MerchantId>,
    /// The order in the address; absent when it is being made.
    pub order: Option<&'a OrderId>,
    /// The price that the shopper agreed to, by its digest; absent for an order that the shop made or that is resumed.
    pub price_digest: Option<Digest>,
    /// The digest of the answers that the shopper gave, where the answer is to them.
    pub answers_digest: Option<Digest>,
    /// The last verified state of the same order.
    pub last: Option<&'a Order>,
}

/// A verified order, and beside it, exactly when its money has arrived, the verified receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedOrder {
    /// The order.
    pub order: Verified<Order>,
    /// Proof of payment.
    pub receipt: Option<Verified<Receipt>>,
}

impl Authentic {
    /// Whether the answer is an error of the backend.
    pub fn is_problem(&self) -> bool {
        self.status >= 400
    }

    /// The body, for tools that judge messages without knowing what was asked.
    pub fn body(&self) -> &Value {
        &self.body
    }

    /// Reads a signed "no". An error can never be taken for an order or a quote.
    ///
    /// # Errors
    /// `body-type`… of step 14: `body-schema`, `bind-merchant`.
    pub fn problem(self, merchant: Option<&MerchantId>) -> Result<Verified<Problem>, Code> {
        self.expect_type("problem")?;
        let problem = Problem::from_json(&self.body)?;
        if problem.status != i64::from(self.status) || !self.is_problem() {
            return Err(Code::BodySchema);
        }
        same_merchant(&problem.merchant, merchant)?;
        Ok(self.verified(problem))
    }

    /// Reads the quote of those items.
    ///
    /// # Errors
    /// `body-schema`, `bind-merchant`, `bind-quote` when it prices other items.
    pub fn quote(self, merchant: Option<&MerchantId>, items: &[Item]) -> Result<Verified<Quote>, Code> {
        self.expect_success("quote")?;
        let quote = Quote::from_json(&self.body)?;
        same_merchant(&quote.merchant, merchant)?;
        if !quote.price.lines.iter().map(|line| &line.item).eq(items) {
            return Err(Code::BindQuote);
        }
        Ok(self.verified(quote))
    }

    /// Reads an order and, if its money has arrived, its receipt.
    ///
    /// # Errors
    /// `body-schema`, a `bind-…` code, a code of step 15 for what there is to scan or to open, and for the receipt `key-unknown` or `crypto-…`.
    pub fn order(self, known: Known<'_>, pins: &Pins) -> Result<VerifiedOrder, Code> {
        self.expect_success("order")?;
        let order = Order::from_json(&self.body)?;
        same_merchant(&order.merchant, known.merchant)?;
        if known.order.is_some_and(|id| *id != order.id) {
            return Err(Code::BindOrder);
        }
        if known.price_digest.is_some_and(|agreed| agreed != order.price.digest()) {
            return Err(Code::BindPrice);
        }
        if known.answers_digest.is_some() && known.answers_digest != order.answers_digest {
            return Err(Code::BindAnswers);
        }
        if let Some(last) = known.last {
            same_agreement(&order, last)?;
            follows(&order, last)?;
        }
        if let Some(payment) = &order.payment {
            payload::check(payment, order.money(), self.local)?;
        }
        if let Some(text) = &order.follow {
            payload::check_follow(text)?;
        }
        let receipt = if order.status.has_money() { Some(receipt_of(&order, pins)?) } else { None };
        let receipt = receipt.map(|receipt| self.verified(receipt));
        Ok(VerifiedOrder { order: self.verified(order), receipt })
    }

    /// Reads what of that order is for its buyer alone.
    ///
    /// # Errors
    /// `body-schema`, `bind-merchant`, `bind-order`, and a code of step 15 for the code to follow by.
    pub fn opened(self, merchant: &MerchantId, order: &OrderId) -> Result<Verified<Opened>, Code> {
        self.expect_success("opened")?;
        let opened = Opened::from_json(&self.body)?;
        same_merchant(&opened.merchant, Some(merchant))?;
        if opened.order != *order {
            return Err(Code::BindOrder);
        }
        if let Some(text) = &opened.follow {
            payload::check_follow(text)?;
        }
        Ok(self.verified(opened))
    }

    /// Reads the address under which a file of that order is loaded: one of the backend's own.
    ///
    /// # Errors
    /// `body-schema`, `bind-merchant`, `bind-order`.
    pub fn download(self, backend: &Backend, merchant: &MerchantId, order: &OrderId) -> Result<String, Code> {
        self.expect_success("download")?;
        let (url, from, of) = Fields::read(&self.body, |fields| {
            (fields.string("url"), MerchantId::read(fields, "merchant"), OrderId::read(fields, "order"))
        })?;
        same_merchant(&from, Some(merchant))?;
        let is_own = url.strip_prefix(backend.as_str()).is_some_and(|path| path.starts_with("/d/"));
        match (of == *order, is_own) {
            (false, _) => Err(Code::BindOrder),
            (true, false) => Err(Code::BodySchema),
            (true, true) => Ok(url),
        }
    }

    fn expect_success(&self, name: &str) -> Result<(), Code> {
        if self.is_problem() {
            return Err(Code::BodySchema);
        }
        self.expect_type(name)
    }

    fn expect_type(&self, name: &str) -> Result<(), Code> {
        let fits = matches!(self.body.get("type"), Some(Value::Text(found)) if found == name);
        if fits { Ok(()) } else { Err(Code::BodySchema) }
    }

    fn verified<T>(&self, value: T) -> Verified<T> {
        Verified(Rc::new(Proved { value, created: self.created, digest: self.digest }))
    }
}

fn same_merchant(merchant: &MerchantId, known: Option<&MerchantId>) -> Result<(), Code> {
    if known.is_none_or(|known| known == merchant) { Ok(()) } else { Err(Code::BindMerchant) }
}

fn same_money(order: &Order, amount: i64, currency: crate::Currency) -> Result<(), Code> {
    if order.currency != currency {
        return Err(Code::BindCurrency);
    }
    if order.amount == amount { Ok(()) } else { Err(Code::BindAmount) }
}

/// What was agreed to stays as it is. Of an order that asks, the answers may be given anew, and with them the price may change.
fn same_agreement(order: &Order, last: &Order) -> Result<(), Code> {
    let is_answered_anew = !last.asks.is_empty() && order.answers_digest != last.answers_digest;
    let amount = if is_answered_anew { order.amount } else { last.amount };
    same_money(order, amount, last.currency)?;
    if is_answered_anew {
        return Ok(());
    }
    if order.price != last.price {
        return Err(Code::BindPrice);
    }
    if order.answers_digest == last.answers_digest { Ok(()) } else { Err(Code::BindAnswers) }
}

/// A later answer has a higher `seq` and a legal status; the same `seq` means the same state. A test stays one, and nothing else becomes one.
fn follows(order: &Order, last: &Order) -> Result<(), Code> {
    if order.seq < last.seq {
        return Err(Code::BindSeq);
    }
    let same_state = order.status == last.status && order.payment == last.payment;
    let legal = if order.seq == last.seq { same_state } else { last.status.may_become(order.status) };
    if legal && order.is_test == last.is_test { Ok(()) } else { Err(Code::BindState) }
}

/// The receipt of a paid order must be there, be signed by a pinned key, and speak of this order and this money; a test has a receipt of a test, and
/// nothing else has.
fn receipt_of(order: &Order, pins: &Pins) -> Result<Receipt, Code> {
    let jws = order.receipt.as_deref().ok_or(Code::BodySchema)?;
    let receipt = Receipt::open(jws, pins)?;
    same_merchant(&receipt.merchant, Some(&order.merchant))?;
    if receipt.order != order.id {
        return Err(Code::BindOrder);
    }
    if receipt.is_test != order.is_test {
        return Err(Code::BindState);
    }
    same_money(order, receipt.money.amount, receipt.money.currency)?;
    let fits = receipt.price.as_ref().is_none_or(|price| *price == order.price);
    if fits { Ok(receipt) } else { Err(Code::BindPrice) }
}
