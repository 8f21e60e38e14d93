//! What is known of parcels: each text a sealed record of its own, so that what was told first stays beside what it was corrected to. Which
//! of them counts, the ledger says.

use std::collections::HashMap;

use protocol::OrderId;
use sqlx::Row as _;

use super::error::StoreError;
use super::records::Store;
use crate::order_record::{Fact, Parcel, Pieces};
use crate::sealed::SealedKind;

impl Store {
    /// What was told of a parcel under that id, of a shipment first or of a correction; `None` where that is nothing, or erased.
    ///
    /// # Errors
    /// `NoKeys`, those of the database.
    pub(crate) async fn parcel_told(&self, order: &OrderId, id: &str) -> Result<Option<Parcel>, StoreError> {
        Ok(self.detail(order, SealedKind::Shipment, id).await?.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// What is known of one of them now; `None` where that is nothing, or erased.
    ///
    /// # Errors
    /// `NoKeys`, those of the database.
    pub(crate) async fn parcel(&self, order: &OrderId, shipment: &str) -> Result<Option<Parcel>, StoreError> {
        let shipments = self.shipments(order).await?;
        let Some((_, told)) = shipments.iter().find(|(known, _)| known == shipment) else { return Ok(None) };
        self.parcel_told(order, told).await
    }

    /// The parcels of an order by their shipments' ids, the oldest first, for its buyer. What is erased is gone.
    ///
    /// # Errors
    /// `NoKeys`, those of the database.
    pub(crate) async fn parcels(&self, order: &OrderId) -> Result<Vec<(String, Parcel)>, StoreError> {
        let told: HashMap<String, String> = self.details_of(order, SealedKind::Shipment).await?.into_iter().collect();
        if told.is_empty() {
            return Ok(Vec::new());
        }
        let known = |(shipment, id): (String, String)| Some((shipment, serde_json::from_str(told.get(&id)?).ok()?));
        Ok(self.shipments(order).await?.into_iter().filter_map(known).collect())
    }

    /// The pieces that something happened to: by a shipment's id, or by the place among all that became of the order's pieces.
    ///
    /// # Errors
    /// Those of the database.
    pub(crate) async fn fulfilled(&self, order: &OrderId, about: &str) -> Result<Vec<Pieces>, StoreError> {
        let query = "SELECT kind, detail FROM ledger WHERE order_id = $1 AND kind = 'fulfilled' ORDER BY entry";
        let rows = sqlx::query(query).bind(order.as_str()).fetch_all(&self.pool).await?;
        for (place, row) in rows.iter().enumerate() {
            match Fact::read(&row.try_get::<String, _>("kind")?, &row.try_get::<String, _>("detail")?) {
                Some(Fact::Fulfilled { lines, shipment, .. }) if shipment.clone().unwrap_or_else(|| place.to_string()) == about => {
                    return Ok(lines);
                }
                _ => {}
            }
        }
        Ok(Vec::new())
    }

    /// The shipments of an order, the oldest first: the id of each, and under which id what is known of it now lies.
    ///
    /// # Errors
    /// Those of the database.
    pub(crate) async fn shipments(&self, order: &OrderId) -> Result<Vec<(String, String)>, StoreError> {
        let query = "SELECT kind, detail FROM ledger WHERE order_id = $1 AND kind IN ('fulfilled', 'shipment-corrected') ORDER BY entry";
        let mut shipments: Vec<(String, String)> = Vec::new();
        for row in sqlx::query(query).bind(order.as_str()).fetch_all(&self.pool).await? {
            match Fact::read(&row.try_get::<String, _>("kind")?, &row.try_get::<String, _>("detail")?) {
                Some(Fact::Fulfilled { shipment: Some(shipment), .. }) => shipments.push((shipment.clone(), shipment)),
                Some(Fact::ShipmentCorrected { shipment, correction }) => {
                    let corrected = shipments.iter_mut().filter(|(known, _)| *known == shipment);
                    corrected.for_each(|(_, told)| told.clone_from(&correction));
                }
                _ => {}
            }
        }
        Ok(shipments)
    }
}
