//! What a bill says: a zip of two tables in GBK, the trades one by one and their sums. The columns of the first are found by their names,
//! and a row that cannot be understood is set aside, so that it hides no other. Its rows are those of the whole account: of every
//! application, of counters, of other programs (Alipay, "business details").

use std::io::{Cursor, Read as _};

use encoding_rs::GB18030;

use super::number;
use super::trade::CURRENCY;
use crate::provider_time::BEIJING;
use crate::{Bill, BillEntry, BillKind, GatewayError, SetAside, yuan};

/// The most bytes that one table may unpack to: some hundred thousand trades. What promises more is no bill.
const LARGEST: u64 = 128 * 1024 * 1024;

/// The first name of the header; nothing else begins so.
const HEADER_BEGINS: &str = "支付宝交易号,";

/// The shortest number of a trade, digits.
const SHORTEST_NUMBER: usize = 16;

/// Where the columns are that we read.
struct Columns {
    count: usize,
    trade: usize,
    payment: usize,
    kind: usize,
    created: usize,
    finished: usize,
    amount: usize,
    refund: usize,
    fee: usize,
}

impl Columns {
    fn find(header: &str) -> Option<Self> {
        // Amounts are in yuan, which is written in brackets of either width.
        let name = |name: &str| name.trim().replace("（元）", "").replace("(元)", "");
        let names: Vec<String> = header.split(',').map(name).collect();
        let of = |wanted: &str| names.iter().position(|name| name == wanted);
        Some(Self {
            count: names.len(),
            trade: of("支付宝交易号")?,
            payment: of("商户订单号")?,
            kind: of("业务类型")?,
            created: of("创建时间")?,
            finished: of("完成时间")?,
            amount: of("订单金额")?,
            refund: of("退款批次号/请求号")?,
            fee: of("服务费")?,
        })
    }
}

/// Unpacks and reads a bill.
///
/// # Errors
/// `Unreadable` for what is no such zip, for a header that does not name what is needed, and for a file whose counts are wrong although
/// all rows are understood: a cut file is not taken for a quiet day.
pub(super) fn read(zip: &[u8]) -> Result<Bill, GatewayError> {
    let unreadable = GatewayError::Unreadable { what: "bill" };
    let mut archive = zip::ZipArchive::new(Cursor::new(zip)).map_err(|_| unreadable.clone())?;
    for at in 0..archive.len() {
        let file = archive.by_index(at).map_err(|_| unreadable.clone())?;
        let mut bytes = Vec::new();
        file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|_| unreadable.clone())?;
        if u64::try_from(bytes.len()).is_ok_and(|length| length > LARGEST) {
            return Err(unreadable);
        }
        let (text, _) = GB18030.decode_without_bom_handling(&bytes);
        if text.lines().any(|line| line.starts_with(HEADER_BEGINS)) {
            return table(&text);
        }
    }
    Err(unreadable)
}

/// Remarks, header, a row for each trade and each refund, remarks with the counts of both.
fn table(text: &str) -> Result<Bill, GatewayError> {
    let mut lines = text.lines().zip(1..).skip_while(|(line, _)| !line.starts_with(HEADER_BEGINS));
    let header = lines.next().and_then(|(header, _)| Columns::find(header));
    let columns = header.ok_or(GatewayError::Unreadable { what: "header of the bill" })?;
    let (mut rows, mut counted): (Vec<(String, usize)>, [Option<usize>; 2]) = (Vec::new(), [None; 2]);
    for (line, number) in lines {
        if let Some(remark) = line.strip_prefix('#') {
            let count = |begin: &str| remark.trim_start_matches('#').strip_prefix(begin)?.split('笔').next()?.trim().parse().ok();
            counted = [counted[0].or(count("交易合计：")), counted[1].or(count("退款合计："))];
        } else if let Some((row, _)) = rows.last_mut().filter(|_| !begins_a_row(line)) {
            row.extend([" ", line]);
        } else {
            rows.push((line.to_owned(), number));
        }
    }
    let mut bill = Bill::default();
    let mut kinds = [0, 0];
    for (row, line) in &rows {
        match entry(row, &columns) {
            Ok(entry) => {
                kinds[usize::from(matches!(entry.kind, BillKind::Refunded { .. }))] += 1;
                bill.entries.push(entry);
            }
            Err(why) => bill.set_aside.push(SetAside { line: *line, why }),
        }
    }
    if counted != kinds.map(Some) {
        if bill.set_aside.is_empty() {
            return Err(GatewayError::Unreadable { what: "bill" });
        }
        if counted.into_iter().flatten().sum::<usize>() != rows.len() {
            bill.set_aside.push(SetAside { line: 0, why: "the bill counts another number of rows than it has" });
        }
    }
    Ok(bill)
}

/// Whether a line begins with the number of a trade: what a name with a line feed goes on with hardly ever does.
fn begins_a_row(line: &str) -> bool {
    let number = line.split(',').next().unwrap_or_default().trim();
    number.len() >= SHORTEST_NUMBER && number.bytes().all(|byte| byte.is_ascii_digit())
}

fn entry(row: &str, columns: &Columns) -> Result<BillEntry, &'static str> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).trim(csv::Trim::All).from_reader(row.as_bytes());
    let cells = reader.records().next().and_then(Result::ok).ok_or("it is no row of cells")?;
    // A name with commas makes more cells than there are columns. Two times stand side by side behind it.
    let is_time = |at: usize| cells.get(at).is_some_and(|cell| BEIJING.parse_plain(cell).is_some());
    let more =
        (0..=cells.len().saturating_sub(columns.count)).find(|more| is_time(columns.created + more) && is_time(columns.finished + more));
    let more = more.filter(|_| cells.len() >= columns.count).ok_or("it has another number of cells than the header")?;
    let cell = |at: usize| cells.get(if at >= columns.created { at + more } else { at }).unwrap_or_default();
    let amount = |at: usize| signed(cell(at)).ok_or("its amount is none");
    let total = amount(columns.amount)?;
    let kind = match cell(columns.kind) {
        "交易" if total >= 0 => BillKind::Paid { amount: total },
        "退款" if total <= 0 => {
            let state = cell(columns.kind).to_owned();
            BillKind::Refunded { refund_id: cell(columns.refund).to_owned(), amount: -total, is_done: true, is_failed: false, state }
        }
        "交易" | "退款" => return Err("its amount has the other sign"),
        other => BillKind::Other { state: other.to_owned() },
    };
    let number = cell(columns.payment);
    Ok(BillEntry {
        at: BEIJING.parse_plain(cell(columns.finished)).ok_or("its time is none")?,
        payment_id: number::decode(number).unwrap_or_else(|| number.to_owned()),
        transaction_id: cell(columns.trade).to_owned(),
        currency: CURRENCY.to_owned(),
        kind,
        // What Alipay takes is negative there.
        fee: -amount(columns.fee)?,
    })
}

/// Reads yuan that may be negative into fen.
fn signed(text: &str) -> Option<i64> {
    match text.strip_prefix('-') {
        Some(digits) => yuan::parse(digits).map(|fen| -fen),
        None => yuan::parse(text),
    }
}
