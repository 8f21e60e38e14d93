//! Bills as Alipay writes them: what may be asked for, and the zip of two tables in GBK.

use std::io::{Cursor, Write as _};

use encoding_rs::GBK;
use zip::write::SimpleFileOptions;

use super::error_reply::ErrorReply;
use crate::provider_time::BEIJING;
use crate::yuan;

const DAY: i64 = 24 * 3600;

/// A bill is ready at ten in the morning after its day.
const READY: i64 = 10 * 3600;

/// The header of the trades.
const COLUMNS: &str = "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,\
    商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,\
    退款批次号/请求号,服务费（元）,分润（元）,备注";

/// The header of their sums.
const SUM_COLUMNS: &str = "门店编号,门店名称,交易订单总笔数,退款订单总笔数,订单金额（元）,商家实收（元）,支付宝优惠（元）,商家优惠（元）,\
    卡消费金额（元）,服务费（元）,分润（元）,实收净额（元）";

/// Which bill is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BillQuery {
    /// The first second of its day in Beijing.
    pub day: i64,
}

impl BillQuery {
    /// Judges what is asked for at `now`, in unix seconds. There are bills of trades and no others here.
    ///
    /// # Errors
    /// `isv.invalid-arguments`; `isp.bill_not_exist` for days that have no bill, or none yet.
    pub(super) fn parse(kind: &str, date: &str, now: i64) -> Result<Self, ErrorReply> {
        let day = BEIJING.parse_date(date).filter(|_| kind == "trade");
        let day = day.ok_or(ErrorReply::business("isv.invalid-arguments", "参数不正确"))?;
        if now < day.saturating_add(DAY + READY) { Err(ErrorReply::no_bill()) } else { Ok(Self { day }) }
    }
}

/// One line of a bill.
#[derive(Debug, Clone)]
pub struct BillRow {
    /// Alipay's number.
    pub trade_no: String,
    /// The merchant's number.
    pub out_trade_no: String,
    /// `交易` or `退款`.
    pub kind: &'static str,
    /// What the shopper read.
    pub subject: String,
    /// When the trade began, unix seconds.
    pub created_at: i64,
    /// When the money came or went, unix seconds.
    pub at: i64,
    /// Fen, negative for what went back.
    pub amount: i64,
    /// The merchant's number of the refund, for a line about one.
    pub out_request_no: String,
    /// What Alipay takes, fen, negative; positive where it gives some of it back.
    pub fee: i64,
}

impl BillRow {
    /// What Alipay takes of such an amount, fen, by a rate in ten thousandths: half a fen is one.
    #[must_use]
    pub fn fee_of(amount: i64, rate: i64) -> i64 {
        let share = (amount.abs() * rate + 5000) / 10_000;
        if amount < 0 { share } else { -share }
    }
}

/// The bill of one day, as a zip.
#[must_use]
pub fn bill_file(rows: &[BillRow], seller_id: &str, day: i64, now: i64) -> Vec<u8> {
    let (trades, refunds): (Vec<&BillRow>, Vec<&BillRow>) = rows.iter().partition(|row| row.amount >= 0);
    let sum = |rows: &[&BillRow]| yuan_of(rows.iter().map(|row| row.amount).sum());
    let head = |title: &str| {
        let (from, to) = (words(day), words(day + DAY));
        vec![format!("#支付宝{title}查询"), format!("#账号：[{seller_id}0156]"), format!("#起始日期：[{from}]   终止日期：[{to}]")]
    };
    let mut details = head("业务明细");
    details.extend([format!("#{0}业务明细列表{0}", "-".repeat(40)), COLUMNS.to_owned()]);
    details.extend(rows.iter().map(cells));
    details.push(format!("#{0}业务明细列表结束{0}", "-".repeat(36)));
    details.push(format!("#交易合计：{}笔，商家实收共{}元，商家优惠共0.00元", trades.len(), sum(&trades)));
    details.push(format!("#退款合计：{}笔，商家实收退款共{}元，商家优惠退款共0.00元", refunds.len(), sum(&refunds)));
    details.push(format!("#导出时间：[{}]", words(now)));

    let mut sums = head("业务汇总");
    let [total, fees] = [rows.iter().map(|row| row.amount).sum(), rows.iter().map(|row| row.fee).sum::<i64>()];
    sums.extend([format!("#{0}业务汇总列表{0}", "-".repeat(40)), SUM_COLUMNS.to_owned()]);
    let figures = [trades.len().to_string(), refunds.len().to_string(), yuan_of(total), yuan_of(total)];
    let rest = ["0.00".to_owned(), "0.00".to_owned(), "0.00".to_owned(), yuan_of(fees), "0.00".to_owned(), yuan_of(total + fees)];
    sums.push(format!("合计,,{},{}", figures.join(","), rest.join(",")));
    sums.extend([format!("#{0}业务汇总列表结束{0}", "-".repeat(36)), format!("#导出时间：[{}]", words(now))]);

    let name = format!("{seller_id}0156_{}", BEIJING.compact_date(day));
    zipped(&[(format!("{name}_业务明细(汇总).csv"), sums), (format!("{name}_业务明细.csv"), details)])
}

/// Numbers end in a tab, so that spreadsheets keep them whole.
fn cells(row: &BillRow) -> String {
    let (created, at, amount) = (BEIJING.format_plain(row.created_at), BEIJING.format_plain(row.at), yuan_of(row.amount));
    let request = if row.out_request_no.is_empty() { String::new() } else { format!("{}\t", row.out_request_no) };
    format!(
        "{}\t,{}\t,{},{},{created},{at},,,,,buy***@example.com,{amount},{amount},0.00,0.00,0.00,0.00,0.00,,0.00,0.00,{request},{},0.00,",
        row.trade_no,
        row.out_trade_no,
        row.kind,
        row.subject,
        yuan_of(row.fee),
    )
}

fn yuan_of(fen: i64) -> String {
    if fen < 0 { format!("-{}", yuan::format(-fen)) } else { yuan::format(fen) }
}

/// A time as headers have it, `2026年01月02日 03:04:05`.
fn words(at: i64) -> String {
    let plain = BEIJING.format_plain(at);
    let (date, clock) = plain.split_once(' ').unwrap_or_default();
    let mut parts = date.split('-');
    let mut part = || parts.next().unwrap_or_default();
    format!("{}年{}月{}日 {clock}", part(), part(), part())
}

fn zipped(files: &[(String, Vec<String>)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, lines) in files {
        let text = format!("{}\r\n", lines.join("\r\n"));
        let (bytes, _, _) = GBK.encode(&text);
        archive.start_file(name.as_str(), SimpleFileOptions::default()).expect("a short name and no other file of it");
        archive.write_all(&bytes).expect("memory takes whatever is written");
    }
    archive.finish().expect("memory takes whatever is written").into_inner()
}
