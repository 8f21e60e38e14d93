//! What each method does to the book of trades (Alipay, "methods", with its table of ACQ codes). The dialect
//! that carried the call is not known here.

use gateway::alipay::server::{
    CANCEL_WINDOW, Content, ErrorReply, Members, QueryReplyOptions, REFUND_PAUSE, REFUND_WINDOW, Refund, RefundRecord, TradeRef, TradeState,
};
use serde_json::json;

use super::bills;
use super::server::Alipay;
use super::trades::Trade;
use super::wallet::{notify, notify_unpaid};
use crate::faults::Faults;
use crate::random::word;

/// Carries a call out.
pub(super) fn carry_out(server: &Alipay, content: Content, notify_url: String) -> Result<Members, ErrorReply> {
    let now = server.env.clock.now();
    match content {
        Content::Precreate(asked) => {
            if server.env.faults().account_suspended {
                return Err(ErrorReply::business("ACQ.SELLER_BEEN_BLOCKED", "商家账号被冻结"));
            }
            // Money goes to nobody but whom the application collects for.
            if asked.seller_id.as_ref().is_some_and(|seller| *seller != server.keys.application.seller_id) {
                return Err(ErrorReply::business("ACQ.PARTNER_ERROR", "商户信息错误"));
            }
            let number = asked.out_trade_no.clone();
            let code = format!("bax{}", word::<21>(&server.env.random).to_ascii_lowercase());
            let once = server.env.faults().second_precreate_refused;
            let payload = server.trades().prepare(asked, notify_url, now, code, once)?;
            Ok(vec![("out_trade_no", json!(number)), ("qr_code", json!(payload))])
        }
        Content::Query(wanted) => {
            let faults = server.env.faults();
            let told = QueryReplyOptions {
                fund_bill_list: wanted.fund_bill_list && !faults.untold_amounts,
                zero_amounts: faults.zero_amounts,
                dated_closed: faults.dated_closed_trades,
                without_amounts: faults.untold_amounts,
            };
            on_trade(server, &wanted.trade, |trade| Ok(members(trade, |view| view.query_answer(told))))
        }
        Content::Close(wanted) => {
            let members = on_trade(server, &wanted, |trade| close(trade, now))?;
            notify_unpaid(server, &number_of(server, &wanted)?);
            Ok(members)
        }
        Content::Cancel(wanted) => {
            let unscanned = server.trades().unscanned(&wanted, now);
            if let Some(number) = unscanned {
                // There is no trade yet, and so neither a number of it nor anything to do; the code is not spoken of.
                return Ok(vec![("out_trade_no", json!(number)), ("retry_flag", json!("N"))]);
            }
            let (members, refunded) = on_trade(server, &wanted, |trade| cancel(trade, now))?;
            if let Some(refund) = refunded {
                notify(server, &number_of(server, &wanted)?, Some(refund));
            }
            Ok(members)
        }
        Content::Refund(asked) => {
            let faults = server.env.faults();
            let (window, silent) = (refund_window(&faults), faults.silent_full_refund);
            let ((members, refunded), is_all) = on_trade(server, &asked.trade, |trade| {
                let moved = refund(trade, &asked, now, window)?;
                Ok((moved, refunded(trade) >= trade.asked.total))
            })?;
            if let Some(refund) = refunded.filter(|_| !(silent && is_all)) {
                notify(server, &number_of(server, &asked.trade)?, Some(refund));
            }
            Ok(members)
        }
        Content::Bill(question) => bills::offer(server, question, now),
        Content::RefundQuery(asked) => {
            on_trade(server, &asked.trade, |trade| Ok(members(trade, |view| view.refund_query_answer(&asked.out_request_no))))
        }
    }
}

/// For how long money can go back, in seconds.
fn refund_window(faults: &Faults) -> i64 {
    if faults.refund_days == 0 { REFUND_WINDOW } else { i64::from(faults.refund_days) * 86_400 }
}

fn on_trade<T>(server: &Alipay, wanted: &TradeRef, act: impl FnOnce(&mut Trade) -> Result<T, ErrorReply>) -> Result<T, ErrorReply> {
    act(server.trades().find(wanted, server.env.clock.now())?)
}

fn number_of(server: &Alipay, wanted: &TradeRef) -> Result<String, ErrorReply> {
    on_trade(server, wanted, |trade| Ok(trade.asked.out_trade_no.clone()))
}

