//! Who collects, as the service uses it: calls to a provider, or, for bank codes, what can be said without one. A provider may collect by
//! several methods; which of them shoppers are offered is in `table`.

use std::sync::Arc;

use gateway::{
    Bill, BillDays, Bills, Closed, Gateway, GatewayError, Limits, Notification, NotificationReply, PaymentRef, PaymentRequest, Prepared,
    ProviderStatus, RefundRequest, RefundStatus, Surface,
};
use protocol::{Method, Money, PayBy, PaymentId};
use reqwest::header::HeaderMap;

use super::Caller;
use super::client::{GatewayClient, keep};
use crate::bank::BankCodes;
use crate::observing::CallName;
use crate::service_error::ServiceError;

/// Who collects.
pub(crate) struct Provider {
    /// The provider's name, or that of the bank's one method.
    name: String,
    /// Whether no money moves by it.
    pub(crate) is_test: bool,
    way: Way,
}

enum Way {
    /// A provider that is asked and that notifies.
    Online(GatewayClient),
    /// Codes that a bank collects. Nobody can be asked: a person or the bank's feed confirms.
    Bank(BankCodes),
}

impl Provider {
    pub(super) fn online(gateway: Arc<dyn Gateway>, is_test: bool, notify_url: String, caller: Caller) -> Provider {
        Provider { name: gateway.provider().to_owned(), is_test, way: Way::Online(GatewayClient::new(gateway, notify_url, caller)) }
    }

    pub(super) fn bank(codes: BankCodes, is_test: bool) -> Provider {
        Provider { name: codes.method.as_str().to_owned(), is_test, way: Way::Bank(codes) }
    }

    /// As the records and `/notify/…` call it.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// What shoppers choose to pay by it.
    pub(crate) fn methods(&self) -> Vec<Method> {
        match &self.way {
            Way::Online(line) => {
                let words = line.current().methods().iter();
                words.map(|word| Method::parse(word).expect("methods of gateways are words")).collect()
            }
            Way::Bank(codes) => vec![codes.method.clone()],
        }
    }

    /// Where the provider notifies; empty where nobody does.
    pub(crate) fn notify_url(&self) -> &str {
        match &self.way {
            Way::Online(line) => &line.notify_url,
            Way::Bank(_) => "",
        }
    }

    /// Whether a merchant's own word of a payment counts, because no provider can be asked.
    pub(crate) fn is_confirmed_by_hand(&self) -> bool {
        matches!(self.way, Way::Bank(_))
    }

    /// What stands on the bank statement of a payment, where a bank collects and its codes say so.
    pub(crate) fn reference(&self, payment: &PaymentId) -> Option<String> {
        match &self.way {
            Way::Online(_) => None,
            Way::Bank(codes) => codes.reference(payment.as_str()),
        }
    }

    /// What can be collected by a method in that currency.
    pub(crate) fn limits(&self, method: &Method, currency: &str) -> Option<Limits> {
        match &self.way {
            Way::Online(line) => line.current().limits(method.as_str(), currency),
            Way::Bank(codes) => codes.account.limits(currency),
        }
    }

    /// Whether it collects there, as far as its settings tell.
    pub(crate) fn is_set_up_for(&self, method: &Method, surface: &Surface<'_>) -> bool {
        match &self.way {
            Way::Online(line) => line.current().serves(method.as_str(), surface),
            Way::Bank(_) => matches!(surface, Surface::Code),
        }
    }

    /// Whether it collects there now, for all that is known.
    pub(crate) fn serves(&self, method: &Method, surface: &Surface<'_>) -> bool {
        match &self.way {
            Way::Online(line) => line.serves(method.as_str(), surface),
            Way::Bank(_) => matches!(surface, Surface::Code),
        }
    }

    /// What a code on the phone's own screen is good for: some wallets read codes from pictures, others by the camera alone.
    pub(crate) fn code_on_a_phone(&self, method: &Method) -> PayBy {
        match &self.way {
            Way::Online(line) if line.current().reads_pictures(method.as_str()) => PayBy::Save,
            _ => PayBy::Scan,
        }
    }

    pub(crate) async fn create(&self, payment: &PaymentRequest<'_>, now: i64) -> Result<Prepared, ServiceError> {
        match &self.way {
            Way::Bank(codes) => {
                let PaymentRequest { payment_id, amount, currency, expires_at, .. } = *payment;
                let payload = codes.code(payment_id, (amount, currency), now, expires_at)?;
                Ok(Prepared { payload, expires_at, provider_ref: None })
            }
            Way::Online(line) => {
                let gateway = line.current();
                let product = gateway.product(payment.method, &payment.surface);
                let answer = line.ask_for(product, CallName::Create, |gateway, at| gateway.create(payment, at)).await;
                line.count(product, answer)
            }
        }
    }

    /// The code of a payment, where that can be said without asking anybody.
    pub(crate) fn own_code(&self, payment: &PaymentId, money: Money, now: i64, expires_at: i64) -> Option<String> {
        let Way::Bank(codes) = &self.way else { return None };
        codes.code(payment.as_str(), (money.amount, money.currency.as_str()), now, expires_at).ok()
    }

