//! Trade bills: offered under a signature, downloaded without one, proved by the digest.

use gateway::wechat_pay::server::{BillRow, bill_file, check_bill_query, older_bill_file};
use gateway::{Bill, BillEntry, BillKind, BillTicket, Bills as _};
use gateway::{Family, GatewayError, HttpResponse, ProviderStatus};
use http::{HeaderMap, StatusCode};

use crate::vectors::{Vectors, load};

const BASE: &str = "https://api.mch.weixin.qq.com";

fn file(vectors: &Vectors) -> (Vec<u8>, Vec<u8>) {
    let paid = BillRow {
        at: vectors.timestamp,
        appid: &vectors.appid,
        mchid: &vectors.mchid,
        transaction_id: "4200000000202601010000000001",
        out_trade_no: "ORDER-1",
        openid: "o1",
        trade_type: "NATIVE",
        description: "tea, green and black",
        attach: "",
        state: "SUCCESS",
        total: 101,
        refund: None,
        fee_rate: 0,
    };
    let refunded = BillRow { at: vectors.timestamp + 60, refund: Some(("503000", "ref_1", 30, "SUCCESS")), ..paid };
    bill_file(&[paid, refunded], BASE, "abc")
}

fn offered(vectors: &Vectors, body: &[u8]) -> Result<Option<BillTicket>, GatewayError> {
    let reply = HttpResponse { status: StatusCode::OK, headers: vectors.signed(body), body: body.to_vec() };
    vectors.gateway().trade_bill(0, &vectors.moment()).read(&reply, &vectors.moment())
}

fn unsigned(body: Vec<u8>) -> HttpResponse {
    HttpResponse { status: StatusCode::OK, headers: HeaderMap::new(), body }
}

#[test]
fn a_bill_is_read_line_by_line_with_commas_inside_of_names() {
    let vectors = load();
    let gateway = vectors.gateway();
    assert!(gateway.trade_bill(vectors.timestamp, &vectors.moment()).into_request().url.ends_with("?bill_date=2026-01-01&bill_type=ALL"));
    let (file, offer) = file(&vectors);
    let ticket = offered(&vectors, &offer).unwrap().unwrap();
    assert_eq!(gateway.download_bill(&ticket, &vectors.moment()).into_request().url, format!("{BASE}/v3/billdownload/file?token=abc"));
    let bill = gateway.download_bill(&ticket, &vectors.moment()).read(&unsigned(file), &vectors.moment()).unwrap();
    let paid = BillEntry {
        at: vectors.timestamp,
        payment_id: "ORDER-1".to_owned(),
        transaction_id: "4200000000202601010000000001".to_owned(),
        currency: "CNY".to_owned(),
        kind: BillKind::Paid { amount: 101 },
        fee: 0,
    };
    let kind =
        BillKind::Refunded { refund_id: "ref_1".to_owned(), amount: 30, is_done: true, is_failed: false, state: "SUCCESS".to_owned() };
    assert_eq!(bill.entries, [paid.clone(), BillEntry { at: vectors.timestamp + 60, kind, ..paid }]);
}

#[test]
fn another_file_than_the_offered_one_is_forged() {
    let vectors = load();
    let (file, offer) = file(&vectors);
    let ticket = offered(&vectors, &offer).unwrap().unwrap();
    let dearer = String::from_utf8(file).unwrap().replace("`1.01", "`9.99").into_bytes();
    let error = vectors.gateway().download_bill(&ticket, &vectors.moment()).read(&unsigned(dearer), &vectors.moment()).unwrap_err();
    assert_eq!(error.family(), Family::Forged);
}

#[test]
fn our_signature_goes_to_the_provider_only_and_no_cut_file_is_a_bill() {
    let vectors = load();
    let (file, offer) = file(&vectors);
    let elsewhere = String::from_utf8(offer.clone()).unwrap().replace(BASE, "https://api.mch.weixin.qq.com.evil.example");
    assert_eq!(offered(&vectors, elsewhere.as_bytes()), Err(GatewayError::Unreadable { what: "download_url" }));
    // Cut by the provider itself, so that the digest fits.
    let text = String::from_utf8(file).unwrap();
    let cut = text.lines().enumerate().filter(|(index, _)| *index != 1).map(|(_, line)| format!("{line}\r\n")).collect::<String>();
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY, cut.as_bytes());
    let digest: String = digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    let mut offer: serde_json::Value = serde_json::from_slice(&offer).unwrap();
    offer["hash_value"] = digest.into();
    let ticket = offered(&vectors, offer.to_string().as_bytes()).unwrap().unwrap();
    let error =
        vectors.gateway().download_bill(&ticket, &vectors.moment()).read(&unsigned(cut.into_bytes()), &vectors.moment()).unwrap_err();
    assert_eq!(error, GatewayError::Unreadable { what: "bill" });
}

