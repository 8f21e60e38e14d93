//! Bills of trades: an address under a signature, a zip behind it without one.

use std::io::{Cursor, Write as _};

use encoding_rs::GBK;
use gateway::alipay::server::{BillRow, bill_file};
use gateway::{Bill, BillEntry, BillKind, BillTicket, Bills as _, Family, GatewayError, HttpResponse, ProviderStatus};
use http::{HeaderMap, StatusCode};

use crate::client::{PAYMENT, QUERY};
use crate::vectors::{Vectors, load};

const OFFER: &str = "alipay_data_dataservice_bill_downloadurl_query";
const NUMBER: &str = "pay__0123456789abcdefghij_dB";
const TRADE: &str = "2026010122001400001400000001";
const DAY: i64 = 86_400;

fn row(vectors: &Vectors, subject: &str) -> BillRow {
    BillRow {
        trade_no: TRADE.to_owned(),
        out_trade_no: NUMBER.to_owned(),
        kind: "交易",
        subject: subject.to_owned(),
        created_at: vectors.timestamp,
        at: vectors.timestamp + 5,
        amount: 10_000,
        out_request_no: String::new(),
        fee: BillRow::fee_of(10_000, 60),
    }
}

fn refund(vectors: &Vectors) -> BillRow {
    let (amount, at) = (-2500, vectors.timestamp + 60);
    BillRow { kind: "退款", at, amount, out_request_no: "ref_1".to_owned(), fee: BillRow::fee_of(amount, 60), ..row(vectors, "绿茶") }
}

fn zip(rows: &[BillRow]) -> Vec<u8> {
    bill_file(rows, "2088000000000002", 1_767_196_800, 1_767_300_000)
}

/// A zip of one table, in GBK.
fn zip_of(table: &str) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("业务明细.csv", zip::write::SimpleFileOptions::default()).unwrap();
    archive.write_all(&GBK.encode(table).0).unwrap();
    archive.finish().unwrap().into_inner()
}

/// The table inside of the bill of those rows.
fn table(rows: &[BillRow]) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(zip(rows))).unwrap();
    let mut bytes = Vec::new();
    std::io::copy(&mut archive.by_index(1).unwrap(), &mut bytes).unwrap();
    GBK.decode(&bytes).0.into_owned()
}

fn read(file: Vec<u8>) -> Result<Bill, GatewayError> {
    let vectors = load();
    let url = "https://alipay.example/downloadBillFile.resource?fileId=1";
    let ticket =
        offered(&vectors, &format!("{{\"code\":\"10000\",\"msg\":\"Success\",\"bill_download_url\":\"{url}\"}}"), 0).unwrap().unwrap();
    let call = vectors.gateway().download_bill(&ticket, &vectors.at());
    let reply = HttpResponse { status: StatusCode::OK, headers: HeaderMap::new(), body: file };
    call.read(&reply, &vectors.at())
}

/// The answer to the question for the bill of the day of the vectors, so many seconds after its end.
fn offered(vectors: &Vectors, node: &str, after: i64) -> Result<Option<BillTicket>, GatewayError> {
    let day = vectors.gateway().days().begin(vectors.timestamp);
    let at = gateway::CallContext { now: day + DAY + after, ..vectors.at() };
    vectors.gateway().trade_bill(vectors.timestamp, &at).read(&vectors.reply(OFFER, node), &at)
}

#[test]
fn a_bill_is_read_row_by_row_with_what_alipay_takes() {
    let vectors = load();
    let bill = read(zip(&[row(&vectors, "绿茶"), refund(&vectors)])).unwrap();
    let paid = BillEntry {
        at: vectors.timestamp + 5,
        payment_id: PAYMENT.to_owned(),
        transaction_id: TRADE.to_owned(),
        currency: "CNY".to_owned(),
        kind: BillKind::Paid { amount: 10_000 },
        fee: 60,
    };
    let kind =
        BillKind::Refunded { refund_id: "ref_1".to_owned(), amount: 2500, is_done: true, is_failed: false, state: "退款".to_owned() };
    assert_eq!(bill.entries, [paid.clone(), BillEntry { at: vectors.timestamp + 60, kind, fee: -15, ..paid }]);
    assert_eq!((bill.others, bill.set_aside.len()), (0, 0));
}

