//! Bills as WeChat Pay writes them, of trades and of what flowed through an account, and the rules of asking for one.

use serde_json::json;

use super::bodies::{in_query, parameters};
use super::error_reply::ErrorReply;
use crate::provider_time::BEIJING;
use crate::wechat_pay::bill::{FILE_PATH, sha1};
use crate::yuan;

const DAY: i64 = 24 * 3600;

/// A bill is ready at ten in the morning after its day.
const READY: i64 = 10 * 3600;

/// How long bills are kept, in seconds.
const KEPT: i64 = 92 * DAY;

/// The header of the bill of all trades.
const COLUMNS: [&str; 27] = [
    "交易时间",
    "公众账号ID",
    "商户号",
    "特约商户号",
    "设备号",
    "微信订单号",
    "商户订单号",
    "用户标识",
    "交易类型",
    "交易状态",
    "付款银行",
    "货币种类",
    "应结订单金额",
    "代金券金额",
    "微信退款单号",
    "商户退款单号",
    "退款金额",
    "充值券退款金额",
    "退款类型",
    "退款状态",
    "商品名称",
    "商户数据包",
    "手续费",
    "费率",
    "订单金额",
    "申请退款金额",
    "费率备注",
];

/// The header of the sums at its end.
const SUMS: &str = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额";

/// The older form of that header.
const OLDER_COLUMNS: [&str; 24] = [
    "交易时间",
    "公众账号ID",
    "商户号",
    "子商户号",
    "设备号",
    "微信订单号",
    "商户订单号",
    "用户标识",
    "交易类型",
    "交易状态",
    "付款银行",
    "货币种类",
    "总金额",
    "企业红包金额",
    "微信退款单号",
    "商户退款单号",
    "退款金额",
    "企业红包退款金额",
    "退款类型",
    "退款状态",
    "商品名称",
    "商户数据包",
    "手续费",
    "费率",
];

/// The header of the sums under the older form.
const OLDER_SUMS: &str = "总交易单数,总交易额,总退款金额,总企业红包退款金额,手续费总金额";

/// The header of a bill of what flowed.
const FLOW_COLUMNS: &str =
    "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号";

/// The header of the sums at its end.
const FLOW_SUMS: &str = "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额";

/// Which bill is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BillQuery {
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
pub fn check_bill_query(query: Option<&str>, now: i64) -> Result<BillQuery, ErrorReply> {
    let BillParameters { day, kind, gzip } = bill_parameters(query, now, "bill_type", ["ALL", "SUCCESS", "REFUND"])?;
    Ok(BillQuery { day, payments: kind != "REFUND", refunds: kind != "SUCCESS", gzip })
}

/// Judges the query of `GET /v3/bill/fundflowbill`. Payments and refunds flow through the basic account and no other.
///
/// # Errors
/// As [`check_bill_query`].
pub fn check_fund_flow_query(query: Option<&str>, now: i64) -> Result<BillQuery, ErrorReply> {
    let BillParameters { day, kind, gzip } = bill_parameters(query, now, "account_type", ["BASIC", "OPERATION", "FEES"])?;
    Ok(BillQuery { day, payments: kind == "BASIC", refunds: kind == "BASIC", gzip })
}

struct BillParameters {
    day: i64,
    kind: &'static str,
    gzip: bool,
}

