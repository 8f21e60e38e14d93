//! The contents Alipay documents for each method: which members, of which form, and what is left of them
//! once they are found good. Unknown members are let through, as the live service does.

use serde_json::{Map, Value};

use super::bill::BillQuery;
use super::error_reply::ErrorReply;
use super::{LONGEST_DEADLINE, USUAL_DEADLINE};
use crate::alipay::bill::CALL as BILL;
use crate::alipay::cancel::CALL as CANCEL;
use crate::alipay::refund::{QUERY as REFUND_QUERY, REFUND};
use crate::alipay::trade::{CLOSE, PRECREATE, QUERY};
use crate::provider_time::BEIJING;
use crate::yuan;

/// Every method that is served.
pub(super) const METHODS: [&str; 7] = [PRECREATE, QUERY, CLOSE, CANCEL, REFUND, REFUND_QUERY, BILL];

/// Largest amount in fen: a hundred million yuan.
const LARGEST: i64 = 10_000_000_000;

const DAY: i64 = 24 * 3600;

/// Longest name of an operator, in characters.
const LONGEST_OPERATOR: usize = 28;

/// The products whose codes shoppers scan.
const PRODUCTS: [&str; 2] = ["QR_CODE_OFFLINE", "FACE_TO_FACE_PAYMENT"];

/// What a call asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// A code.
    Precreate(Precreate),
    /// How a trade stands.
    Query(TradeQuery),
    /// That an unpaid trade can no longer be paid.
    Close(TradeRef),
    /// That a trade is undone.
    Cancel(TradeRef),
    /// That money goes back.
    Refund(Refund),
    /// How a refund stands.
    RefundQuery(RefundQuery),
    /// Where the bill of a day can be had.
    Bill(BillQuery),
}

/// A trade by either number; Alipay's own wins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TradeRef {
    /// Alipay's number.
    TradeNo(String),
    /// The merchant's.
    OutTradeNo(String),
}

/// A precreate that passed every rule of form.
#[derive(Debug, Clone, PartialEq)]
pub struct Precreate {
    /// The merchant's number.
    pub out_trade_no: String,
    /// Fen.
    pub total: i64,
    /// What the shopper reads.
    pub subject: String,
    /// Who shall get the money; only the application's own seller can.
    pub seller_id: Option<String>,
    /// Longer text, echoed in notifications.
    pub body: String,
    /// The merchant's own data, echoed in notifications.
    pub passback_params: String,
    /// When it can no longer be paid, in unix seconds.
    pub deadline: i64,
    /// All members as sent: a repetition must equal them.
    pub parameters: Map<String, Value>,
}

/// A refund that passed every rule of form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    /// Of which trade.
    pub trade: TradeRef,
    /// Fen.
    pub amount: i64,
    /// The merchant's number of the refund; without one only the whole amount can go back.
    pub out_request_no: Option<String>,
}

/// How a trade stands, and what else shall be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TradeQuery {
    /// Which trade.
    pub trade: TradeRef,
    /// Whether the accounts are wanted that the money came from.
    pub fund_bill_list: bool,
}

/// A refund by its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundQuery {
    /// Of which trade.
    pub trade: TradeRef,
    /// The merchant's number of the refund.
    pub out_request_no: String,
}

impl Content {
    /// Judges the content of `method` at `now`, in unix seconds.
    ///
    /// # Errors
    /// `ACQ.INVALID_PARAMETER`, or 40002 for a method that is not served.
    pub fn parse(method: &str, content: Map<String, Value>, now: i64) -> Result<Self, ErrorReply> {
        let members = Reader(&content);
        Ok(match method {
            QUERY => Self::Query(TradeQuery { trade: members.trade()?, fund_bill_list: members.wants("fund_bill_list") }),
            CLOSE => {
                members.optional("operator_id", LONGEST_OPERATOR)?;
                Self::Close(members.trade()?)
            }
            CANCEL => Self::Cancel(members.trade()?),
            REFUND => {
                members.optional("refund_reason", 256)?;
                Self::Refund(Refund {
                    trade: members.trade()?,
                    amount: members.amount("refund_amount")?,
                    out_request_no: members.optional("out_request_no", 64)?,
                })
            }
            REFUND_QUERY => Self::RefundQuery(RefundQuery {
                trade: members.trade()?,
                out_request_no: members.optional("out_request_no", 64)?.ok_or(ErrorReply::invalid_parameter())?,
            }),
            BILL => {
                let text = |name| members.optional(name, 32)?.ok_or(ErrorReply::invalid_parameter());
                Self::Bill(BillQuery::parse(&text("bill_type")?, &text("bill_date")?, now)?)
            }
            PRECREATE => {
                members.unread()?;
                Self::Precreate(Precreate {
                    out_trade_no: members.number()?.ok_or(ErrorReply::invalid_parameter())?,
                    total: members.amount("total_amount")?,
                    subject: members.subject()?,
                    seller_id: members.seller()?,
                    body: members.optional("body", 128)?.unwrap_or_default(),
                    passback_params: members.optional("passback_params", 512)?.unwrap_or_default(),
                    deadline: members.deadline(now)?,
                    parameters: content,
                })
            }
            _ => return Err(ErrorReply::protocol("40002", "isv.invalid-method", "不存在的方法名")),
        })
    }
}

struct Reader<'a>(&'a Map<String, Value>);

