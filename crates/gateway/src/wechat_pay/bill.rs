//! Trade bills, to reconcile a day: ask for one, download it, prove it by its digest, read it. The file itself is
//! not signed; the answer that tells its digest is. WeChat Pay v3, A.7.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use serde::Deserialize;

use super::{WechatPay, reply, transaction};
use crate::{Bill, BillEntry, BillKind, BillTicket, Bills, GatewayError, HttpRequest, HttpResponse, Moment, ProviderStatus, beijing, yuan};

/// Path of downloads; clients exempt only this one from signed answers.
pub(super) const FILE_PATH: &str = "/v3/billdownload/file?token=";

/// The header of the bill of all trades.
pub(super) const COLUMNS: [&str; 27] = [
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
pub(super) const SUMS: &str = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额";

#[derive(Deserialize)]
struct Offer {
    hash_type: String,
    hash_value: String,
    download_url: String,
}

impl Bills for WechatPay {
    fn trade_bill(&self, day: i64, at: &Moment) -> HttpRequest {
        self.request("GET", &format!("/v3/bill/tradebill?bill_date={}&bill_type=ALL", beijing::date(day)), Vec::new(), at)
    }

    fn offered_bill(&self, reply: &HttpResponse, at: &Moment) -> Result<Option<BillTicket>, GatewayError> {
        let body = match reply::believed(&self.config, reply, at.now) {
            Err(GatewayError::Refused { code, .. }) if code == "NO_STATEMENT_EXIST" => return Ok(None),
            Err(GatewayError::Refused { status, code, .. }) if code == "STATEMENT_CREATING" => {
                return Err(GatewayError::Busy { status, code });
            }
            other => other?,
        };
        let offer: Offer = reply::read(body, "bill")?;
        let unreadable = |what| GatewayError::Unreadable { what };
        // The next request carries our signature, so it goes nowhere else.
        let target = offer.download_url.strip_prefix(&self.config.base_url).filter(|target| target.starts_with(FILE_PATH));
        let target = target.ok_or(unreadable("download_url"))?.to_owned();
        match offer.hash_type.as_str() {
            "SHA1" => Ok(Some(BillTicket { target, digest: offer.hash_value.to_ascii_lowercase() })),
            _ => Err(unreadable("hash_type")),
        }
    }

    fn download_bill(&self, ticket: &BillTicket, at: &Moment) -> HttpRequest {
        self.request("GET", &ticket.target, Vec::new(), at)
    }

    fn downloaded_bill(&self, ticket: &BillTicket, reply: &HttpResponse, at: &Moment) -> Result<Bill, GatewayError> {
        if reply.status != 200 {
            return reply::believed(&self.config, reply, at.now).and(Err(GatewayError::Unreadable { what: "status" }));
        }
        if sha1(&reply.body) != ticket.digest {
            return Err(GatewayError::BadSignature { id: "hash_value".to_owned() });
        }
        let text = std::str::from_utf8(&reply.body).ok();
        text.and_then(|text| read(text, &self.config.mchid)).ok_or(GatewayError::Unreadable { what: "bill" })
    }

    fn query_transaction(&self, transaction_id: &str, at: &Moment) -> HttpRequest {
        let target = format!("/v3/pay/transactions/id/{}?mchid={}", super::path_segment(transaction_id), self.config.mchid);
        self.request("GET", &target, Vec::new(), at)
    }

    fn queried_transaction(&self, transaction_id: &str, reply: &HttpResponse, at: &Moment) -> Result<ProviderStatus, GatewayError> {
        transaction::queried(&self.config, reply, at.now, |transaction| transaction.is_money(transaction_id))
    }
}

/// SHA-1 in hex: what the provider offers, over a signed channel.
pub(super) fn sha1(bytes: &[u8]) -> String {
    digest(&SHA1_FOR_LEGACY_USE_ONLY, bytes).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Header, lines, header of the sums, sums. The count has to be right, so that a cut file is not taken for a quiet day.
fn read(text: &str, mchid: &str) -> Option<Bill> {
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    if lines.next()? != COLUMNS.join(",") {
        return None;
    }
    let mut entries = Vec::new();
    for line in lines.by_ref() {
        if line == SUMS {
            let count: usize = cells(lines.next()?)?.first()?.parse().ok()?;
            return (count == entries.len()).then_some(Bill { entries });
        }
        entries.push(entry(&cells(line)?, mchid)?);
    }
    None
}

/// Every value has a back-quote before it, so that a comma inside of one does not end it.
fn cells(line: &str) -> Option<Vec<&str>> {
    Some(line.strip_prefix('`')?.split(",`").collect())
}

fn entry(cells: &[&str], mchid: &str) -> Option<BillEntry> {
    let cells: &[&str; COLUMNS.len()] = cells.try_into().ok()?;
    let text = |index: usize| cells[index].to_owned();
    let kind = match cells[9] {
        "SUCCESS" => BillKind::Paid { amount: yuan::parse(cells[24])? },
        "REFUND" => BillKind::Refunded { refund_id: text(15), amount: yuan::parse(cells[25])?, status: text(19) },
        _ => return None,
    };
    let entry = BillEntry { at: beijing::parse_plain(cells[0])?, payment_id: text(6), transaction_id: text(5), currency: text(11), kind };
    (cells[2] == mchid).then_some(entry)
}