#[test]
fn names_with_commas_and_line_feeds_are_read_over_and_an_odd_row_hides_no_other() {
    let vectors = load();
    for subject in ["Tea, green, black", "Tea\r\nfor two", "\"Tea\", quoted", ""] {
        let bill = read(zip(&[row(&vectors, subject), refund(&vectors)])).unwrap();
        assert_eq!((bill.entries.len(), bill.entries[0].kind.clone()), (2, BillKind::Paid { amount: 10_000 }), "{subject}");
    }
    let odd = BillRow { kind: "分账", ..row(&vectors, "share") };
    let bill = read(zip(&[odd, row(&vectors, "绿茶")])).unwrap();
    assert_eq!(bill.entries[0].kind, BillKind::Other { state: "分账".to_owned() });
    let text = table(&[row(&vectors, "绿茶"), refund(&vectors)]);
    for (from, to) in [(",100.00,", ",1e2,"), (",100.00,", ",-100.00,"), ("2026-01-01 08:00:05", "yesterday")] {
        assert!(text.contains(from), "{from} in {text}");
        let bill = read(zip_of(&text.replacen(from, to, 1))).unwrap();
        assert_eq!((bill.entries.len(), bill.set_aside.len()), (1, 1), "{to}");
    }
}

#[test]
fn a_cut_bill_is_none_and_so_is_what_is_no_zip_of_it() {
    let vectors = load();
    let text = table(&[row(&vectors, "绿茶"), refund(&vectors)]);
    let unreadable = Err(GatewayError::Unreadable { what: "bill" });
    let row_gone: String = text.lines().filter(|line| !line.contains("ref_1")).map(|line| format!("{line}\r\n")).collect();
    assert_eq!(read(zip_of(&row_gone)), unreadable);
    let end_gone = text.split_once("#交易合计").unwrap().0;
    assert_eq!(read(zip_of(end_gone)), unreadable);
    assert_eq!(read(b"<html>gone</html>".to_vec()), unreadable);
    assert_eq!(read(zip_of("a,b\r\n1,2\r\n")), unreadable);
    let file = zip(&[row(&vectors, "绿茶")]);
    assert_eq!(read(file[..file.len() / 2].to_vec()), unreadable);
    let header = text.replacen("服务费（元）", "服务", 1);
    assert_eq!(read(zip_of(&header)), Err(GatewayError::Unreadable { what: "header of the bill" }));
    let narrow = text.replace('（', "(").replace('）', ")");
    assert_eq!(read(zip_of(&narrow)).unwrap().entries.len(), 2, "brackets of the other width");
}

#[test]
fn no_bill_means_that_it_is_being_made_and_later_that_nothing_was_traded() {
    let vectors = load();
    let none = r#"{"code":"40004","msg":"Business Failed","sub_code":"isp.bill_not_exist","sub_msg":"账单不存在"}"#;
    let early = offered(&vectors, none, 11 * 3600).unwrap_err();
    assert!(vectors.gateway().is_being_made(&early) && early.family() == Family::Transient);
    assert_eq!(offered(&vectors, none, 16 * 3600), Ok(None));
    let elsewhere = r#"{"code":"10000","msg":"Success","bill_download_url":"https://evil.example/downloadBillFile.resource?fileId=1"}"#;
    assert_eq!(offered(&vectors, elsewhere, 11 * 3600), Err(GatewayError::Unreadable { what: "bill_download_url" }));
}

#[test]
fn money_of_a_bill_is_asked_for_by_alipays_own_number() {
    let vectors = load();
    let node = |trade_no: &str| {
        format!(
            "{{\"code\":\"10000\",\"msg\":\"Success\",\"trade_no\":\"{trade_no}\",\"out_trade_no\":\"{NUMBER}\",\"trade_status\":\
             \"TRADE_SUCCESS\",\"total_amount\":\"100.00\",\"send_pay_date\":\"2026-01-01 08:00:05\"}}"
        )
    };
    let asked = |trade_no: &str| {
        let call = vectors.gateway().query_transaction(TRADE, &vectors.at());
        call.read(&vectors.reply(QUERY, &node(trade_no)), &vectors.at())
    };
    let Ok(ProviderStatus::Paid(paid)) = asked(TRADE) else { panic!("not paid") };
    assert_eq!((paid.payment_id.as_str(), paid.amount, paid.transaction_id.as_str()), (PAYMENT, 10_000, TRADE));
    assert!(matches!(asked("2026010122001400001400000009"), Err(GatewayError::NotOurs { what: "trade_no", .. })));
}
