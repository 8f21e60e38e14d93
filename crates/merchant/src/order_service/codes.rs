//! Gets what a payment is paid by from the provider: a code, a link, or what a wallet's bridge takes.

use gateway::{Description, Family, GatewayError, PaymentRequest};
use protocol::{Order, OrderId, OrderStatus, PayBy, Payment, PaymentId, PaymentStatus, Surface};

use super::payment_options::first_look;
use super::service::OrderService;
use crate::number::OrderNumber;
use crate::order_record::{OrderRecord, PaymentRecord, Pieces};
use crate::providers;
use crate::random;
use crate::service_error::ServiceError;

/// How often a payment may give way to another before the shopper is asked to choose.
const TRIES: usize = 3;

impl OrderService {
    /// Gets the code of an order's payment from the provider, if it is still missing. Two requests for one order wait for
    /// each other, so the provider is asked once.
    ///
    /// # Errors
    /// When the provider has no definite word: the same may be asked again. What it refuses for good leaves an order that can be paid
    /// another way.
    pub(crate) async fn fetch_code(&self, id: &OrderId) -> Result<Order, ServiceError> {
        let _one_at_a_time = self.locks.hold(id.as_str()).await;
        for _ in 0..TRIES {
            let (order, is_over) = self.try_to_fetch_code(id).await?;
            if is_over {
                return Ok(order);
            }
        }
        Ok(self.store.order(id).await?)
    }

    /// Answers the order, and whether there is nothing more to try: what was refused has not given way to another payment.
    async fn try_to_fetch_code(&self, id: &OrderId) -> Result<(Order, bool), ServiceError> {
        let record = self.store.record(id).await?;
        let missing = record.payments.iter().rfind(|attempted| attempted.is_open() && attempted.payment.payload.is_none());
        let (Some(attempted), OrderStatus::Pending) = (missing, record.order.status) else { return Ok((record.order, true)) };
        let payment = &attempted.payment;
        if self.now() >= payment.expires_at {
            // The wish is repeated after a long silence. If somebody paid by a code that never reached us, that is found, too.
            return Ok((self.close(id, payment, PaymentStatus::Expired).await?, true));
        }
        if !self.moves_money_as(&record.order) {
            tracing::error!(order = %id, "an order is not paid by accounts for tests, and no test by live ones; the payment is given up");
            let (status, last_look) = (PaymentStatus::Failed, payment.expires_at);
            return Ok((self.change(id, |record| record.given_up(&payment.id, status, last_look)).await?, true));
        }
        if let (true, Some(way)) = (providers::lacks_payer(attempted), self.way_to_openid(attempted)) {
            return Ok((self.change(id, |record| record.way_came(&payment.id, way)).await?, true));
        }
        let provider = self.collector_of(attempted)?;
        let request = PaymentRequest {
            payment_id: payment.id.as_str(),
            method: payment.method.as_str(),
            description: description(&record.order),
            amount: attempted.money.amount,
            currency: attempted.money.currency.as_str(),
            expires_at: payment.expires_at,
            notify_url: provider.notify_url(),
            surface: providers::surface(attempted),
        };
        let mut created = provider.create(&request, self.now()).await;
        if let Err(ServiceError::Gateway(error)) = &created
            && provider.wants_other_words(error)
        {
            tracing::warn!(order = %id, %error, "the provider refuses the description of the goods and is given the order's number instead");
            let number = OrderNumber::of(id);
            let request = PaymentRequest { description: number.as_str().into(), ..request };
            created = provider.create(&request, self.now()).await;
        }
        let error = match created {
            Ok(prepared) => {
                let came = |record: &mut OrderRecord| record.code_came(&payment.id, prepared, self.now());
                return Ok((self.change(id, came).await?, true));
            }
            Err(ServiceError::Gateway(GatewayError::AlreadyPaid { .. })) => return Ok((self.settle(id, payment).await?, true)),
            Err(ServiceError::Gateway(error)) if matches!(error.family(), Family::Refused | Family::Account | Family::Configuration) => {
                error
            }
            Err(failure) => return Err(failure),
        };
        tracing::error!(order = %id, %error, "the provider refused a payment; the order can be paid another way");
        let is_tried_before =
            record.payments.iter().any(|other| other.payment.status == PaymentStatus::Superseded && other.shown_at.is_none());
        let (status, again) = match provider.wants_another_id(&error) && !is_tried_before {
            true => (PaymentStatus::Superseded, Some(self.again(attempted, payment.surface))),
            false => (PaymentStatus::Failed, self.by_code(attempted)),
        };
        let (is_over, last_look) = (again.is_none(), payment.expires_at);
        let change = |record: &mut OrderRecord| {
            match status {
                // A call before this one made a code, whose answer was lost: nobody has seen it, and it is looked at once more.
                PaymentStatus::Superseded => record.given_up(&payment.id, status, last_look),
                _ => record.closed(&payment.id, status),
            }
            again.into_iter().for_each(|again| record.try_again(again));
        };
        Ok((self.change(id, change).await?, is_over))
    }

    /// The same payment by a code, where the provider has just refused the record another way and a code can be paid there.
    fn by_code(&self, refused: &PaymentRecord) -> Option<PaymentRecord> {
        let payment = &refused.payment;
        let (_, way) = self.providers.collecting(&payment.method, refused.money, payment.surface)?;
        let is_by_code = matches!(way, PayBy::Scan | PayBy::Save | PayBy::Copy) && payment.surface != Surface::Qr;
        is_by_code.then(|| PaymentRecord {
            return_url: None,
            browser: None,
            payer: None,
            client_ip: None,
            ..self.again(refused, Surface::Qr)
        })
    }

    /// The same payment under another id.
    fn again(&self, before: &PaymentRecord, surface: Surface) -> PaymentRecord {
        let (now, id) = (self.now(), PaymentId::from_random(random::bytes()));
        PaymentRecord {
            payment: Payment { id, surface, payload: None, ..before.payment.clone() },
            provider_ref: None,
            created_at: now,
            next_check_at: Some(first_look(now, before.payment.expires_at)),
            checks: 0,
            ..before.clone()
        }
    }
}

/// What the wallet shows: the first thing bought, and that there is more.
pub(crate) fn description(order: &Order) -> Description<'_> {
    description_of(order, &[])
}

/// The same of some of its pieces; of all of it, if there are none.
pub(crate) fn description_of<'a>(order: &'a Order, part: &[Pieces]) -> Description<'a> {
    let (first, number) = part.first().map_or((0, order.price.lines.len()), |first| (first.line, part.len()));
    let item = order.price.lines.get(first).map_or("", |line| line.name.as_str());
    Description { shop: order.merchant_name.as_str(), item, more: number.saturating_sub(1) }
}
