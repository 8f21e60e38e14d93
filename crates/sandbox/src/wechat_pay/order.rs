//! A payment at WeChat Pay, the code that leads to it, and its refunds. Pure: time and new texts are arguments. Rules: WeChat Pay v3
//! prepay, with its re-use and deadline rules.

use gateway::wechat_pay::PROVIDER;
use gateway::wechat_pay::server::{
    CODE_LIFE, ErrorReply, H5_LIFE, NativeOrder, ORDER_LIFE, Payment, RefundState, RefundView, SHORTEST_DEADLINE, Surface, TradeState,
};

use crate::book::{Code, Label, Payable};
use crate::codes::CodeState;
use crate::faults::Pages;
use crate::provider::Taken;

/// Every code begins so; the rest is opaque to merchants.
const CODE_PREFIX: &str = "weixin://wxpay/bizpayurl?pr=";

/// The newer form of codes, which ends in a group behind the id.
const GROUPED_PREFIX: &str = "weixin://wxpay/bizpayurl/up?pr=";

/// The cashier's question for every jump, whoever its host is; a package number stands behind the prepaid payment's id.
const JUMP_PREFIX: &str = "/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=";

/// Seconds of the sandbox's clock from the acceptance of a refund to its end.
const WORK: i64 = 5;

/// How far ahead a deadline may be by the other pages, in seconds.
const LONGER_LIFE: i64 = 15 * 24 * 3600;

/// What the bridge inside of WeChat is given.
const PACKAGE_PREFIX: &str = "prepay_id=";

/// One payment.
pub(crate) struct Order {
    pub request: NativeOrder,
    pub state: TradeState,
    created_at: i64,
    deadline: i64,
    /// Which pages were right when it was prepared.
    pages: Pages,
    code: Code,
    pub refunds: Vec<Refund>,
}

/// A refund of it.
pub(crate) struct Refund {
    pub out_refund_no: String,
    pub refund_id: String,
    pub amount: i64,
    pub created_at: i64,
    /// When it was last set out.
    pub begun_at: i64,
    /// How it stands once it has ended.
    pub end: RefundState,
    pub notify_url: Option<String>,
}

/// The id of a code, a jump or a package inside its payload.
pub(crate) fn code_id(payload: &str) -> Option<&str> {
    let grouped = || payload.strip_prefix(GROUPED_PREFIX).and_then(|rest| rest.split('&').next());
    let jump = || payload.split_once(JUMP_PREFIX).and_then(|(_, rest)| rest.split('&').next());
    payload.strip_prefix(CODE_PREFIX).or_else(grouped).or_else(jump).or_else(|| payload.strip_prefix(PACKAGE_PREFIX))
}

/// What a merchant is given for it; of a jump what stands behind the host.
pub(super) fn payload(surface: Surface, code: &str, pages: Pages) -> String {
    match surface {
        Surface::Native if pages == Pages::Others => format!("{GROUPED_PREFIX}{code}&groupid=00"),
        Surface::Native => format!("{CODE_PREFIX}{code}"),
        Surface::H5 => format!("{JUMP_PREFIX}{code}&package=1037687096"),
        Surface::Jsapi => format!("{PACKAGE_PREFIX}{code}"),
    }
}

impl Order {
    pub fn new(request: NativeOrder, now: i64, code: String, pages: Pages) -> Self {
        // Nearer deadlines are moved to a minute ahead, farther ones to the life of an order.
        let latest = now.saturating_add(if pages == Pages::Others { LONGER_LIFE } else { ORDER_LIFE });
        let usual = now.saturating_add(ORDER_LIFE);
        let deadline = request.time_expire.unwrap_or(usual).clamp(now.saturating_add(SHORTEST_DEADLINE), latest);
        Self { request, state: TradeState::NotPay, created_at: now, deadline, pages, code: Code::new(code, now), refunds: Vec::new() }
    }

    pub fn check_repetition(&self, request: &NativeOrder, now: i64, pages: Pages) -> Result<(), ErrorReply> {
        match self.state {
            TradeState::Success(_) if pages == Pages::Others => Err(ErrorReply::already_paid("ORDERPAID")),
            TradeState::Success(_) => Err(ErrorReply::already_paid("INVALID_REQUEST")),
            TradeState::Closed if pages == Pages::Others => Err(ErrorReply::number_used()),
            TradeState::Closed => Err(ErrorReply::order_closed()),
            TradeState::NotPay if (self.request.surface, &self.request.parameters) != (request.surface, &request.parameters) => {
                Err(ErrorReply::number_used())
            }
            TradeState::NotPay if now >= self.deadline => Err(ErrorReply::order_closed()),
            TradeState::NotPay => Ok(()),
        }
    }

    /// What its payment added to it, once it is paid.
    pub fn payment(&self) -> Option<&Payment> {
        match &self.state {
            TradeState::Success(payment) => Some(payment),
            TradeState::NotPay | TradeState::Closed => None,
        }
    }

    /// A refund of it as answers and notifications show it at `now`.
    pub fn refund_view<'a>(&'a self, refund: &'a Refund, mchid: &'a str, payment: &'a Payment, now: i64) -> RefundView<'a> {
        RefundView {
            mchid,
            refund_id: &refund.refund_id,
            out_refund_no: &refund.out_refund_no,
            transaction_id: &payment.transaction_id,
            out_trade_no: &self.request.out_trade_no,
            total: self.request.total,
            refund: refund.amount,
            created_at: refund.created_at,
            ended_at: refund.ended_at(),
            state: refund.state(now),
        }
    }

    /// What of its money came and went back until now.
    pub fn taken(&self, now: i64) -> Option<Taken> {
        let TradeState::Success(_) = self.state else { return None };
        let done = self.refunds.iter().filter(|refund| refund.state(now) == RefundState::Success);
        let (payment_id, amount) = (self.request.out_trade_no.clone(), self.request.total);
        Some(Taken { payment_id, amount, returned: done.map(|refund| refund.amount).sum() })
    }
}

impl Refund {
    pub fn state(&self, now: i64) -> RefundState {
        if now < self.ended_at() { RefundState::Processing } else { self.end }
    }

    pub fn ended_at(&self) -> i64 {
        self.begun_at.saturating_add(WORK)
    }
}

impl Payable for Order {
    fn code(&self) -> &Code {
        &self.code
    }

    fn code_mut(&mut self) -> &mut Code {
        &mut self.code
    }

    /// An unpaid payment closes by itself after seven days, or at a deadline after that.
    fn lapse(&mut self, now: i64) {
        if self.state == TradeState::NotPay && now >= self.deadline.max(self.created_at.saturating_add(ORDER_LIFE)) {
            self.state = TradeState::Closed;
        }
    }

    fn code_state(&self, now: i64) -> CodeState {
        match self.state {
            TradeState::Success(_) => CodeState::Paid,
            TradeState::Closed => CodeState::Closed,
            TradeState::NotPay if now >= self.code_dies_at() => CodeState::Expired,
            TradeState::NotPay if self.code.dismissed => CodeState::Dismissed,
            TradeState::NotPay => CodeState::Open,
        }
    }

    fn code_dies_at(&self) -> i64 {
        let life = if self.request.surface == Surface::H5 { H5_LIFE } else { CODE_LIFE };
        self.deadline.min(self.code.made_at.saturating_add(life))
    }

    fn label(&self) -> Label<'_> {
        Label {
            provider: PROVIDER,
            payload: payload(self.request.surface, &self.code.id, self.pages),
            payment_id: &self.request.out_trade_no,
            description: &self.request.description,
            amount: self.request.total,
            currency: &self.request.currency,
        }
    }
}
