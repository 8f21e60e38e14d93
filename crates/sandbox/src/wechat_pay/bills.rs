//! Bills of a day: put together from the book, kept for five minutes under a token, handed out unsigned.

use axum::body::Body;
use axum::http::{HeaderValue, Response, header};
use gateway::wechat_pay::server::{BillQuery, BillRow, ErrorReply, RefundState, parse_form};

use super::order::Order;
use super::orders::OfferedBill;
use super::server::WechatPay;
use crate::random::word;

const DAY: i64 = 24 * 3600;

/// How long a bill can be downloaded, in seconds.
const OFFER_LIFE: i64 = 5 * 60;

/// What WeChat Pay takes of each payment, ten thousandths.
const FEE_RATE: i64 = 60;

/// Another application of the same merchant.
const OTHER_APPLICATION: &str = "wx00000000000other";

/// How a bill is written: the lines of the day, where it can be had, and under which token.
type Writer = fn(&[BillRow<'_>], &str, &str) -> (Vec<u8>, Vec<u8>);

/// Puts a bill together and answers the offer of it.
pub(super) fn offer(server: &WechatPay, question: BillQuery, write: Writer, now: i64) -> Result<Vec<u8>, ErrorReply> {
    let mut orders = server.orders();
    let token = word::<32>(&server.env.random);
    let faults = server.env.faults();
    let (file, offer) = {
        let mut rows = rows(server, orders.book.all(), question);
        if faults.busy_bill && question.payments {
            rows.extend(neighbours(server, question.day));
            rows.sort_by_key(|row| row.at);
        }
        if rows.is_empty() {
            return Err(ErrorReply::new(400, "NO_STATEMENT_EXIST", "账单文件不存在"));
        }
        write(&rows, &server.env.base_url, &token)
    };
    let file = if question.gzip { gzip(&file) } else { file };
    orders.offer_bill(token, OfferedBill { until: now.saturating_add(OFFER_LIFE), file });
    Ok(offer)
}

/// The file behind a token, while it can be had.
pub(super) fn download(server: &WechatPay, query: Option<&str>, now: i64) -> Result<Vec<u8>, ErrorReply> {
    let pairs = parse_form(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    let token = pairs.into_iter().find_map(|(name, value)| (name == "token").then_some(value));
    let token = token.ok_or_else(|| ErrorReply::parameter("缺少token"))?;
    let orders = server.orders();
    let offered = orders.offered_bill(&token).filter(|offered| now < offered.until);
    offered.map(|offered| offered.file.clone()).ok_or_else(|| ErrorReply::new(400, "INVALID_REQUEST", "账单下载链接已失效"))
}

/// The answer with a file, which carries no signature.
pub(super) fn unsigned(file: Vec<u8>) -> Response<Body> {
    let mut response = Response::new(Body::from(file));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    response
}

fn rows<'a>(server: &'a WechatPay, orders: impl Iterator<Item = &'a Order>, question: BillQuery) -> Vec<BillRow<'a>> {
    let within = |at: i64| (question.day..question.day.saturating_add(DAY)).contains(&at);
    let mut rows = Vec::new();
    for order in orders {
        let Some(payment) = order.payment() else { continue };
        let paid = BillRow {
            at: payment.paid_at,
            appid: &server.keys.merchant.appid,
            mchid: &server.keys.merchant.mchid,
            transaction_id: &payment.transaction_id,
            out_trade_no: &order.request.out_trade_no,
            openid: &payment.openid,
            trade_type: order.request.surface.trade_type(),
            description: &order.request.description,
            attach: &order.request.attach,
            state: "SUCCESS",
            total: order.request.total,
            refund: None,
            fee_rate: FEE_RATE,
        };
        if question.payments && within(paid.at) {
            rows.push(paid);
        }
        let refunds = order.refunds.iter().map(|refund| order.refund_view(refund, paid.mchid, payment, i64::MAX));
        for refund in refunds.filter(|refund| question.refunds && within(refund.created_at)) {
            let state = match refund.state {
                RefundState::Processing => "PROCESSING",
                RefundState::Success => "SUCCESS",
                RefundState::Closed => "FAIL",
                RefundState::Abnormal => "CHANGE",
            };
            rows.push(BillRow {
                at: refund.created_at,
                refund: Some((refund.refund_id, refund.out_refund_no, refund.refund, state)),
                ..paid
            });
        }
    }
    rows.sort_by_key(|row| row.at);
    rows
}

/// What else stands in the bill of a merchant number that others use as well: another application's orders, whose names nobody made
/// safe, a counter's, one of them called back, and rows of states and texts that no program foresees.
fn neighbours(server: &WechatPay, day: i64) -> impl Iterator<Item = BillRow<'_>> {
    let (own, counter) = (server.keys.merchant.appid.as_str(), "MICROPAY");
    let names = [
        (OTHER_APPLICATION, "20260101-77", "JSAPI", "SUCCESS", "Noodles\nwith `chili`,`hot`"),
        (own, "POS-0001", counter, "SUCCESS", "Lunch"),
        (own, "POS-0001", counter, "REVOKED", "Lunch"),
        (own, "POS-0002", counter, "SETTLED", "Dinner"),
        (own, "POS-0003", counter, "SUCCESS", "Tea for\n`2026-01-01 08:00:00,`two"),
    ];
    names.into_iter().zip(0..).map(move |((appid, out_trade_no, trade_type, state, description), at)| BillRow {
        at: day + 12 * 3600 + at,
        appid,
        mchid: &server.keys.merchant.mchid,
        transaction_id: "4200009999202601010000000000",
        out_trade_no,
        openid: "oNeighbour",
        trade_type,
        description,
        attach: "",
        state,
        total: 900,
        refund: None,
        fee_rate: FEE_RATE,
    })
}

/// Bytes as gzip without compression (RFC 1952 around the stored blocks of RFC 1951, 3.2.4).
fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut file = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let blocks: Vec<&[u8]> = bytes.chunks(usize::from(u16::MAX)).collect();
    for (index, block) in blocks.iter().enumerate() {
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        file.push(u8::from(index + 1 == blocks.len()));
        file.extend(length.to_le_bytes());
        file.extend((!length).to_le_bytes());
        file.extend_from_slice(block);
    }
    file.extend(crc32(bytes).to_le_bytes());
    file.extend(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_le_bytes());
    file
}

fn crc32(bytes: &[u8]) -> u32 {
    let bit = |crc: u32| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| bit(crc)))
}