impl Reader<'_> {
    /// A text of at most so many characters; an empty one counts as absent.
    fn optional(&self, name: &str, longest: usize) -> Result<Option<String>, ErrorReply> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) if text.chars().count() <= longest => Ok(Some(text.clone())),
            Some(_) => Err(ErrorReply::invalid_parameter()),
        }
    }

    /// Whether that is among what a query wants to be told.
    fn wants(&self, option: &str) -> bool {
        let options = self.0.get("query_options").and_then(Value::as_array);
        options.is_some_and(|options| options.iter().any(|wanted| wanted == option))
    }

    fn number(&self) -> Result<Option<String>, ErrorReply> {
        let number = self.optional("out_trade_no", 64)?;
        let good = |number: &String| number.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        match number.as_ref().is_none_or(good) {
            true => Ok(number),
            false => Err(ErrorReply::invalid_parameter()),
        }
    }

    /// Members of a precreate that are judged here, and of no effect in the sandbox.
    fn unread(&self) -> Result<(), ErrorReply> {
        let product = self.optional("product_code", 64)?;
        let is_known = product.is_none_or(|product| PRODUCTS.contains(&product.as_str()));
        for (name, longest) in [("store_id", 32), ("operator_id", LONGEST_OPERATOR), ("terminal_id", 32)] {
            self.optional(name, longest)?;
        }
        let discount = self.0.contains_key("discountable_amount").then(|| self.amount("discountable_amount")).transpose()?;
        let fits = discount.is_none_or(|discount| self.amount("total_amount").is_ok_and(|total| discount <= total));
        let goods = match self.0.get("goods_detail") {
            None => true,
            Some(Value::Array(goods)) => goods.iter().all(is_goods),
            Some(_) => false,
        };
        if is_known && fits && goods { Ok(()) } else { Err(ErrorReply::invalid_parameter()) }
    }

    /// 16 digits that begin with 2088.
    fn seller(&self) -> Result<Option<String>, ErrorReply> {
        let seller = self.optional("seller_id", 16)?;
        let is_seller = |id: &String| id.len() == 16 && id.starts_with("2088") && id.bytes().all(|byte| byte.is_ascii_digit());
        match seller.as_ref().is_none_or(is_seller) {
            true => Ok(seller),
            false => Err(ErrorReply::invalid_parameter()),
        }
    }

    fn trade(&self) -> Result<TradeRef, ErrorReply> {
        if let Some(trade_no) = self.optional("trade_no", 64)? {
            return Ok(TradeRef::TradeNo(trade_no));
        }
        self.number()?.map(TradeRef::OutTradeNo).ok_or(ErrorReply::invalid_parameter())
    }

    /// Yuan as text or as a JSON number, from one fen to a hundred million yuan.
    fn amount(&self, name: &str) -> Result<i64, ErrorReply> {
        let text = match self.0.get(name) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            _ => return Err(ErrorReply::invalid_parameter()),
        };
        yuan::parse(&text).filter(|fen| (1..=LARGEST).contains(fen)).ok_or(ErrorReply::invalid_parameter())
    }

    fn subject(&self) -> Result<String, ErrorReply> {
        let subject = self.optional("subject", 256)?.filter(|subject| !subject.contains(['/', '=', '&']));
        subject.ok_or(ErrorReply::invalid_parameter())
    }

    fn deadline(&self, now: i64) -> Result<i64, ErrorReply> {
        let latest = now.saturating_add(LONGEST_DEADLINE);
        let asked = match (self.optional("time_expire", 32)?, self.optional("timeout_express", 6)?) {
            (Some(time), _) => BEIJING.parse_plain(&time).ok_or(ErrorReply::invalid_parameter())?,
            (None, Some(span)) => now.saturating_add(span_seconds(&span, now).ok_or(ErrorReply::invalid_parameter())?),
            (None, None) => now.saturating_add(USUAL_DEADLINE),
        };
        match asked > now && asked <= latest {
            true => Ok(asked),
            false => Err(ErrorReply::invalid_parameter()),
        }
    }
}

/// Whether that is a line of goods: what it is called twice, how many, and what one costs.
fn is_goods(line: &Value) -> bool {
    let Value::Object(line) = line else { return false };
    let line = Reader(line);
    let named = |name, longest| line.optional(name, longest).is_ok_and(|text| text.is_some());
    let quantity = match line.0.get("quantity") {
        Some(Value::Number(number)) => number.as_u64(),
        Some(Value::String(text)) => text.parse().ok(),
        _ => None,
    };
    named("goods_id", 64) && named("goods_name", 256) && quantity.is_some_and(|count| count > 0) && line.amount("price").is_ok()
}

/// `1m` to `15d` in seconds; `1c` lasts to the end of the day in Beijing.
fn span_seconds(span: &str, now: i64) -> Option<i64> {
    let (count, unit) = span.split_at_checked(span.len().checked_sub(1)?)?;
    let count: i64 = count.bytes().all(|byte| byte.is_ascii_digit()).then(|| count.parse().ok()).flatten()?;
    match (unit, count) {
        (_, 0) => None,
        ("m", _) => count.checked_mul(60),
        ("h", _) => count.checked_mul(3600),
        ("d", _) => count.checked_mul(DAY),
        ("c", 1) => Some(DAY - (now.saturating_add(8 * 3600)).rem_euclid(DAY)),
        _ => None,
    }
}
