//! Trade bills, to reconcile a day: ask for one, download it, prove it by its digest. The file itself is not signed; the answer that
//! tells its digest is. What the file says is read in `bill_file.rs`. WeChat Pay v3, bills.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use http::Method;
use serde::Deserialize;

use super::{Config, WechatPay, bill_file, reply, transaction};
use crate::provider_time::BEIJING;
use crate::{Bill, BillDays, BillTicket, Bills, Call, CallContext, GatewayError, HttpResponse, ProviderStatus};

/// Path of downloads; clients exempt only this one from signed answers.
pub(super) const FILE_PATH: &str = "/v3/billdownload/file?token=";

/// Says of a bill that it will be there later.
const CREATING: &str = "STATEMENT_CREATING";

#[derive(Deserialize)]
struct Offer {
    hash_type: String,
    hash_value: String,
    download_url: String,
}

impl Bills for WechatPay {
    /// Made at ten in the morning, and half an hour in which nobody is in a hurry; kept for three months.
    fn days(&self) -> BillDays {
        BillDays { zone: BEIJING, made_after: 10 * 3600 + 1800, kept_for: 90 * 86_400 }
    }

    fn is_being_made(&self, error: &GatewayError) -> bool {
        matches!(error, GatewayError::Busy { code, .. } if code == CREATING)
    }

    fn trade_bill(&self, day: i64, at: &CallContext) -> Call<Option<BillTicket>> {
        let config = Arc::clone(&self.config);
        let target = format!("/v3/bill/tradebill?bill_date={}&bill_type=ALL", BEIJING.date(day));
        Call::new(self.request(Method::GET, &target, Vec::new(), at), move |reply, at| offered(&config, reply, at))
    }

    fn download_bill(&self, ticket: &BillTicket, at: &CallContext) -> Call<Bill> {
        let (config, digest) = (Arc::clone(&self.config), ticket.digest.clone());
        Call::new(self.request(Method::GET, &ticket.target, Vec::new(), at), move |reply, at| {
            if reply.status != 200 {
                return reply::believed(&config, reply, at.now).and(Err(GatewayError::Unreadable { what: "status" }));
            }
            if sha1(&reply.body) != digest {
                return Err(GatewayError::BadSignature { id: "hash_value".to_owned() });
            }
            bill_file::read(&String::from_utf8_lossy(&reply.body), &config.mchid, &config.appid)
        })
    }

    fn query_transaction(&self, transaction_id: &str, at: &CallContext) -> Call<ProviderStatus> {
        let (config, id) = (Arc::clone(&self.config), transaction_id.to_owned());
        let target = format!("/v3/pay/transactions/id/{}?mchid={}", super::path_segment(&id), config.mchid);
        let request = self.request(Method::GET, &target, Vec::new(), at);
        Call::new(request, move |reply, at| transaction::queried(&config, reply, at.now, |transaction| transaction.is_money(&id)))
    }
}

/// Reads where a bill can be had; `None` if nothing was traded.
fn offered(config: &Config, reply: &HttpResponse, at: &CallContext) -> Result<Option<BillTicket>, GatewayError> {
    let body = match reply::believed(config, reply, at.now) {
        Err(GatewayError::Refused { code, .. }) if code == "NO_STATEMENT_EXIST" => return Ok(None),
        Err(GatewayError::Refused { status, code, .. }) if code == CREATING => {
            return Err(GatewayError::Busy { status, code });
        }
        other => other?,
    };
    let offer: Offer = reply::read(body, "bill")?;
    let unreadable = |what| GatewayError::Unreadable { what };
    // The next request carries our signature, so it goes nowhere else.
    let target = offer.download_url.strip_prefix(&config.base_url).filter(|target| target.starts_with(FILE_PATH));
    let target = target.ok_or(unreadable("download_url"))?.to_owned();
    match offer.hash_type.as_str() {
        "SHA1" => Ok(Some(BillTicket { target, digest: offer.hash_value.to_ascii_lowercase() })),
        _ => Err(unreadable("hash_type")),
    }
}

/// SHA-1 in hex: what the provider offers, over a signed channel.
pub(super) fn sha1(bytes: &[u8]) -> String {
    hex::encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, bytes))
}