    /// A bank code is waiting for as long as nobody confirmed it.
    pub(crate) async fn query(&self, payment: PaymentRef<'_>) -> Result<ProviderStatus, ServiceError> {
        let Way::Online(line) = &self.way else { return Ok(ProviderStatus::Waiting) };
        line.ask(CallName::Query, |gateway, at| gateway.query(payment, at)).await
    }

    /// A bank code cannot be called back; money that still comes by it is late money.
    pub(crate) async fn close(&self, payment: PaymentRef<'_>) -> Result<Closed, ServiceError> {
        let Way::Online(line) = &self.way else { return Ok(Closed::Closed) };
        line.ask(CallName::Close, |gateway, at| gateway.close(payment, at)).await
    }

    /// Returns money. What came by a bank code a person returns by hand.
    pub(crate) async fn refund(&self, refund: &RefundRequest<'_>) -> Result<RefundStatus, ServiceError> {
        let Way::Online(line) = &self.way else { return Ok(RefundStatus::Stuck) };
        line.ask(CallName::Refund, |gateway, at| gateway.refund(refund, at)).await
    }

    pub(crate) async fn query_refund(&self, refund: &RefundRequest<'_>) -> Result<RefundStatus, ServiceError> {
        let Way::Online(line) = &self.way else { return Ok(RefundStatus::Stuck) };
        line.ask(CallName::QueryRefund, |gateway, at| gateway.query_refund(refund, at)).await
    }

    /// Reads a notification; `None` where nobody notifies. A key that came into use since is learned now.
    pub(crate) async fn notification(&self, headers: &HeaderMap, body: &[u8], now: i64) -> Option<Result<Notification, GatewayError>> {
        let Way::Online(line) = &self.way else { return None };
        let gateway = line.current();
        let heard = gateway.notification(headers, body, now);
        if matches!(heard, Err(GatewayError::UnknownKey { .. })) && line.learns(&gateway).await {
            return Some(line.current().notification(headers, body, now));
        }
        Some(heard)
    }

    pub(crate) fn acknowledge(&self, accepted: bool) -> Option<NotificationReply> {
        let Way::Online(line) = &self.way else { return None };
        Some(line.current().acknowledge(accepted))
    }

    /// Whether that error of [`Provider::create`] is about the payment's id, so that the same may be made under another.
    pub(crate) fn wants_another_id(&self, error: &GatewayError) -> bool {
        let Way::Online(line) = &self.way else { return false };
        line.current().wants_another_id(error)
    }

    /// Whether it leads nobody into the wallet whose address is not known.
    pub(crate) fn wants_client_ip(&self) -> bool {
        matches!(&self.way, Way::Online(line) if line.current().wants_client_ip())
    }

    /// Whether that error of [`Provider::create`] is about the words that say what is bought.
    pub(crate) fn wants_other_words(&self, error: &GatewayError) -> bool {
        let Way::Online(line) = &self.way else { return false };
        line.current().wants_other_words(error)
    }

    /// How long after the payment money can be returned, seconds, where that has an end.
    pub(crate) fn refund_window(&self) -> Option<i64> {
        let Way::Online(line) = &self.way else { return None };
        line.current().refund_window()
    }

    /// Until when it is believed by its certificates, unix seconds; `None` where nothing of it runs out.
    pub(crate) fn believed_until(&self) -> Option<i64> {
        let Way::Online(line) = &self.way else { return None };
        line.current().believed_until()
    }

    /// The days of its bills; `None` where there are none.
    pub(crate) fn bill_days(&self) -> Option<BillDays> {
        let Way::Online(line) = &self.way else { return None };
        line.current().bills().map(Bills::days)
    }

    /// The provider's bill of its day in which `day` (unix seconds) lies. `None` while it is not made, and where there are none.
    pub(crate) async fn bill(&self, day: i64) -> Result<Option<Bill>, ServiceError> {
        let Way::Online(line) = &self.way else { return Ok(None) };
        let gateway = line.fresh().await;
        let Some(bills) = gateway.bills() else { return Ok(None) };
        let caller = &line.caller;
        let offered = caller.call(CallName::Bill, &self.name, |at| bills.trade_bill(day, at)).await;
        let ticket = match line.heard(CallName::Bill.as_str(), offered) {
            Err(ServiceError::Gateway(error)) if bills.is_being_made(&error) => return Ok(None),
            offered => offered?,
        };
        // Nothing was traded that day.
        let Some(ticket) = ticket else { return Ok(Some(Bill::default())) };
        Ok(Some(caller.call(CallName::DownloadBill, &self.name, |at| bills.download_bill(&ticket, at)).await?))
    }

    /// Asks about money that is in the bill.
    pub(crate) async fn query_transaction(&self, transaction_id: &str) -> Result<ProviderStatus, ServiceError> {
        let Way::Online(line) = &self.way else { return Ok(ProviderStatus::Unknown) };
        let gateway = line.fresh().await;
        let Some(bills) = gateway.bills() else { return Ok(ProviderStatus::Unknown) };
        line.caller.call(CallName::QueryTransaction, &self.name, |at| bills.query_transaction(transaction_id, at)).await
    }

    /// Fetches what the provider changes by itself, such as the keys that it signs with, for as long as it is polled.
    pub(crate) async fn keep_keys(&self) {
        if let Way::Online(line) = &self.way {
            let renew = || async {
                line.renew_in_turn().await?;
                Ok(line.pause())
            };
            keep(self.name.as_str(), renew).await;
        }
    }
}
