//! Who the shopper is inside of WeChat: the way to its page of OAuth, and back with a payment that its bridge takes.

use gateway::official_account::Scope;
use protocol::{Order, OrderId, PaymentId};

use super::client::SECTION;
use crate::observing::CallName;
use crate::order_record::PaymentRecord;
use crate::order_service::OrderService;
use crate::service_error::ServiceError;

/// Where WeChat leads the shopper back to.
pub(crate) const PATH: &str = "/wechat/openid";

impl OrderService {
    /// The address by which a payment inside of WeChat begins. It comes back with the payment's id, and with what the browser puts behind
    /// it that made the payment, if that said which it is.
    pub(crate) fn way_to_openid(&self, attempted: &PaymentRecord) -> Option<String> {
        let channel = self.channel.as_ref()?;
        let state = written(&attempted.payment.id, attempted.browser.is_some());
        channel.account.authorize_url(&format!("{}{PATH}", self.public_url), Scope::Base, &state)
    }

    /// The shopper came back: learns who it is and prepares the payment for the bridge. Answers where to lead the shopper on.
    pub(crate) async fn came_back(&self, state: &str, code: Option<&str>) -> Result<Option<String>, ServiceError> {
        let Some((payment, browser)) = read(state) else { return Ok(None) };
        let Some(order) = self.store.order_of(&payment).await? else { return Ok(None) };
        let record = self.store.record(&order).await?;
        let Some(attempted) = record.payments.iter().find(|attempted| attempted.payment.id == payment) else { return Ok(None) };
        // Whoever knows the order sees the address, and learns neither the shopper's page nor takes the shopper's place.
        if browser != attempted.browser.as_deref() {
            tracing::warn!(%order, "somebody came back from WeChat in another browser than the one that made the payment");
            return Ok(None);
        }
        if let (Some(code), true, None) = (code, attempted.is_open(), &attempted.payer) {
            // Whatever fails, the shopper is back on the page, where everything can be tried again.
            if let Err(failure) = self.recognize(&order, &payment, code).await {
                tracing::warn!(%order, %failure, "a shopper inside of WeChat could not be recognized");
            }
        }
        Ok(attempted.return_url.clone())
    }

    async fn recognize(&self, order: &OrderId, payment: &PaymentId, code: &str) -> Result<Order, ServiceError> {
        let Some(channel) = &self.channel else { return Ok(self.store.order(order).await?) };
        let member = channel.caller.call(CallName::Openid, SECTION, |_| channel.account.exchange(code)).await;
        let member = channel.heard(CallName::Openid.as_str(), member)?;
        self.change(order, |record| record.payer_known(payment, member.openid)).await?;
        self.fetch_code(order).await
    }
}

/// Stands behind the payment where its browser is to say which it is (docs/spec/http.md §4.9). No hex digit.
const PLACE: char = 'x';

/// WeChat carries letters and digits only, and ids hold two characters more: each byte becomes two hex digits.
fn written(payment: &PaymentId, is_of_a_browser: bool) -> String {
    let mut state = hex::encode(payment.as_str());
    state.extend(is_of_a_browser.then_some(PLACE));
    state
}

/// Which payment, and what its browser says, if anything.
fn read(state: &str) -> Option<(PaymentId, Option<&str>)> {
    let (payment, browser) = state.split_once(PLACE).map_or((state, None), |(payment, browser)| (payment, Some(browser)));
    let payment = PaymentId::parse(&String::from_utf8(hex::decode(payment).ok()?).ok()?)?;
    Some((payment, browser))
}

#[cfg(test)]
mod tests {
    use super::{read, written};
    use protocol::{OwnerKey, PaymentId};

    #[test]
    fn a_payments_id_survives_the_way_through_wechat() {
        let id = PaymentId::from_random([251; 16]);
        let state = written(&id, false);
        assert_eq!(read(&state), Some((id.clone(), None)));
        for bad in ["", "7", "zz", "é9", "2f2f", &state[1..]] {
            assert_eq!(read(bad), None, "{bad}");
        }
        let browser = OwnerKey::from_random([7; 16]).mark();
        let state = written(&id, true) + &browser;
        assert!(state.len() <= 128 && state.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{state}");
        assert_eq!(read(&state), Some((id, Some(browser.as_str()))));
    }
}
