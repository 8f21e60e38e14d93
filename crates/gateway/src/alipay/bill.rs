//! Bills of trades, to reconcile a day: ask where one can be had, download it within thirty seconds. Neither the file nor its address is
//! signed; the answer that names the address is, and nobody else is asked (Alipay, `alipay.data.dataservice.bill.downloadurl.query`).

use std::sync::Arc;

use http::Method;
use serde::{Deserialize, Serialize};

use super::reply::believed;
use super::{Alipay, USER_AGENT, bill_file, trade};
use crate::provider_time::BEIJING;
use crate::{Bill, BillDays, BillTicket, Bills, Call, CallContext, GatewayError, HttpRequest, HttpResponse, ProviderStatus};

/// Asks where a bill can be had.
pub const CALL: &str = "alipay.data.dataservice.bill.downloadurl.query";

const DAY: i64 = 24 * 3600;

/// Bills are made by ten in the morning; half an hour later nobody is in a hurry.
const MADE_AFTER: i64 = 10 * 3600 + 1800;

/// Says both of a bill that is not made yet and of a day on which nothing was traded.
const NONE: &str = "isp.bill_not_exist";

/// How long after it should be there a bill may still be on its way, seconds; then nothing was traded.
const PATIENCE: i64 = 5 * 3600;

#[derive(Serialize)]
struct BillContent {
    bill_type: &'static str,
    bill_date: String,
}

#[derive(Deserialize)]
struct Offer {
    bill_download_url: String,
}

impl Bills for Alipay {
    fn days(&self) -> BillDays {
        BillDays { zone: BEIJING, made_after: MADE_AFTER, kept_for: 90 * DAY }
    }

    fn is_being_made(&self, error: &GatewayError) -> bool {
        matches!(error, GatewayError::Busy { code, .. } if code == NONE)
    }

    fn trade_bill(&self, day: i64, at: &CallContext) -> Call<Option<BillTicket>> {
        let config = Arc::clone(&self.config);
        let made_until = self.days().begin(day) + DAY + MADE_AFTER + PATIENCE;
        let content = BillContent { bill_type: "trade", bill_date: BEIJING.date(day) };
        Call::new(self.request(CALL, None, &content, at), move |reply, at| {
            let offer: Offer = match believed(&config, CALL, reply) {
                Err(GatewayError::Refused { code, .. }) if code == NONE && at.now >= made_until => return Ok(None),
                Err(GatewayError::Refused { status, code, .. }) if code == NONE => return Err(GatewayError::Busy { status, code }),
                other => other?,
            };
            let url = safe(&offer.bill_download_url, &config.base_url).ok_or(GatewayError::Unreadable { what: "bill_download_url" })?;
            Ok(Some(BillTicket { target: url, digest: String::new() }))
        })
    }

    fn download_bill(&self, ticket: &BillTicket, _at: &CallContext) -> Call<Bill> {
        let headers = vec![("user-agent", USER_AGENT.to_owned())];
        let request = HttpRequest { method: Method::GET, url: ticket.target.clone(), headers, body: Vec::new() };
        Call::new(request, |reply, _| downloaded(reply))
    }

    fn query_transaction(&self, transaction_id: &str, at: &CallContext) -> Call<ProviderStatus> {
        let (config, id) = (Arc::clone(&self.config), transaction_id.to_owned());
        let request = self.request(trade::QUERY, None, &trade::query_content_of(&id), at);
        Call::new(request, move |reply, _| trade::queried_by_trade_no(&config, &id, reply))
    }
}

fn downloaded(reply: &HttpResponse) -> Result<Bill, GatewayError> {
    match reply.status.as_u16() {
        200 => bill_file::read(&reply.body),
        status @ (408 | 425 | 429 | 500..=599) => Err(GatewayError::Busy { status, code: String::new() }),
        _ => Err(GatewayError::Unreadable { what: "status" }),
    }
}

/// The address of a bill, where it is one that Alipay has: what names shoppers is asked for over TLS, although addresses begin with
/// `http:` in the provider's examples.
fn safe(url: &str, base_url: &str) -> Option<String> {
    if url.strip_prefix(base_url).is_some_and(|rest| rest.starts_with('/')) {
        return Some(url.to_owned());
    }
    let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"))?;
    let secure = format!("https://{rest}");
    let parsed = url::Url::parse(&secure).ok()?;
    let is_alipay = parsed.host_str()?.ends_with(".alipay.com") && parsed.port().is_none() && parsed.username().is_empty();
    is_alipay.then_some(secure)
}

#[cfg(test)]
mod tests {
    use super::safe;

    #[test]
    fn bills_come_from_alipay_and_over_tls() {
        let base = "http://127.0.0.1:8081";
        let told = |url: &str| safe(url, base);
        let bill = "//dwbillcenter.alipay.com/downloadBillFile.resource?fileId=1";
        assert_eq!(told(&format!("http:{bill}")), Some(format!("https:{bill}")));
        assert_eq!(
            told("http://127.0.0.1:8081/downloadBillFile.resource?fileId=1").as_deref(),
            Some("http://127.0.0.1:8081/downloadBillFile.resource?fileId=1")
        );
        for url in [
            "http://127.0.0.1:80810/x",
            "https://dwbillcenter.alipay.com.evil.example/x",
            "https://evilalipay.com/x",
            "https://a@b.alipay.com/x",
            "https://b.alipay.com:8443/x",
            "ftp://dwbillcenter.alipay.com/x",
            "/x",
        ] {
            assert_eq!(told(url), None, "{url}");
        }
    }
}
