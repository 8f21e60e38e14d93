//! What of an order is for its buyer alone, and the keys that open it (docs/spec/http.md §4.8).

use protocol::{AnswersText, Opened, Order, OrderId, OwnerKey, Shipment};

use super::service::OrderService;
use crate::order_record::Parcel;
use crate::random;
use crate::sealed::SealedKind;
use crate::service_error::ServiceError;
use crate::store::StoreError;

impl OrderService {
    /// The order, for whoever owns it; `None` where the key is none of this order.
    ///
    /// # Errors
    /// `NoOrder`, those of the database.
    pub(crate) async fn owned(&self, id: &OrderId, key: &OwnerKey) -> Result<Option<Order>, StoreError> {
        let order = self.store.order(id).await?;
        Ok(self.store.is_owner_key(id, key.digest()).await?.then_some(order))
    }

    /// What of an order is for its buyer alone. What names a person and is erased is not in it.
    ///
    /// # Errors
    /// `NoKeys`, those of the database.
    pub(crate) async fn open(&self, order: Order) -> Result<Opened, ServiceError> {
        let id = &order.id;
        let answers = self.store.detail(id, SealedKind::Answers, "").await?.and_then(|text| AnswersText::parse(&text));
        let goods = self.goods_of(&order).await?;
        let shipments = self.store.parcels(id).await?.into_iter().map(|(_, parcel)| shipment(parcel)).collect();
        Ok(Opened {
            merchant: order.merchant.clone(),
            order: id.clone(),
            destination: answers.as_ref().map(destination).unwrap_or_default(),
            country: answers.and_then(|answers| answers.answers().country.clone()),
            shipments,
            follow: order.follow,
            downloads: goods.files,
            licence_keys: goods.licence_keys,
            tickets: goods.tickets,
        })
    }

    /// Makes another key of an order. Nothing of ours keeps it.
    ///
    /// # Errors
    /// Those of the database.
    pub(crate) async fn new_owner_key(&self, order: &OrderId) -> Result<OwnerKey, StoreError> {
        let key = OwnerKey::from_random(random::bytes());
        self.store.add_owner_key(order, key.digest(), self.now()).await?;
        Ok(key)
    }

    /// The address of the page on which an order is paid, by whoever has it.
    pub(crate) fn page_of_order(&self, order: &OrderId) -> String {
        format!("{}/pay/{order}", self.public_url)
    }

    /// The address of the page on which an order is paid by forms alone.
    pub(crate) fn page_to_pay(&self, order: &OrderId) -> String {
        format!("{}/pay/{order}?plain", self.public_url)
    }

    /// The address of an order's page, for whoever holds its key: that is in the fragment, which no server and no log gets.
    pub(crate) fn page_of(&self, order: &OrderId, key: &OwnerKey) -> String {
        format!("{}/o/{order}#{}", self.public_url, key.as_str())
    }
}

/// Where it goes: who gets it, and the parts of the address, as they were asked. A postal code that stands before its city is on one line with it.
fn destination(answers: &AnswersText) -> Vec<String> {
    let given = &answers.answers().given;
    let is_address = |name: &str| name.contains('.');
    if !given.iter().any(|(name, _)| is_address(name)) {
        return Vec::new();
    }
    let whom = given.iter().filter(|(name, _)| ["name", "company"].contains(&name.as_str()));
    let mut lines: Vec<(&str, String)> = Vec::new();
    for (name, text) in whom.chain(given.iter().filter(|(name, _)| is_address(name))) {
        match lines.last_mut() {
            Some((before, line)) if before.ends_with(".postal_code") && name.ends_with(".city") => *line = format!("{line} {text}"),
            _ => lines.push((name.as_str(), text.clone())),
        }
    }
    lines.into_iter().map(|(_, line)| line).collect()
}

fn shipment(Parcel { at, carrier, tracking, link }: Parcel) -> Shipment {
    Shipment { at, carrier, tracking, link }
}

#[cfg(test)]
mod tests {
    use protocol::Answers;

    use super::*;

    fn lines(given: &[(&str, &str)]) -> Vec<String> {
        let given = given.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        destination(&AnswersText::of(Answers { salt: [0; 16], country: None, region: None, delivery: None, given }))
    }

    #[test]
    fn a_postal_code_before_its_city_is_on_one_line_with_it() {
        let german = [("name", "Lin"), ("address.line1", "Weg 1"), ("address.postal_code", "12345"), ("address.city", "Ort")];
        assert_eq!(lines(&german), ["Lin", "Weg 1", "12345 Ort"]);
        let american = [("address.city", "Town"), ("address.region", "CA"), ("address.postal_code", "90001")];
        assert_eq!(lines(&american), ["Town", "CA", "90001"]);
    }
}
