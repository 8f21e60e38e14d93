//! The books of WeChat Pay: payments, bills that were offered, and who came to the cashier. Pure: time and new texts are arguments.
//! Rules: WeChat Pay v3 close and query.

use std::collections::{HashMap, HashSet};

use gateway::wechat_pay::server::{ErrorReply, NativeOrder, Payment, RefundOrder, TradeState};

use serde_json::Value;

use super::order::{Order, Refund};
use super::rate_limit::RateLimit;
use crate::book::Book;
use crate::codes::PayProblem;
use crate::faults::Pages;

/// Payments, and whom the numbers of the provider's own belong to.
#[derive(Default)]
pub(crate) struct Orders {
    pub book: Book<Order>,
    by_transaction: HashMap<String, String>,
    by_refund: HashMap<String, String>,
    bills: HashMap<String, OfferedBill>,
    /// From which shop a shopper came to the cashier, by the jump's prepaid payment.
    pub arrivals: HashMap<String, String>,
    /// What tests of a merchant's notifications say, by their event.
    pub echoes: HashMap<String, Value>,
    pub refund_rate: RateLimit,
    /// Numbers that another account than the phone's has opened.
    pub of_others: HashSet<String>,
}

/// A file that was offered.
pub(crate) struct OfferedBill {
    /// Unix seconds.
    pub until: i64,
    pub file: Vec<u8>,
}

impl Orders {
    /// Answers a prepay with the id behind the payload: a new payment, or the same one with a fresh code that
    /// replaces the one before.
    pub fn prepare(&mut self, request: NativeOrder, now: i64, code: String, pages: Pages) -> Result<(), ErrorReply> {
        let number = request.out_trade_no.clone();
        match self.book.find(&number, now) {
            Some(order) => {
                order.check_repetition(&request, now, pages)?;
                self.book.replace_code(&number, code, now);
            }
            None => self.book.insert(number, Order::new(request, now, code, pages)),
        }
        Ok(())
    }

    /// The payment with this number of the merchant.
    pub fn find(&mut self, number: &str, now: i64) -> Result<&Order, ErrorReply> {
        self.book.find(number, now).map(|order| &*order).ok_or_else(ErrorReply::order_not_exist)
    }

    /// The paid payment with this number of the provider; unpaid ones have none.
    pub fn find_transaction(&self, transaction_id: &str) -> Result<&Order, ErrorReply> {
        let number = self.by_transaction.get(transaction_id);
        number.and_then(|number| self.book.get(number)).ok_or_else(ErrorReply::order_not_exist)
    }

    /// The same for a refund, by either number; both are only known once it is paid.
    pub fn find_paid(&mut self, asked: &RefundOrder, now: i64) -> Option<&mut Order> {
        let number = match (&asked.transaction_id, &asked.out_trade_no) {
            (Some(transaction), _) => self.by_transaction.get(transaction),
            (None, number) => number.as_ref(),
        };
        self.book.find(number?, now)
    }

    /// The payment that this refund belongs to.
    pub fn find_refund(&self, out_refund_no: &str) -> Option<(&Order, &Refund)> {
        let order = self.by_refund.get(out_refund_no).and_then(|number| self.book.get(number))?;
        order.refunds.iter().find(|refund| refund.out_refund_no == out_refund_no).map(|refund| (order, refund))
    }

    /// The same by the provider's number of the refund, to be taken up again.
    pub fn refund_mut(&mut self, refund_id: &str, now: i64) -> Option<(String, &mut Refund)> {
        let number = self.book.all().find(|order| order.refunds.iter().any(|refund| refund.refund_id == refund_id))?;
        let number = number.request.out_trade_no.clone();
        let order = self.book.find(&number, now)?;
        order.refunds.iter_mut().find(|refund| refund.refund_id == refund_id).map(|refund| (number, refund))
    }

    /// Keeps a bill under its token.
    pub fn offer_bill(&mut self, token: String, bill: OfferedBill) {
        self.bills.insert(token, bill);
    }

    /// The bill under this token.
    pub fn offered_bill(&self, token: &str) -> Option<&OfferedBill> {
        self.bills.get(token)
    }

    /// Remembers to which payment a refund belongs.
    pub fn note_refund(&mut self, out_refund_no: String, number: String) {
        self.by_refund.insert(out_refund_no, number);
    }

    /// Closes an unpaid payment; closing a closed one succeeds again.
    pub fn close(&mut self, number: &str, now: i64, pages: Pages) -> Result<(), ErrorReply> {
        let order = self.book.find(number, now).ok_or_else(ErrorReply::order_not_exist)?;
        match order.state {
            TradeState::Success(_) if pages == Pages::Others => Err(ErrorReply::already_paid("ORDER_PAID")),
            TradeState::Success(_) => Err(ErrorReply::already_paid("ORDERPAID")),
            TradeState::NotPay | TradeState::Closed => {
                order.state = TradeState::Closed;
                Ok(())
            }
        }
    }

    /// Pays a code. `late` lets a closed or expired one be paid, as happens when both cross.
    pub fn pay(&mut self, code: &str, payment: Payment, late: bool) -> Result<&Order, PayProblem> {
        let order = self.book.payable(code, payment.paid_at, late)?;
        self.by_transaction.insert(payment.transaction_id.clone(), order.request.out_trade_no.clone());
        order.state = TradeState::Success(payment);
        Ok(order)
    }
}
