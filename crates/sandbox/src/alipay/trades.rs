//! Alipay's book of trades and the codes that lead to them. A trade exists from the first scan of its code on,
//! and only then has a number of Alipay's. Pure: time and new texts are arguments.

use std::collections::HashMap;

use gateway::alipay::METHOD;
use gateway::alipay::server::{CODE_LIFE, Payment, Precreate, REFUND_WINDOW, RefundRecord, Refusal, TradeRef, TradeState, TradeView};

use crate::codes::{CodeState, CodeView, PayProblem, SHOWN};

/// Every code begins so; the rest is opaque to merchants.
const CODE_PREFIX: &str = "https://qr.alipay.com/";

/// Trades by the merchant's number, and codes by id, the superseded ones too.
#[derive(Default)]
pub(crate) struct Trades {
    by_number: HashMap<String, Trade>,
    by_trade_no: HashMap<String, String>,
    codes: HashMap<String, String>,
    issued: Vec<String>,
}

/// One trade, or the code that may become one.
pub(crate) struct Trade {
    pub asked: Precreate,
    pub notify_url: String,
    /// From the first scan on.
    pub scanned: Option<Scanned>,
    pub refunds: Vec<RefundRecord>,
    code: String,
    code_made_at: i64,
    dismissed: bool,
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
    pub fn prepare(&mut self, asked: Precreate, notify_url: String, now: i64, code: String) -> Result<String, Refusal> {
        let number = asked.out_trade_no.clone();
        if let Some(trade) = self.by_number.get_mut(&number) {
            trade.lapse(now);
            trade.check_repetition(&asked)?;
            trade.code.clone_from(&code);
            trade.code_made_at = now;
        } else {
            let trade =
                Trade { asked, notify_url, scanned: None, refunds: Vec::new(), code: code.clone(), code_made_at: now, dismissed: false };
            self.by_number.insert(number.clone(), trade);
        }
        self.codes.insert(code.clone(), number);
        self.issued.push(code.clone());
        Ok(format!("{CODE_PREFIX}{code}"))
    }

    /// The trade, once somebody has scanned it.
    pub fn find(&mut self, wanted: &TradeRef, now: i64) -> Result<&mut Trade, Refusal> {
        let number = match wanted {
            TradeRef::OutTradeNo(number) => Some(number),
            TradeRef::TradeNo(trade_no) => self.by_trade_no.get(trade_no),
        };
        let trade = number.and_then(|number| self.by_number.get_mut(number)).ok_or(Refusal::trade_not_exist())?;
        trade.lapse(now);
        match trade.scanned.is_some() {
            true => Ok(trade),
            false => Err(Refusal::trade_not_exist()),
        }
    }

    /// The wallet opens a code: the trade begins to exist. `late` opens closed and expired ones too.
    pub fn scan(&mut self, code: &str, trade_no: String, now: i64, late: bool) -> Result<(), PayProblem> {
        let trade = self.behind(code)?;
        trade.lapse(now);
        match trade.code_state(now) {
            CodeState::Paid => return Err(PayProblem::AlreadyPaid),
            CodeState::Expired if !late => return Err(PayProblem::Expired),
            CodeState::Closed if !late => return Err(PayProblem::Closed),
            CodeState::Open | CodeState::Scanned | CodeState::Dismissed | CodeState::Expired | CodeState::Closed => {}
        }
        if trade.scanned.is_none() {
            let number = trade.asked.out_trade_no.clone();
            trade.scanned = Some(Scanned { trade_no: trade_no.clone(), at: now, state: TradeState::WaitBuyerPay });
            self.by_trade_no.insert(trade_no, number);
        }
        Ok(())
    }

    /// Pays a scanned code.
    pub fn pay(&mut self, code: &str, payment: Payment) -> Result<&Trade, PayProblem> {
        let trade = self.behind(code)?;
        let scanned = trade.scanned.as_mut().ok_or(PayProblem::UnknownCode)?;
        scanned.state = TradeState::Success(payment);
        Ok(trade)
    }