/// What both queries share; `kinds` are the values of the parameter `name`, the default first.
fn bill_parameters(query: Option<&str>, now: i64, name: &str, kinds: [&'static str; 3]) -> Result<BillParameters, ErrorReply> {
    let (mut date, mut kind, mut gzip) = (None, kinds[0], false);
    for (known, value) in parameters(query)? {
        let named = kinds.into_iter().find(|kind| known == name && *kind == value);
        match (known.as_str(), named) {
            ("bill_date", _) => date = Some(value),
            ("tar_type", _) if value == "GZIP" => gzip = true,
            (_, Some(named)) => kind = named,
            _ => return Err(in_query("请求中含有未在API文档中定义的参数")),
        }
    }
    let Some(day) = date.as_deref().and_then(|text| BEIJING.parse_date(text)) else {
        return Err(in_query("输入源“/query/bill_date”映射到字符串字段“账单日期”必填性规则校验失败"));
    };
    let end = day.saturating_add(DAY);
    if now < end || now > day.saturating_add(KEPT) {
        return Err(ErrorReply::new(400, "INVALID_REQUEST", "账单日期不在可下载的范围内"));
    }
    if now < end.saturating_add(READY) {
        return Err(ErrorReply::new(400, "STATEMENT_CREATING", "账单生成中，请稍后再试"));
    }
    Ok(BillParameters { day, kind, gzip })
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
    /// The merchant's own data.
    pub attach: &'a str,
    /// What became of it, such as `SUCCESS`; a line about a refund has a state of its own.
    pub state: &'a str,
    /// Fen that were paid.
    pub total: i64,
    /// Provider's number, merchant's number, fen and state, for a line about a refund.
    pub refund: Option<(&'a str, &'a str, i64, &'a str)>,
    /// What WeChat Pay takes of it, and gives back of a refund, ten thousandths.
    pub fee_rate: i64,
}

impl BillRow<'_> {
    /// What it takes, fen, negative where it gives some of it back: half a fen is one.
    fn fee(&self) -> i64 {
        let share = |amount: i64| (amount * self.fee_rate + 5000) / 10_000;
        self.refund.map_or_else(|| share(self.total), |refund| -share(refund.2))
    }
}

/// A fee as bills have it, with five decimals.
fn fee_of(fen: i64) -> String {
    format!("{}{}000", if fen < 0 { "-" } else { "" }, yuan::format(fen.abs()))
}

/// The file, and the answer that offers it at `base_url` under `token`.
#[must_use]
pub fn bill_file(rows: &[BillRow<'_>], base_url: &str, token: &str) -> (Vec<u8>, Vec<u8>) {
    let mut lines = vec![COLUMNS.join(",")];
    lines.extend(rows.iter().map(|row| quoted(&cells(row))));
    let (paid, returned) = sums(rows);
    let sums = [rows.len().to_string(), yuan::format(paid), yuan::format(returned), yuan::format(0), fees(rows)];
    lines.extend([SUMS.to_owned(), quoted(&[&sums[..], &[yuan::format(paid), yuan::format(returned)]].concat())]);
    offered(&lines, base_url, token)
}

/// The same for what flowed in and out, with the balance after each line, from nothing at the day's beginning.
#[must_use]
pub fn fund_flow_file(rows: &[BillRow<'_>], base_url: &str, token: &str) -> (Vec<u8>, Vec<u8>) {
    let mut lines = vec![FLOW_COLUMNS.to_owned()];
    let (mut counts, mut sums) = ([0, 0], [0, 0]);
    for row in rows {
        let (number, voucher, kind, direction, amount) = match row.refund {
            // What was not returned did not flow.
            Some((_, _, _, "FAIL")) => continue,
            Some((refund_id, out_refund_no, returned, _)) => (refund_id, out_refund_no, "退款", 1, returned),
            None => (row.transaction_id, row.out_trade_no, "交易", 0, row.total),
        };
        counts[direction] += 1;
        sums[direction] += amount;
        let (balance, way) = (yuan::format(sums[0] - sums[1]), ["收入", "支出"][direction]);
        let (at, amount) = (BEIJING.format_plain(row.at), yuan::format(amount));
        lines.push(quoted(&[&at, row.transaction_id, number, kind, kind, way, &amount, &balance, "system", "", voucher]));
    }
    let [income, expense] = sums.map(yuan::format);
    let total = [(counts[0] + counts[1]).to_string(), counts[0].to_string(), income, counts[1].to_string(), expense];
    lines.extend([FLOW_SUMS.to_owned(), quoted(&total)]);
    offered(&lines, base_url, token)
}

fn offered(lines: &[String], base_url: &str, token: &str) -> (Vec<u8>, Vec<u8>) {
    let file = format!("{}\r\n", lines.join("\r\n")).into_bytes();
    let offer = json!({ "hash_type": "SHA1", "hash_value": sha1(&file), "download_url": format!("{base_url}{FILE_PATH}{token}") });
    (file, offer.to_string().into_bytes())
}

/// The same in the older form that some merchants get.
#[must_use]
pub fn older_bill_file(rows: &[BillRow<'_>], base_url: &str, token: &str) -> (Vec<u8>, Vec<u8>) {
    let mut lines = vec![OLDER_COLUMNS.join(",")];
    // Its columns are the first ones of the newer form, under other names.
    lines.extend(rows.iter().map(|row| quoted(&cells(row)[..OLDER_COLUMNS.len()])));
    let (paid, returned) = sums(rows);
    let sums = [rows.len().to_string(), yuan::format(paid), yuan::format(returned), yuan::format(0), fees(rows)];
    lines.extend([OLDER_SUMS.to_owned(), quoted(&sums)]);
    offered(&lines, base_url, token)
}

/// What was paid and what went back, fen.
fn sums(rows: &[BillRow<'_>]) -> (i64, i64) {
    let paid = rows.iter().filter(|row| row.refund.is_none()).map(|row| row.total).sum();
    (paid, rows.iter().filter_map(|row| row.refund).map(|refund| refund.2).sum())
}

/// What was taken of all of them.
fn fees(rows: &[BillRow<'_>]) -> String {
    fee_of(rows.iter().map(BillRow::fee).sum())
}

fn cells(row: &BillRow<'_>) -> [String; COLUMNS.len()] {
    let (refund_id, out_refund_no, returned, status) = row.refund.unwrap_or_default();
    let (state, original) = if row.refund.is_some() { ("REFUND", "ORIGINAL") } else { (row.state, "") };
    let paid = yuan::format(if row.refund.is_some() { 0 } else { row.total });
    let returned = yuan::format(returned);
    [
        &BEIJING.format_plain(row.at),
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
        &paid,
        "0.00",
        refund_id,
        out_refund_no,
        &returned,
        "0.00",
        original,
        status,
        row.description,
        row.attach,
        &fee_of(row.fee()),
        &format!("{}.{:02}%", row.fee_rate / 100, row.fee_rate % 100),
        &paid,
        &returned,
        "",
    ]
    .map(str::to_owned)
}

fn quoted<T: AsRef<str>>(cells: &[T]) -> String {
    cells.iter().map(|cell| format!("`{}", cell.as_ref())).collect::<Vec<_>>().join(",")
}
