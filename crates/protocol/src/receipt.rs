//! The receipt: a compact JWS (RFC 7515) over who was paid what for which order. Any JOSE library verifies it offline (docs/spec/signing.md §6).

use crate::json::Fields;
use crate::price::PriceText;
use crate::{Code, Currency, MerchantId, Method, Money, OrderId, Pins, decimal, verify};

/// The `typ` of the JWS header, of an order and of a test.
const TYPS: [&str; 2] = ["qr-checkout-receipt+jws", "qr-checkout-test-receipt+jws"];

/// Proof that an order is paid; of a test, proof of nothing: no money moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Whether the order is a test.
    pub is_test: bool,
    /// Who was paid.
    pub merchant: MerchantId,
    /// For what.
    pub order: OrderId,
    /// How much; written as a string in the JWS, so that no language rounds it.
    pub money: Money,
    /// By which method.
    pub method: Method,
    /// The provider's id of the payment.
    pub transaction: String,
    /// When the provider took the money, unix seconds.
    pub paid_at: i64,
    /// What people call the order; absent where a backend has no numbers.
    pub number: Option<String>,
    /// What was bought, word for word as it was agreed to; absent where a backend does not say so.
    pub price: Option<PriceText>,
}

impl Receipt {
    /// Verifies a receipt against pinned keys and reads it. Who takes one for money looks at `is_test`, too.
    ///
    /// ```
    /// use protocol::signature::Signer;
    /// use protocol::{Code, Currency, MerchantId, Method, Money, OrderId, Pins, Receipt};
    ///
    /// let signer = Signer::from_seed([7; 32]).unwrap();
    /// let receipt = Receipt {
    ///     is_test: false,
    ///     merchant: MerchantId::parse("mountain-tea").unwrap(),
    ///     order: OrderId::parse("ord_1").unwrap(),
    ///     money: Money { amount: 13_600, currency: Currency::parse("CNY").unwrap() },
    ///     method: Method::parse("wechat_pay").unwrap(),
    ///     transaction: "4200001".to_owned(),
    ///     paid_at: 1_800_000_060,
    ///     number: None,
    ///     price: None,
    /// };
    /// let jws = receipt.sign(&signer);
    ///
    /// assert_eq!(Receipt::open(&jws, &Pins::parse(&signer.pin().token()).unwrap()), Ok(receipt));
    /// let other = Signer::from_seed([8; 32]).unwrap();
    /// assert_eq!(Receipt::open(&jws, &Pins::parse(&other.pin().token()).unwrap()), Err(Code::KeyUnknown));
    /// ```
    ///
    /// # Errors
    /// `key-unknown`, `crypto-length`, `crypto-invalid`, and `body-…` for a malformed one.
    pub fn open(jws: &str, pins: &Pins) -> Result<Receipt, Code> {
        let (is_test, claims) = verify::open_jws(jws, TYPS, pins)?;
        let receipt = Fields::read(&claims, |fields| Receipt {
            is_test,
            merchant: MerchantId::read(fields, "merchant"),
            order: OrderId::read(fields, "order"),
            money: Money { amount: amount(fields), currency: Currency::read(fields) },
            method: Method::read(fields, "method"),
            transaction: fields.string("transaction"),
            paid_at: fields.int("paid_at"),
            number: fields.maybe_string("number"),
            price: fields.has("price").then(|| PriceText::read(fields)),
        })?;
        let fits = receipt.price.as_ref().is_none_or(|price| price.money() == receipt.money);
        if fits { Ok(receipt) } else { Err(Code::BodySchema) }
    }

    /// Signs the receipt.
    #[cfg(feature = "sign")]
    pub fn sign(&self, signer: &crate::signature::Signer) -> String {
        use crate::base64::{Alphabet, encode};
        use crate::json::Value;
        let header =
            Value::object([("alg", "EdDSA".into()), ("typ", TYPS[usize::from(self.is_test)].into()), ("kid", signer.pin().keyid().into())]);
        let mut claims = Value::object([
            ("merchant", (&self.merchant).into()),
            ("order", (&self.order).into()),
            ("amount", Value::Text(self.money.amount.to_string())),
            ("currency", self.money.currency.as_str().into()),
            ("method", (&self.method).into()),
            ("transaction", self.transaction.as_str().into()),
            ("paid_at", self.paid_at.into()),
        ]);
        if let Value::Object(members) = &mut claims {
            let number = self.number.as_deref().map(|number| ("number", number));
            let more = number.into_iter().chain(self.price.as_ref().map(|price| ("price", price.text())));
            members.extend(more.map(|(name, text)| (name.to_owned(), text.into())));
        }
        let part = |value: Value| encode(Alphabet::Url, value.to_string().as_bytes());
        let signed = format!("{}.{}", part(header), part(claims));
        let signature = encode(Alphabet::Url, &signer.sign_bytes(signed.as_bytes()));
        format!("{signed}.{signature}")
    }
}

/// The amount, which must be written the one way that an integer has.
fn amount(fields: &mut Fields<'_>) -> i64 {
    let amount = decimal::parse(fields.text("amount"));
    fields.require(amount, 0)
}
