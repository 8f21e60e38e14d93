//! What Alipay knows of trades and of the codes that lead to them. A trade exists from the first scan of its code on,
//! and only then has a number of Alipay's. Pure: time and new texts are arguments.

use std::collections::HashMap;

use gateway::alipay::PROVIDER;
use gateway::alipay::server::{CODE_LIFE, ErrorReply, Payment, Precreate, REFUND_WINDOW, RefundRecord, TradeRef, TradeState, TradeView};

use crate::book::{Book, Code, Label, Payable};
use crate::codes::{CodeState, PayProblem};
use crate::provider::Taken;

/// Every code begins so; the rest is opaque to merchants.
const CODE_PREFIX: &str = "https://qr.alipay.com/";

/// Trades, and whom Alipay's own numbers belong to.
#[derive(Default)]
pub(crate) struct Trades {
    pub book: Book<Trade>,
    by_trade_no: HashMap<String, String>,
    /// By the token in their address.
    pub bills: HashMap<String, OfferedBill>,
}

/// A bill that waits to be downloaded.
pub(crate) struct OfferedBill {
    /// Unix seconds.
    pub until: i64,
    pub file: Vec<u8>,
}

/// One trade, or the code that may become one.
pub(crate) struct Trade {
    pub asked: Precreate,
    pub notify_url: String,
    /// From the first scan on.
    pub scanned: Option<Scanned>,
    pub refunds: Vec<RefundRecord>,
    code: Code,
}

/// What a scan makes of a code.
pub(crate) struct Scanned {
    pub trade_no: String,
    pub at: i64,
    pub state: TradeState,
}

/// The id of a code inside its payload.
pub(crate) fn code_id(payload: &str) -> Option<&str> {
    payload.strip_prefix(CODE_PREFIX)
}

impl Trades {
    /// Answers a precreate with a payload: a new code, or a fresh one that replaces the one before.
    /// `once` refuses a second code of one number.
    pub fn prepare(&mut self, asked: Precreate, notify_url: String, now: i64, code: String, once: bool) -> Result<String, ErrorReply> {
        let number = asked.out_trade_no.clone();
        let payload = format!("{CODE_PREFIX}{code}");
        match self.book.find(&number, now) {
            Some(trade) => {
                trade.check_repetition(&asked)?;
                if once {
                    return Err(ErrorReply::business("ACQ.APPLY_PC_MERCHANT_CODE_ERROR", "申请二维码失败"));
                }
                self.book.replace_code(&number, code, now);
            }
            None => self.book.insert(number, Trade { asked, notify_url, scanned: None, refunds: Vec::new(), code: Code::new(code, now) }),
        }
        Ok(payload)
    }

    /// The trade, once somebody has scanned it.
    pub fn find(&mut self, wanted: &TradeRef, now: i64) -> Result<&mut Trade, ErrorReply> {
        let number = match wanted {
            TradeRef::OutTradeNo(number) => Some(number),
            TradeRef::TradeNo(trade_no) => self.by_trade_no.get(trade_no),
        };
        let trade = number.and_then(|number| self.book.find(number, now));
        trade.filter(|trade| trade.scanned.is_some()).ok_or(ErrorReply::trade_not_exist())
    }

    /// The number of the payment behind a code.
    pub fn number_of(&mut self, code: &str) -> Option<String> {
        self.book.behind(code).ok().map(|trade| trade.asked.out_trade_no.clone())
    }

    /// The number of a code that was made and that nobody has scanned.
    pub fn unscanned(&mut self, wanted: &TradeRef, now: i64) -> Option<String> {
        let TradeRef::OutTradeNo(number) = wanted else { return None };
        self.book.find(number, now).filter(|trade| trade.scanned.is_none()).map(|_| number.clone())
    }

    /// The wallet opens a code: the trade begins to exist. `late` opens closed and expired ones too.
    pub fn scan(&mut self, code: &str, trade_no: String, now: i64, late: bool) -> Result<(), PayProblem> {
        let trade = self.book.payable(code, now, late)?;
        if trade.scanned.is_none() {
            let number = trade.asked.out_trade_no.clone();
            trade.scanned = Some(Scanned { trade_no: trade_no.clone(), at: now, state: TradeState::WaitBuyerPay });
            self.by_trade_no.insert(trade_no, number);
        }
        Ok(())
    }

    /// Pays a scanned code, once.
    pub fn pay(&mut self, code: &str, payment: Payment) -> Result<&Trade, PayProblem> {
        let trade = self.book.behind(code)?;
        let scanned = trade.scanned.as_mut().ok_or(PayProblem::UnknownCode)?;
        if let TradeState::Success(_) | TradeState::Finished(_) = scanned.state {
            return Err(PayProblem::AlreadyPaid);
        }
        scanned.state = TradeState::Success(payment);
        Ok(trade)
    }
}

