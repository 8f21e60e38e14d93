//! What of an order's record names a person: it lies sealed, beside the rows that the rest of the record is made of.

use super::connections::Transaction;
use super::sealed::{Detail, PlainText, lying};
use super::sealed_rows::SealedRow;
use super::{Store, StoreError, rows};
use crate::order_record::{OrderRecord, link};
use crate::sealed::{SealedKind, Term};
use protocol::OrderId;

const KINDS: &str = "SELECT * FROM sealed WHERE order_id = $1 \
                     AND kind IN ('payer', 'follower', 'return_url', 'browser', 'client_address', 'payload', 'reason')";

/// Something of a record that is to be sealed.
struct Personal<'a> {
    kind: SealedKind,
    name: &'a str,
    text: &'a str,
    term: Option<Term>,
}

impl Store {
    /// The record of an order with all that is sealed of it, where there are keys. `select` asks for the order, and locks it where it is to
    /// be changed.
    pub(super) async fn whole_record(
        &self,
        transaction: &mut Transaction,
        select: &'static str,
        id: &OrderId,
    ) -> Result<OrderRecord, StoreError> {
        let mut record = rows::record(transaction, select, id).await?;
        if self.sealer.is_none() {
            return Ok(record);
        }
        for row in sqlx::query(KINDS).bind(id.as_str()).fetch_all(&mut *transaction).await? {
            let lying = lying(&row)?;
            if let Some(opened) = self.open_lying(&lying)? {
                fill(&mut record, lying.kind, &lying.name, opened.into_text());
            }
        }
        Ok(record)
    }

    /// Seals what of a record names a person and was not so before. `now` in unix seconds.
    ///
    /// # Errors
    /// `NoKeys`.
    pub(super) fn seal_personal(&self, before: Option<&OrderRecord>, after: &OrderRecord, now: i64) -> Result<Vec<SealedRow>, StoreError> {
        let known = before.map(personal).unwrap_or_default();
        let is_new = |new: &Personal<'_>| !known.iter().any(|known| (known.kind, known.name, known.text) == (new.kind, new.name, new.text));
        let new: Vec<Personal<'_>> = personal(after).into_iter().filter(is_new).collect();
        let details: Vec<Detail<'_>> = new
            .iter()
            .map(|new| Detail { kind: new.kind, name: new.name, text: PlainText(new.text.as_bytes()), terms: new.term.as_slice() })
            .collect();
        self.seal(after.order.id.as_str(), &details, now)
    }
}

fn personal(record: &OrderRecord) -> Vec<Personal<'_>> {
    let of = |kind, name, text, term| Personal { kind, name, text, term };
    let follower = record.follower.as_deref().map(|openid| of(SealedKind::Follower, "", openid, Term::openid(openid)));
    let mut all: Vec<Personal<'_>> = follower.into_iter().collect();
    for attempted in &record.payments {
        let name = attempted.payment.id.as_str();
        all.extend(attempted.payer.as_deref().map(|payer| of(SealedKind::Payer, name, payer, Term::openid(payer))));
        all.extend(attempted.return_url.as_deref().map(|page| of(SealedKind::ReturnUrl, name, page, None)));
        all.extend(attempted.browser.as_deref().map(|browser| of(SealedKind::Browser, name, browser, None)));
        all.extend(attempted.client_ip.as_deref().map(|address| of(SealedKind::ClientAddress, name, address, None)));
    }
    let links = record.payments.iter().map(|attempted| &attempted.payment).filter(|payment| link::is_link(payment));
    all.extend(links.filter_map(|payment| Some(of(SealedKind::Payload, payment.id.as_str(), payment.payload.as_deref()?, None))));
    all.extend(record.notes.iter().map(|(name, text)| of(SealedKind::Note, name, text, None)));
    all.extend(record.parcels.iter().map(|(id, text)| of(SealedKind::Shipment, id, text, None)));
    let reasons = record.refunds.iter().filter(|refund| !refund.reason.is_empty());
    all.extend(reasons.map(|refund| of(SealedKind::Reason, refund.id.as_str(), refund.reason.as_str(), None)));
    all
}

fn fill(record: &mut OrderRecord, kind: SealedKind, name: &str, text: String) {
    if kind == SealedKind::Follower {
        record.follower = Some(text);
        return;
    }
    if kind == SealedKind::Reason {
        record.refunds.iter_mut().filter(|refund| refund.id == name).for_each(|refund| refund.reason.clone_from(&text));
        return;
    }
    let Some(attempted) = record.payments.iter_mut().find(|attempted| attempted.payment.id.as_str() == name) else { return };
    match kind {
        SealedKind::Payer => attempted.payer = Some(text),
        SealedKind::ReturnUrl => attempted.return_url = Some(text),
        SealedKind::Browser => attempted.browser = Some(text),
        SealedKind::ClientAddress => attempted.client_ip = Some(text),
        SealedKind::Payload => {
            let id = attempted.payment.id.clone();
            record.link_known(&id, text);
        }
        _ => {}
    }
}