/// What a bill of those rows says, after the file was changed.
fn said(rows: &[BillRow<'_>], change: impl Fn(String) -> String) -> Result<Bill, GatewayError> {
    let vectors = load();
    let (file, offer) = bill_file(rows, BASE, "abc");
    let changed = change(String::from_utf8(file).unwrap());
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY, changed.as_bytes());
    let digest: String = digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    let mut offer: serde_json::Value = serde_json::from_slice(&offer).unwrap();
    offer["hash_value"] = digest.into();
    let ticket = offered(&vectors, offer.to_string().as_bytes()).unwrap().unwrap();
    vectors.gateway().download_bill(&ticket, &vectors.moment()).read(&unsigned(changed.into_bytes()), &vectors.moment())
}

fn row<'a>(vectors: &'a Vectors, out_trade_no: &'a str, description: &'a str) -> BillRow<'a> {
    BillRow {
        at: vectors.timestamp,
        appid: &vectors.appid,
        mchid: &vectors.mchid,
        transaction_id: "4200000000202601010000000001",
        out_trade_no,
        openid: "o1",
        trade_type: "NATIVE",
        description,
        attach: "",
        state: "SUCCESS",
        total: 101,
        refund: None,
        fee_rate: 0,
    }
}

#[test]
fn what_it_takes_and_what_it_gives_back_of_that_is_read_as_it_is_written() {
    let vectors = load();
    let paid = BillRow { total: 1_250, fee_rate: 60, ..row(&vectors, "ORDER-1", "tea") };
    let refunded = BillRow { refund: Some(("503000", "ref_1", 250, "SUCCESS")), ..paid };
    let fees = |file: Result<Bill, GatewayError>| file.unwrap().entries.iter().map(|entry| entry.fee).collect::<Vec<_>>();
    assert_eq!(fees(said(&[paid, refunded], |file| file)), [8, -2], "half a fen is one");
    let written = |file: String| {
        assert!(file.contains("`0.08000,`0.60%,`") && file.contains("`-0.02000,`0.60%,`") && file.contains("`0.00,`0.06000,`"), "{file}");
        file
    };
    assert_eq!(fees(said(&[paid, refunded], written)), [8, -2]);
}

#[test]
fn names_with_line_feeds_and_what_ends_a_cell_are_read_over() {
    let vectors = load();
    let names = ["a\nb", "a\r\n`b`", "a,`b,`c", "\n", "a,`\nb", "x\n\ny", "总交易单数", "\n总交易单数,应结订单总金额\n`1,`1.00"];
    let rows: Vec<_> = names.iter().map(|name| row(&vectors, "ORDER-1", name)).collect();
    let bill = said(&rows, |file| file).unwrap();
    assert_eq!((bill.entries.len(), bill.others, bill.set_aside.len()), (8, 0, 0), "{:?}", bill.set_aside);
    assert!(bill.entries.iter().all(|entry| entry.kind == BillKind::Paid { amount: 101 } && entry.payment_id == "ORDER-1"));
    let attached = BillRow { attach: "order\n7,`8", ..row(&vectors, "ORDER-1", "tea") };
    assert_eq!(said(&[attached], |file| file).unwrap().entries.len(), 1);
}

#[test]
fn an_odd_row_is_set_aside_with_its_line_and_the_rest_is_read() {
    let vectors = load();
    let three = [row(&vectors, "ORDER-1", "tea"), row(&vectors, "ORDER-2", "cup"), row(&vectors, "ORDER-3", "pot")];
    let odd: [fn(String) -> String; 4] = [
        |file| file.replace("`ORDER-2,`o1,`NATIVE,`SUCCESS,`OTHERS,`CNY,`1.01", "`ORDER-2,`o1,`NATIVE,`SUCCESS,`OTHERS,`CNY").to_owned(),
        |file| file.replacen(",`101", "", 0).replace("cup,`,`0.00000,`0.00%,`1.01", "cup,`,`0.00000,`0.00%,`1,01"),
        |file| file.replace("cup", "cup\n`2026-01-01 08:00:00,`"),
        |file| file.replace("`ORDER-2", "`ORDER-2,`"),
    ];
    for (at, change) in odd.into_iter().enumerate() {
        let bill = said(&three, change).unwrap();
        let read: Vec<_> = bill.entries.iter().map(|entry| entry.payment_id.as_str()).filter(|id| *id != "ORDER-2").collect();
        assert_eq!(read, ["ORDER-1", "ORDER-3"], "{at}");
        assert!(at == 3 || bill.set_aside[0].line == 3, "{at}: {:?}", bill.set_aside);
    }
}

#[test]
fn what_is_anothers_is_counted_and_a_state_that_nobody_foresees_is_named() {
    let vectors = load();
    let other = BillRow { appid: "wx_other", ..row(&vectors, "X\n1", "`,`\n`") };
    let counter = BillRow { state: "REVOKED", ..row(&vectors, "POS-1", "Lunch") };
    let bill = said(&[row(&vectors, "ORDER-1", "tea"), other, counter], |file| file).unwrap();
    let kinds: Vec<_> = bill.entries.iter().map(|entry| &entry.kind).collect();
    assert_eq!(kinds, [&BillKind::Paid { amount: 101 }, &BillKind::Other { state: "REVOKED".to_owned() }]);
    assert_eq!(bill.others, 1);
}