fn members(trade: &Trade, show: impl FnOnce(gateway::alipay::server::TradeView<'_>) -> Members) -> Members {
    trade.view().map(show).unwrap_or_default()
}

fn state(trade: &mut Trade) -> Result<&mut TradeState, ErrorReply> {
    trade.scanned.as_mut().map(|scanned| &mut scanned.state).ok_or(ErrorReply::trade_not_exist())
}

fn close(trade: &mut Trade, now: i64) -> Result<Members, ErrorReply> {
    match state(trade)? {
        state @ TradeState::WaitBuyerPay => *state = TradeState::Closed(now),
        TradeState::Success(_) | TradeState::Finished(_) | TradeState::Closed(_) => {
            return Err(ErrorReply::business("ACQ.TRADE_STATUS_ERROR", "交易状态不合法"));
        }
    }
    Ok(members(trade, |view| view.numbers()))
}

/// The members of an answer, and the number of the refund that the call made, if it made one.
type RefundOutcome = (Members, Option<String>);

/// Closes what is unpaid and returns what is left of what was paid. A repetition changes nothing.
fn cancel(trade: &mut Trade, now: i64) -> Result<RefundOutcome, ErrorReply> {
    let (number, total) = (trade.asked.out_trade_no.clone(), trade.asked.total);
    let left = total - refunded(trade);
    let (action, refund) = match state(trade)? {
        state @ TradeState::WaitBuyerPay => {
            *state = TradeState::Closed(now);
            ("close", None)
        }
        TradeState::Closed(_) => ("close", None),
        TradeState::Finished(_) => return Err(ErrorReply::business("ACQ.TRADE_HAS_FINISHED", "交易已完结")),
        TradeState::Success(_) if left == 0 => ("refund", None),
        TradeState::Success(payment) if now > payment.paid_at.saturating_add(CANCEL_WINDOW) => {
            return Err(ErrorReply::business("ACQ.TRADE_CANCEL_TIME_OUT", "超过撤销时间范围"));
        }
        TradeState::Success(_) => ("refund", Some(RefundRecord { out_request_no: number, amount: left, at: now })),
    };
    let id = refund.as_ref().map(|refund| refund.out_request_no.clone());
    trade.refunds.extend(refund);
    let mut answer = members(trade, |view| view.numbers());
    answer.extend([("retry_flag", json!("N")), ("action", json!(action))]);
    Ok((answer, id))
}

fn refunded(trade: &Trade) -> i64 {
    trade.refunds.iter().map(|refund| refund.amount).sum()
}

fn refund(trade: &mut Trade, asked: &Refund, now: i64, window: i64) -> Result<RefundOutcome, ErrorReply> {
    let total = trade.asked.total;
    // Without a number of its own a refund is the whole amount, under the number of the trade.
    let id = asked.out_request_no.clone().unwrap_or_else(|| trade.asked.out_trade_no.clone());
    match state(trade)? {
        TradeState::Success(payment) if now > payment.paid_at.saturating_add(window) => {
            return Err(ErrorReply::business("ACQ.TRADE_NOT_ALLOW_REFUND", "当前交易不允许退款"));
        }
        TradeState::Success(_) => {}
        TradeState::WaitBuyerPay => return Err(ErrorReply::business("ACQ.TRADE_STATUS_ERROR", "交易状态不合法")),
        TradeState::Closed(_) => return Err(ErrorReply::business("ACQ.TRADE_HAS_CLOSE", "交易已经关闭")),
        TradeState::Finished(_) => return Err(ErrorReply::business("ACQ.TRADE_HAS_FINISHED", "交易已完结")),
    }
    if let Some(before) = trade.refunds.iter().find(|refund| refund.out_request_no == id) {
        return match before.amount == asked.amount {
            true => Ok((members(trade, |view| view.refund_answer(false)), None)),
            false => Err(ErrorReply::business("ACQ.DISCORDANT_REPEAT_REQUEST", "请求信息不一致")),
        };
    }
    if asked.out_request_no.is_none() && asked.amount != total {
        return Err(ErrorReply::business("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", "撤销或退款金额与订单金额不一致"));
    }
    if asked.amount > total - refunded(trade) {
        return Err(ErrorReply::business("ACQ.REASON_TRADE_REFUND_FEE_ERR", "退款金额无效"));
    }
    // Documented as a limit, without a code of its own.
    if trade.refunds.last().is_some_and(|last| now.saturating_sub(last.at) < REFUND_PAUSE) {
        return Err(ErrorReply::business("ACQ.SYSTEM_ERROR", "系统繁忙"));
    }
    trade.refunds.push(RefundRecord { out_request_no: id.clone(), amount: asked.amount, at: now });
    Ok((members(trade, |view| view.refund_answer(true)), Some(id)))
}
