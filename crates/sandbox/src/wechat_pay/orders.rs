//! The provider's book of payments and the codes that lead to them. Pure: time and new texts are
//! arguments. Rules: WeChat Pay v3 prepay, close and query, with their re-use and deadline rules.

use std::collections::HashMap;

use gateway::wechat_pay::METHOD;
use gateway::wechat_pay::server::{
    CODE_LIFE, H5_LIFE, NativeOrder, ORDER_LIFE, Payment, RefundOrder, Refusal, SHORTEST_DEADLINE, Surface, TradeState,
};

use super::bills::OfferedBill;
use super::refunds::Refund;
use crate::codes::{CodeState, CodeView, PayProblem, SHOWN};

/// Every code begins so; the rest is opaque to merchants.
const CODE_PREFIX: &str = "weixin://wxpay/bizpayurl?pr=";

/// Every jump begins so, and ends in a package number behind the prepaid payment's id.
const JUMP_PREFIX: &str = "https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=";

/// What the bridge inside of WeChat is given.
const PACKAGE_PREFIX: &str = "prepay_id=";

/// Payments by the merchant's number, and codes by id, the superseded ones too.
#[derive(Default)]
pub(crate) struct Orders {
    by_number: HashMap<String, Order>,
    by_transaction: HashMap<String, String>,
    by_refund: HashMap<String, String>,
    bills: HashMap<String, OfferedBill>,
    codes: HashMap<String, String>,
    issued: Vec<String>,
}

/// One payment.
pub(crate) struct Order {
    pub request: NativeOrder,
    pub state: TradeState,
    created_at: i64,
    deadline: i64,
    code: String,
    code_made_at: i64,
    dismissed: bool,
    pub refunds: Vec<Refund>,
}

/// The id of a code, a jump or a package inside its payload.
pub(crate) fn code_id(payload: &str) -> Option<&str> {
    let jump = || payload.strip_prefix(JUMP_PREFIX).and_then(|rest| rest.split('&').next());
    payload.strip_prefix(CODE_PREFIX).or_else(jump).or_else(|| payload.strip_prefix(PACKAGE_PREFIX))
}

/// What a merchant is given for it.
pub(super) fn payload(surface: Surface, code: &str) -> String {
    match surface {
        Surface::Native => format!("{CODE_PREFIX}{code}"),
        Surface::H5 => format!("{JUMP_PREFIX}{code}&package=1037687096"),
        Surface::Jsapi => format!("{PACKAGE_PREFIX}{code}"),
    }
}

impl Orders {
    /// Answers a prepay with the id behind the payload: a new payment, or the same one with a fresh code that
    /// replaces the one before.
    pub fn prepare(&mut self, request: NativeOrder, now: i64, code: String) -> Result<(), Refusal> {
        let number = request.out_trade_no.clone();
        if let Some(order) = self.by_number.get_mut(&number) {
            order.lapse(now);
            order.check_repetition(&request, now)?;
            order.code.clone_from(&code);
            order.code_made_at = now;
        } else {
            self.by_number.insert(number.clone(), Order::new(request, now, code.clone()));
        }
        self.codes.insert(code.clone(), number);
        self.issued.push(code);
        Ok(())
    }

    /// The payment with this number of the merchant.
    pub fn find(&mut self, number: &str, now: i64) -> Result<&Order, Refusal> {
        let order = self.by_number.get_mut(number).ok_or_else(Refusal::order_not_exist)?;
        order.lapse(now);
        Ok(order)
    }

    /// The paid payment with this number of the provider; unpaid ones have none.
    pub fn find_transaction(&self, transaction_id: &str) -> Result<&Order, Refusal> {
        let number = self.by_transaction.get(transaction_id);
        number.and_then(|number| self.by_number.get(number)).ok_or_else(Refusal::order_not_exist)
    }

    /// The same for a refund, by either number; both are only known once it is paid.
    pub fn find_paid(&mut self, asked: &RefundOrder) -> Option<&mut Order> {
        let number = match (&asked.transaction_id, &asked.out_trade_no) {
            (Some(transaction), _) => self.by_transaction.get(transaction),
            (None, number) => number.as_ref(),
        };
        number.and_then(|number| self.by_number.get_mut(number))
    }

    /// The payment that this refund belongs to.
    pub fn find_refund(&self, out_refund_no: &str) -> Option<(&Order, &Refund)> {
        let order = self.by_refund.get(out_refund_no).and_then(|number| self.by_number.get(number))?;
        order.refunds.iter().find(|refund| refund.out_refund_no == out_refund_no).map(|refund| (order, refund))
    }

