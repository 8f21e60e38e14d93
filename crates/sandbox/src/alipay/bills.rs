//! Bills of a day: put together from the book, kept for thirty seconds under a token, handed out unsigned.

use gateway::alipay::server::{BillQuery, BillRow, ErrorReply, Members, TradeState, bill_file};
use serde_json::json;

use super::server::Alipay;
use super::trades::{OfferedBill, Trade};
use crate::random::word;

const DAY: i64 = 24 * 3600;

/// How long a bill can be downloaded, in seconds.
const OFFER_LIFE: i64 = 30;

/// What Alipay takes of each payment, ten thousandths.
const FEE_RATE: i64 = 60;

/// Where bills are downloaded.
pub(super) const FILE_PATH: &str = "/downloadBillFile.resource";

/// Puts a bill together and answers where it can be had.
pub(super) fn offer(server: &Alipay, question: BillQuery, now: i64) -> Result<Members, ErrorReply> {
    let mut trades = server.trades();
    let mut rows: Vec<BillRow> = trades.book.all().flat_map(|trade| rows(trade, question.day)).collect();
    if server.env.faults().busy_bill {
        rows.extend(neighbours(question.day));
    }
    if rows.is_empty() {
        return Err(ErrorReply::no_bill());
    }
    rows.sort_by_key(|row| row.at);
    let token = word::<32>(&server.env.random);
    let url = format!("{}{FILE_PATH}?bizType=trade&fileType=csv.zip&fileId={token}", server.env.base_url);
    let file = bill_file(&rows, &server.keys.application.seller_id, question.day, now);
    trades.bills.insert(token, OfferedBill { until: now.saturating_add(OFFER_LIFE), file });
    Ok(vec![("bill_download_url", json!(url))])
}

/// The file behind a token, while it can be had.
pub(super) fn download(server: &Alipay, token: &str) -> Option<Vec<u8>> {
    let (trades, now) = (server.trades(), server.env.clock.now());
    trades.bills.get(token).filter(|offered| now < offered.until).map(|offered| offered.file.clone())
}

/// What of a trade happened on a day.
fn rows(trade: &Trade, day: i64) -> Vec<BillRow> {
    let Some(scanned) = &trade.scanned else { return Vec::new() };
    let (TradeState::Success(payment) | TradeState::Finished(payment)) = &scanned.state else { return Vec::new() };
    let row = |kind, at, amount, out_request_no: &str| BillRow {
        trade_no: scanned.trade_no.clone(),
        out_trade_no: trade.asked.out_trade_no.clone(),
        kind,
        subject: trade.asked.subject.clone(),
        created_at: scanned.at,
        at,
        amount,
        out_request_no: out_request_no.to_owned(),
        fee: BillRow::fee_of(amount, FEE_RATE),
    };
    let refunds = trade.refunds.iter().map(|refund| row("退款", refund.at, -refund.amount, &refund.out_request_no));
    let all = [row("交易", payment.paid_at, trade.asked.total, "")].into_iter().chain(refunds);
    all.filter(|row| (day..day.saturating_add(DAY)).contains(&row.at)).collect()
}

/// What else stands in the bill of an account that others use as well: another till's trades, whose names nobody made safe, and a row that
/// no program foresees.
fn neighbours(day: i64) -> impl Iterator<Item = BillRow> {
    let names = [("20260101-77", "交易", "Noodles, hot,\r\nwith chili"), ("POS_0001", "交易", "Tea"), ("POS_0002", "分账", "Share")];
    names.into_iter().zip(0..).map(move |((out_trade_no, kind, subject), at)| BillRow {
        trade_no: "2026010122001400001400000000".to_owned(),
        out_trade_no: out_trade_no.to_owned(),
        kind,
        subject: subject.to_owned(),
        created_at: day + 12 * 3600 + at,
        at: day + 12 * 3600 + at,
        amount: 900,
        out_request_no: String::new(),
        fee: -5,
    })
}