    /// The shopper closes the wallet without paying: the provider knows nothing of it.
    pub fn dismiss(&mut self, code: &str) -> Result<(), PayProblem> {
        self.behind(code)?.dismissed = true;
        Ok(())
    }

    /// What somebody sees who scans this code.
    pub fn view(&mut self, code: &str, payee: &str, now: i64) -> Result<CodeView, PayProblem> {
        let trade = self.behind(code)?;
        trade.lapse(now);
        Ok(trade.code_view(payee, now))
    }

    /// The newest codes that were not replaced, newest first.
    pub fn views(&mut self, payee: &str, now: i64) -> Vec<CodeView> {
        let mut views = Vec::new();
        for code in self.issued.iter().rev() {
            let Some(trade) = self.codes.get(code).and_then(|number| self.by_number.get_mut(number)) else { continue };
            if trade.code == *code {
                trade.lapse(now);
                views.push(trade.code_view(payee, now));
            }
            if views.len() == SHOWN {
                break;
            }
        }
        views
    }

    fn behind(&mut self, code: &str) -> Result<&mut Trade, PayProblem> {
        let number = self.codes.get(code).ok_or(PayProblem::UnknownCode)?;
        let trade = self.by_number.get_mut(number).ok_or(PayProblem::UnknownCode)?;
        match trade.code == code {
            true => Ok(trade),
            false => Err(PayProblem::Superseded),
        }
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

    fn check_repetition(&self, asked: &Precreate) -> Result<(), Refusal> {
        match self.scanned.as_ref().map(|scanned| &scanned.state) {
            Some(TradeState::Success(_) | TradeState::Finished(_)) => Err(Refusal::business("ACQ.TRADE_HAS_SUCCESS", "交易已被支付")),
            Some(TradeState::Closed(_)) => Err(Refusal::business("ACQ.TRADE_HAS_CLOSE", "交易已经关闭")),
            Some(TradeState::WaitBuyerPay) | None if self.asked.parameters != asked.parameters => {
                Err(Refusal::business("ACQ.CONTEXT_INCONSISTENT", "交易信息被篡改"))
            }
            Some(TradeState::WaitBuyerPay) | None => Ok(()),
        }
    }

    /// A code works for two hours; a trade that was scanned in time, to its deadline.
    fn dies_at(&self) -> i64 {
        match self.scanned {
            Some(_) => self.asked.deadline,
            None => self.asked.deadline.min(self.code_made_at.saturating_add(CODE_LIFE)),
        }
    }

    fn code_state(&self, now: i64) -> CodeState {
        match self.scanned.as_ref().map(|scanned| &scanned.state) {
            Some(TradeState::Success(_) | TradeState::Finished(_)) => CodeState::Paid,
            Some(TradeState::Closed(_)) => CodeState::Closed,
            _ if now >= self.dies_at() => CodeState::Expired,
            _ if self.dismissed => CodeState::Dismissed,
            Some(TradeState::WaitBuyerPay) => CodeState::Scanned,
            None => CodeState::Open,
        }
    }

    fn code_view(&self, payee: &str, now: i64) -> CodeView {
        let state = self.code_state(now);
        let open = matches!(state, CodeState::Open | CodeState::Scanned | CodeState::Dismissed);
        CodeView {
            id: self.code.clone(),
            provider: METHOD,
            payload: format!("{CODE_PREFIX}{}", self.code),
            payment_id: self.asked.out_trade_no.clone(),
            payee: payee.to_owned(),
            description: self.asked.subject.clone(),
            amount: self.asked.total,
            currency: "CNY".to_owned(),
            state,
            age_seconds: now.saturating_sub(self.code_made_at),
            seconds_left: if open { self.dies_at().saturating_sub(now) } else { 0 },
        }
    }
}