    /// Every payment, in no order.
    pub fn all(&self) -> impl Iterator<Item = &Order> {
        self.by_number.values()
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
    pub fn close(&mut self, number: &str, now: i64) -> Result<(), Refusal> {
        let order = self.by_number.get_mut(number).ok_or_else(Refusal::order_not_exist)?;
        order.lapse(now);
        match order.state {
            TradeState::Success(_) => Err(Refusal::already_paid("ORDERPAID")),
            TradeState::NotPay | TradeState::Closed => {
                order.state = TradeState::Closed;
                Ok(())
            }
        }
    }

    /// Pays a code. `late` lets a closed or expired one be paid, as happens when both cross.
    pub fn pay(&mut self, code: &str, mut payment: Payment, late: bool) -> Result<&Order, PayProblem> {
        let order = self.behind(code)?;
        order.lapse(payment.paid_at);
        match order.code_state(payment.paid_at) {
            CodeState::Paid => return Err(PayProblem::AlreadyPaid),
            CodeState::Expired if !late => return Err(PayProblem::Expired),
            CodeState::Closed if !late => return Err(PayProblem::Closed),
            CodeState::Open | CodeState::Scanned | CodeState::Dismissed | CodeState::Expired | CodeState::Closed => {}
        }
        // Inside of WeChat it is the shopper whom the merchant named who pays.
        if !order.request.openid.is_empty() {
            payment.openid.clone_from(&order.request.openid);
        }
        let (number, transaction) = (order.request.out_trade_no.clone(), payment.transaction_id.clone());
        order.state = TradeState::Success(payment);
        self.by_transaction.insert(transaction, number.clone());
        self.by_number.get(&number).ok_or(PayProblem::UnknownCode)
    }

    /// The shopper closes the wallet without paying: the provider knows nothing of it.
    pub fn dismiss(&mut self, code: &str) -> Result<(), PayProblem> {
        self.behind(code)?.dismissed = true;
        Ok(())
    }

    /// What somebody sees who scans this code.
    pub fn view(&mut self, code: &str, payee: &str, now: i64) -> Result<CodeView, PayProblem> {
        let order = self.behind(code)?;
        order.lapse(now);
        Ok(order.view(payee, now))
    }

    /// The newest codes that were not replaced, newest first.
    pub fn views(&mut self, payee: &str, now: i64) -> Vec<CodeView> {
        let mut views = Vec::new();
        for code in self.issued.iter().rev() {
            let Some(order) = self.codes.get(code).and_then(|number| self.by_number.get_mut(number)) else { continue };
            if order.code == *code {
                order.lapse(now);
                views.push(order.view(payee, now));
            }
            if views.len() == SHOWN {
                break;
            }
        }
        views
    }

    fn behind(&mut self, code: &str) -> Result<&mut Order, PayProblem> {
        let number = self.codes.get(code).ok_or(PayProblem::UnknownCode)?;
        let order = self.by_number.get_mut(number).ok_or(PayProblem::UnknownCode)?;
        match order.code == code {
            true => Ok(order),
            false => Err(PayProblem::Superseded),
        }
    }
}

impl Order {
    fn new(request: NativeOrder, now: i64, code: String) -> Self {
        // Nearer deadlines are moved to a minute ahead, farther ones to the life of an order.
        let latest = now.saturating_add(ORDER_LIFE);
        let deadline = request.time_expire.unwrap_or(latest).clamp(now.saturating_add(SHORTEST_DEADLINE), latest);
        Self {
            request,
            state: TradeState::NotPay,
            created_at: now,
            deadline,
            code,
            code_made_at: now,
            dismissed: false,
            refunds: Vec::new(),
        }
    }

    /// An unpaid payment closes by itself after seven days.
    fn lapse(&mut self, now: i64) {
        if self.state == TradeState::NotPay && now >= self.created_at.saturating_add(ORDER_LIFE) {
            self.state = TradeState::Closed;
        }
    }

    fn check_repetition(&self, request: &NativeOrder, now: i64) -> Result<(), Refusal> {
        match self.state {
            TradeState::Success(_) => Err(Refusal::already_paid("INVALID_REQUEST")),
            TradeState::Closed => Err(Refusal::order_closed()),
            TradeState::NotPay if (self.request.surface, &self.request.parameters) != (request.surface, &request.parameters) => {
                Err(Refusal::number_used())
            }
            TradeState::NotPay if now >= self.deadline => Err(Refusal::order_closed()),
            TradeState::NotPay => Ok(()),
        }
    }

    fn code_dies_at(&self) -> i64 {
        let life = if self.request.surface == Surface::H5 { H5_LIFE } else { CODE_LIFE };
        self.deadline.min(self.code_made_at.saturating_add(life))
    }

    fn code_state(&self, now: i64) -> CodeState {
        match self.state {
            TradeState::Success(_) => CodeState::Paid,
            TradeState::Closed => CodeState::Closed,
            TradeState::NotPay if now >= self.code_dies_at() => CodeState::Expired,
            TradeState::NotPay if self.dismissed => CodeState::Dismissed,
            TradeState::NotPay => CodeState::Open,
        }
    }

    fn view(&self, payee: &str, now: i64) -> CodeView {
        let state = self.code_state(now);
        let open = matches!(state, CodeState::Open | CodeState::Dismissed);
        CodeView {
            id: self.code.clone(),
            provider: METHOD,
            payload: payload(self.request.surface, &self.code),
            payment_id: self.request.out_trade_no.clone(),
            payee: payee.to_owned(),
            description: self.request.description.clone(),
            amount: self.request.total,
            currency: self.request.currency.clone(),
            state,
            age_seconds: now.saturating_sub(self.code_made_at),
            seconds_left: if open { self.code_dies_at().saturating_sub(now) } else { 0 },
        }
    }
}