impl Trade {
    /// The trade as answers and notifications show it, if it exists.
    pub fn view(&self) -> Option<TradeView<'_>> {
        self.scanned.as_ref().map(|scanned| TradeView {
            out_trade_no: &self.asked.out_trade_no,
            trade_no: &scanned.trade_no,
            total: self.asked.total,
            subject: &self.asked.subject,
            body: &self.asked.body,
            passback_params: &self.asked.passback_params,
            created_at: scanned.at,
            state: &scanned.state,
            refunds: &self.refunds,
        })
    }

    /// What of its money came and went back.
    pub fn taken(&self) -> Option<Taken> {
        let (TradeState::Success(_) | TradeState::Finished(_)) = self.scanned.as_ref()?.state else { return None };
        let returned = self.refunds.iter().map(|refund| refund.amount).sum();
        Some(Taken { payment_id: self.asked.out_trade_no.clone(), amount: self.asked.total, returned })
    }

    fn check_repetition(&self, asked: &Precreate) -> Result<(), ErrorReply> {
        match self.scanned.as_ref().map(|scanned| &scanned.state) {
            Some(TradeState::Success(_) | TradeState::Finished(_)) => Err(ErrorReply::business("ACQ.TRADE_HAS_SUCCESS", "交易已被支付")),
            Some(TradeState::Closed(_)) => Err(ErrorReply::business("ACQ.TRADE_HAS_CLOSE", "交易已经关闭")),
            Some(TradeState::WaitBuyerPay) | None if self.asked.parameters != asked.parameters => {
                Err(ErrorReply::business("ACQ.CONTEXT_INCONSISTENT", "交易信息被篡改"))
            }
            Some(TradeState::WaitBuyerPay) | None => Ok(()),
        }
    }
}

impl Payable for Trade {
    fn code(&self) -> &Code {
        &self.code
    }

    fn code_mut(&mut self) -> &mut Code {
        &mut self.code
    }

    /// An unpaid trade closes at its deadline, and a paid one is finished when the time for refunds is over.
    fn lapse(&mut self, now: i64) {
        let Some(scanned) = &mut self.scanned else { return };
        match &scanned.state {
            TradeState::WaitBuyerPay if now >= self.asked.deadline => scanned.state = TradeState::Closed(self.asked.deadline),
            TradeState::Success(payment) if now >= payment.paid_at.saturating_add(REFUND_WINDOW) => {
                scanned.state = TradeState::Finished(payment.clone());
            }
            TradeState::WaitBuyerPay | TradeState::Success(_) | TradeState::Finished(_) | TradeState::Closed(_) => {}
        }
    }

    fn code_state(&self, now: i64) -> CodeState {
        match self.scanned.as_ref().map(|scanned| &scanned.state) {
            Some(TradeState::Success(_) | TradeState::Finished(_)) => CodeState::Paid,
            Some(TradeState::Closed(_)) => CodeState::Closed,
            _ if now >= self.code_dies_at() => CodeState::Expired,
            _ if self.code.dismissed => CodeState::Dismissed,
            Some(TradeState::WaitBuyerPay) => CodeState::Scanned,
            None => CodeState::Open,
        }
    }

    /// A code works for two hours; a trade that was scanned in time, to its deadline.
    fn code_dies_at(&self) -> i64 {
        match self.scanned {
            Some(_) => self.asked.deadline,
            None => self.asked.deadline.min(self.code.made_at.saturating_add(CODE_LIFE)),
        }
    }

    fn label(&self) -> Label<'_> {
        Label {
            provider: PROVIDER,
            payload: format!("{CODE_PREFIX}{}", self.code.id),
            payment_id: &self.asked.out_trade_no,
            description: &self.asked.subject,
            amount: self.asked.total,
            currency: "CNY",
        }
    }
}

#[cfg(test)]
mod tests {
    use gateway::alipay::server::Content;
    use serde_json::{Map, json};

    use super::*;

    #[test]
    fn of_two_hands_that_have_scanned_one_code_one_pays() {
        let content: Map<_, _> = json!({ "out_trade_no": "A_1", "total_amount": "1.01", "subject": "tea" }).as_object().unwrap().clone();
        let Ok(Content::Precreate(asked)) = Content::parse("alipay.trade.precreate", content, 0) else { panic!("refused") };
        let mut trades = Trades::default();
        trades.prepare(asked, String::new(), 0, "bax1".to_owned(), false).unwrap();
        for trade_no in ["1", "2"] {
            assert_eq!(trades.scan("bax1", trade_no.to_owned(), 1, false), Ok(()));
        }
        let payment = |buyer: &str| Payment { paid_at: 2, buyer_id: buyer.to_owned() };
        assert_eq!(trades.pay("bax1", payment("2088000000000001")).map(|_| ()), Ok(()));
        assert_eq!(trades.pay("bax1", payment("2088000000000002")).map(|_| ()), Err(PayProblem::AlreadyPaid));
        let trade = trades.find(&TradeRef::OutTradeNo("A_1".to_owned()), 3).unwrap();
        assert_eq!(trade.view().unwrap().payment().unwrap().buyer_id, "2088000000000001");
    }
}
