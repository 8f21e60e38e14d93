//! Trade bills as WeChat Pay writes them, and the rules of asking for one.

use serde_json::json;

use super::refusal::Refusal;
use crate::wechat_pay::bill::{COLUMNS, FILE_PATH, SUMS, sha1};
use crate::{beijing, yuan};

const DAY: i64 = 24 * 3600;

/// A bill is ready at ten in the morning after its day.
const READY: i64 = 10 * 3600;

/// How long bills are kept, in seconds.
const KEPT: i64 = 92 * DAY;

/// Which bill is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BillQuestion {
    /// The first second of its day in Beijing.
    pub day: i64,
    /// Whether payments are listed.
    pub payments: bool,
    /// Whether refunds are listed.
    pub refunds: bool,
    /// Whether the file is compressed; its digest is of the plain one.
    pub gzip: bool,
}

/// Judges the query of `GET /v3/bill/tradebill` at `now`, in unix seconds.
///
/// # Errors
/// 400 `PARAM_ERROR`, `INVALID_REQUEST` for days that have no bill, `STATEMENT_CREATING` for one that has none yet.
pub fn check_bill_query(query: Option<&str>, now: i64) -> Result<BillQuestion, Refusal> {
    let located = |message: &str| Err(Refusal::parameter(message).detail(json!({ "location": "query", "value": "" })));
    let (mut date, mut kind, mut gzip) = (None, "ALL", false);
    for pair in query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
        match pair.split_once('=') {
            Some(("bill_date", value)) => date = Some(value),
            Some(("bill_type", value @ ("ALL" | "SUCCESS" | "REFUND"))) => kind = value,
            Some(("tar_type", "GZIP")) => gzip = true,
            _ => return located("请求中含有未在API文档中定义的参数"),
        }
    }
    let Some(day) = date.and_then(beijing::parse_date) else {
        return located("输入源“/query/bill_date”映射到字符串字段“账单日期”必填性规则校验失败");
    };
    let end = day.saturating_add(DAY);
    if now < end || now > day.saturating_add(KEPT) {
        return Err(Refusal::new(400, "INVALID_REQUEST", "账单日期不在可下载的范围内"));
    }
    if now < end.saturating_add(READY) {
        return Err(Refusal::new(400, "STATEMENT_CREATING", "账单生成中，请稍后再试"));
    }
    Ok(BillQuestion { day, payments: kind != "REFUND", refunds: kind != "SUCCESS", gzip })
}

/// One line of a bill.
#[derive(Debug, Clone, Copy)]
pub struct BillRow<'a> {
    /// Unix seconds.
    pub at: i64,
    /// The bound account.
    pub appid: &'a str,
    /// The merchant number.
    pub mchid: &'a str,
    /// The provider's number.
    pub transaction_id: &'a str,
    /// The merchant's number.
    pub out_trade_no: &'a str,
    /// The shopper's id.
    pub openid: &'a str,
    /// Such as `NATIVE`.
    pub trade_type: &'a str,
    /// What the shopper read.
    pub description: &'a str,
    /// Fen that were paid.
    pub total: i64,
    /// Provider's number, merchant's number, fen and state, for a line about a refund.
    pub refund: Option<(&'a str, &'a str, i64, &'a str)>,
}

/// The file, and the answer that offers it at `base_url` under `token`.
#[must_use]
pub fn bill_file(rows: &[BillRow<'_>], base_url: &str, token: &str) -> (Vec<u8>, Vec<u8>) {
    let mut lines = vec![COLUMNS.join(",")];
    lines.extend(rows.iter().map(line));
    let paid: i64 = rows.iter().filter(|row| row.refund.is_none()).map(|row| row.total).sum();
    let returned: i64 = rows.iter().filter_map(|row| row.refund).map(|refund| refund.2).sum();
    let sums = [rows.len().to_string(), yuan::format(paid), yuan::format(returned), yuan::format(0), "0.00000".to_owned()];
    lines.extend([SUMS.to_owned(), quoted(&[&sums[..], &[yuan::format(paid), yuan::format(returned)]].concat())]);
    let file = format!("{}\r\n", lines.join("\r\n")).into_bytes();
    let offer = json!({ "hash_type": "SHA1", "hash_value": sha1(&file), "download_url": format!("{base_url}{FILE_PATH}{token}") });
    (file, offer.to_string().into_bytes())
}

fn line(row: &BillRow<'_>) -> String {
    let (refund_id, out_refund_no, returned, status) = row.refund.unwrap_or_default();
    let (state, original) = if row.refund.is_some() { ("REFUND", "ORIGINAL") } else { ("SUCCESS", "") };
    let paid = if row.refund.is_some() { 0 } else { row.total };
    let texts = [
        &beijing::format_plain(row.at),
        row.appid,
        row.mchid,
        "0",
        "",
        row.transaction_id,
        row.out_trade_no,
        row.openid,
        row.trade_type,
        state,
        "OTHERS",
        "CNY",
        &yuan::format(paid),
        "0.00",
        refund_id,
        out_refund_no,
        &yuan::format(returned),
        "0.00",
        original,
        status,
        row.description,
        "",
        "0.00000",
        "0.00%",
        &yuan::format(paid),
        &yuan::format(returned),
        "",
    ];
    quoted(&texts)
}

fn quoted<T: AsRef<str>>(cells: &[T]) -> String {
    cells.iter().map(|cell| format!("`{}", cell.as_ref())).collect::<Vec<_>>().join(",")
}
