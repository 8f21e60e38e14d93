//! What a trade bill says. Its rows are those of the whole merchant number: of every application, of counters, of other programs. The
//! columns are found by their names, because some merchants get an older form; and a row that cannot be understood is set aside, so that
//! it hides no other (WeChat Pay v3, bills).

use crate::provider_time::BEIJING;
use crate::{Bill, BillEntry, BillKind, GatewayError, SetAside, decimal, yuan};

/// Every header of sums begins so.
const SUMS_BEGIN: &str = "总交易单数";

/// Begins a cell, and with a comma before it ends the one before.
const QUOTE: char = '`';

/// Where the columns are that we read, under whichever name.
struct Columns {
    count: usize,
    time: usize,
    appid: usize,
    mchid: usize,
    transaction: usize,
    payment: usize,
    state: usize,
    currency: usize,
    paid: usize,
    refund: usize,
    returned: usize,
    refund_status: usize,
    fee: usize,
    /// The last of the two columns that hold what a shop or another program wrote, whatever that is.
    last_free: usize,
}

impl Columns {
    fn find(header: &str) -> Option<Self> {
        let names: Vec<&str> = header.split(',').map(str::trim).collect();
        // The first name that is there: newer ones come first.
        let of = |wanted: &[&str]| wanted.iter().find_map(|wanted| names.iter().position(|name| name == wanted));
        Some(Self {
            count: names.len(),
            time: of(&["交易时间"])?,
            appid: of(&["公众账号ID"])?,
            mchid: of(&["商户号"])?,
            transaction: of(&["微信订单号"])?,
            payment: of(&["商户订单号"])?,
            state: of(&["交易状态"])?,
            currency: of(&["货币种类"])?,
            paid: of(&["订单金额", "总金额"])?,
            refund: of(&["商户退款单号"])?,
            returned: of(&["申请退款金额", "退款金额"])?,
            refund_status: of(&["退款状态"])?,
            fee: of(&["手续费"])?,
            last_free: of(&["商品名称"])?.max(of(&["商户数据包"])?),
        })
    }
}

/// A row of as many lines as the texts inside of it have.
struct Row {
    line: usize,
    text: String,
}

impl Row {
    /// The cells, of which those that a shop wrote may hold what ends a cell: columns before them are counted from the left, those behind
    /// from the right.
    fn cell(&self, columns: &Columns, at: usize) -> Option<&str> {
        let cells: Vec<&str> = self.text.strip_prefix(QUOTE)?.split(",`").collect();
        let more = cells.len().checked_sub(columns.count)?;
        cells.get(if at > columns.last_free { at + more } else { at }).copied()
    }

    fn is_whole(&self, columns: &Columns) -> bool {
        self.text.matches(",`").count() + 1 >= columns.count
    }
}

/// Header, rows, header of the sums, sums.
///
/// # Errors
/// `Unreadable` for a header that does not name what is needed, and for a file whose count of rows is wrong although all of them are
/// understood: a cut file is not taken for a quiet day.
pub(super) fn read(text: &str, mchid: &str, appid: &str) -> Result<Bill, GatewayError> {
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
    let (header, lines) = lines.split_first().unwrap_or((&"", &[]));
    let columns = Columns::find(header).ok_or(GatewayError::Unreadable { what: "header of the bill" })?;
    let mut bill = Bill::default();
    let mut rows: Vec<Row> = Vec::new();
    // The last line that begins so: what others wrote into a name may, too.
    let end = lines.iter().rposition(|text| text.starts_with(SUMS_BEGIN)).unwrap_or(lines.len());
    let counted = lines.get(end + 1).and_then(|sums| sums.strip_prefix(QUOTE)?.split(",`").next()?.parse::<usize>().ok());
    for (text, line) in lines[..end].iter().copied().zip(2..) {
        let goes_on = rows.last_mut().filter(|row| !begins_a_row(text) && !row.is_whole(&columns));
        match goes_on {
            Some(row) => row.text.extend(["\n", text]),
            None => rows.push(Row { line, text: text.to_owned() }),
        }
    }
    for row in &rows {
        match entry(row, &columns, mchid, appid) {
            Ok(Some(entry)) => bill.entries.push(entry),
            Ok(None) => bill.others += 1,
            Err(why) => bill.set_aside.push(SetAside { line: row.line, why }),
        }
    }
    if counted != Some(rows.len()) {
        if bill.set_aside.is_empty() {
            return Err(GatewayError::Unreadable { what: "bill" });
        }
        bill.set_aside.push(SetAside { line: 0, why: "the bill counts another number of rows than it has" });
    }
    Ok(bill)
}

/// Whether a line begins with a time: what a name with a line feed goes on with hardly ever does.
fn begins_a_row(line: &str) -> bool {
    let time = line.strip_prefix(QUOTE).and_then(|line| line.split(",`").next());
    time.is_some_and(|time| BEIJING.parse_plain(time).is_some())
}

/// What a row is about; `None` for another account's.
fn entry(row: &Row, columns: &Columns, mchid: &str, appid: &str) -> Result<Option<BillEntry>, &'static str> {
    let cell = |at| row.cell(columns, at).ok_or("it has another number of cells than the header");
    if cell(columns.mchid)? != mchid || cell(columns.appid)? != appid {
        return Ok(None);
    }
    let text = |at| cell(at).map(str::to_owned);
    let amount = |at| yuan::parse(cell(at)?).ok_or("its amount is none");
    let kind = match cell(columns.state)? {
        "SUCCESS" => BillKind::Paid { amount: amount(columns.paid)? },
        "REFUND" => {
            let state = text(columns.refund_status)?;
            let (refund_id, amount) = (text(columns.refund)?, amount(columns.returned)?);
            BillKind::Refunded { refund_id, amount, is_done: state == "SUCCESS", is_failed: state == "FAIL", state }
        }
        state => BillKind::Other { state: state.to_owned() },
    };
    let at = BEIJING.parse_plain(cell(columns.time)?).ok_or("its time is none")?;
    let (payment_id, transaction_id, currency) = (text(columns.payment)?, text(columns.transaction)?, text(columns.currency)?);
    let fee = fee(cell(columns.fee)?).ok_or("its fee is none")?;
    Ok(Some(BillEntry { at, payment_id, transaction_id, currency, kind, fee }))
}

/// Reads a fee of up to five decimals of a yuan into fen: half a fen is one. It is negative where some of it comes back.
fn fee(text: &str) -> Option<i64> {
    let thousandths = decimal::parse(text.trim_start_matches('-'), 5)?;
    let fen = (thousandths + 500) / 1000;
    Some(if text.starts_with('-') { -fen } else { fen })
}