#[test]
fn the_older_header_is_read_and_one_without_what_is_needed_is_not() {
    let vectors = load();
    let refunded = BillRow { refund: Some(("503000", "ref_1", 30, "SUCCESS")), ..row(&vectors, "ORDER-1", "tea") };
    let (file, offer) = older_bill_file(&[row(&vectors, "ORDER-1", "tea"), refunded], BASE, "abc");
    assert!(String::from_utf8_lossy(&file).starts_with("交易时间,公众账号ID,商户号,子商户号,"));
    let ticket = offered(&vectors, &offer).unwrap().unwrap();
    let bill = vectors.gateway().download_bill(&ticket, &vectors.moment()).read(&unsigned(file), &vectors.moment()).unwrap();
    let kinds: Vec<_> = bill.entries.iter().map(|entry| entry.kind.clone()).collect();
    let returned =
        BillKind::Refunded { refund_id: "ref_1".to_owned(), amount: 30, is_done: true, is_failed: false, state: "SUCCESS".to_owned() };
    assert_eq!(kinds, [BillKind::Paid { amount: 101 }, returned]);
    let nameless = said(&[row(&vectors, "ORDER-1", "tea")], |file| file.replacen("交易状态", "状态", 1));
    assert_eq!(nameless, Err(GatewayError::Unreadable { what: "header of the bill" }));
    let newer =
        said(&[row(&vectors, "ORDER-1", "tea")], |file| file.replacen("费率备注", "费率备注,新列", 1).replace(",`\r\n总", ",`,`x\r\n总"));
    assert_eq!(newer.unwrap().entries.len(), 1, "a column more does no harm");
}

#[test]
fn a_quiet_day_has_no_bill_and_an_early_morning_has_it_later() {
    let vectors = load();
    let refused = |code: &str| {
        let body = serde_json::json!({ "code": code, "message": "" }).to_string().into_bytes();
        vectors
            .gateway()
            .trade_bill(0, &vectors.moment())
            .read(&HttpResponse { status: StatusCode::BAD_REQUEST, headers: HeaderMap::new(), body }, &vectors.moment())
    };
    assert_eq!(refused("NO_STATEMENT_EXIST"), Ok(None));
    assert_eq!(refused("STATEMENT_CREATING").unwrap_err().family(), Family::Transient);
    assert_eq!(refused("INVALID_REQUEST").unwrap_err().family(), Family::Refused);
}

#[test]
fn days_are_judged_by_beijings_clock() {
    // 2026-01-01 08:00 in Beijing.
    let now = 1_767_225_600;
    let code = |query: &str, now| check_bill_query(Some(query), now).map(|_| ()).map_err(|refusal| refusal.code);
    assert_eq!(code("bill_date=2025-12-30", now), Ok(()));
    assert_eq!(code("bill%5Fdate=2025%2D12%2D30&bill_type=A%4CL", now), Ok(()));
    assert_eq!(code("bill_date=2025-12-31", now), Err("STATEMENT_CREATING"));
    assert_eq!(code("bill_date=2025-12-31&tar_type=GZIP&bill_type=REFUND", now + 2 * 3600), Ok(()));
    assert_eq!(code("bill_date=2026-01-01", now), Err("INVALID_REQUEST"));
    assert_eq!(code("bill_date=2025-09-01", now), Err("INVALID_REQUEST"));
    for bad in ["", "bill_date=20251230", "bill_date=2025-12-30&bill_type=SOME", "bill_date=2025-12-30&x=1"] {
        assert_eq!(code(bad, now), Err("PARAM_ERROR"), "{bad}");
    }
}

#[test]
fn money_is_asked_for_by_the_providers_own_id_of_it() {
    let vectors = load();
    let (gateway, at) = (vectors.gateway(), vectors.moment());
    let asked = gateway.query_transaction("4200000000202601010000000001", &at).into_request();
    let target = format!("{BASE}/v3/pay/transactions/id/4200000000202601010000000001?mchid={}", vectors.mchid);
    assert_eq!((asked.method.as_str(), asked.url, asked.body), ("GET", target, Vec::new()));
    let transaction = crate::client::transaction();
    let money = transaction["transaction_id"].as_str().unwrap().to_owned();
    let reply = crate::client::reply(&vectors, 200, transaction.to_string().as_bytes());
    let Ok(ProviderStatus::Paid(paid)) = gateway.query_transaction(&money, &at).read(&reply, &at) else { panic!("not paid") };
    assert_eq!(paid.transaction_id, money);
    let other = gateway.query_transaction("4200000000202601019999999999", &at).read(&reply, &at);
    assert!(matches!(other, Err(GatewayError::NotOurs { what: "transaction_id", .. })), "{other:?}");
    let unknown = HttpResponse {
        status: StatusCode::NOT_FOUND,
        headers: HeaderMap::new(),
        body: br#"{"code":"ORDER_NOT_EXIST","message":""}"#.to_vec(),
    };
    assert_eq!(gateway.query_transaction(&money, &at).read(&unknown, &at), Ok(ProviderStatus::Unknown));
}
