//! New orders. Those that are wanted while others are being written go into one transaction: one commit waits for the disk for all of them.

use gateway::Prepared;
use protocol::{Channel, Digest, Order, OrderId, Payment};
use sqlx::AssertSqlSafe;
use tokio::sync::oneshot;

use super::connections::Transaction;
use super::idempotency::{IdempotencyRecord, use_keys};
use super::ledger::Change;
use super::queue::NewOrder;
use super::rows::{self, Attempted, places};
use super::{Detail, Promise, Reservation, Store, StoreError, goods, ledger, owner_keys, sealed_rows, stock};
use crate::fault;
use crate::number::OrderNumber;
use crate::order_record::{Fact, OrderRecord, PaymentRecord, References};

/// An order to be written.
#[derive(Clone, Copy, Debug)]
pub struct NewRecord<'a> {
    /// The order.
    pub order: &'a Order,
    /// By which names it goes beside its own.
    pub references: &'a References,
    /// What it asks before it can be paid, if it does: JSON, which the catalog reads.
    pub asking: Option<&'a str>,
    /// Its first payment; one that asks has none.
    pub payment: Option<&'a PaymentRecord>,
    /// The id of the key of the admin API by which it is made, if it is by one.
    pub by: Option<&'a str>,
    /// What it takes from stock.
    pub holds: &'a [Reservation],
    /// What it gives once it is paid.
    pub promises: &'a [Promise],
    /// What else names a person, to be sealed with it.
    pub sealed: &'a [Detail<'a>],
    /// The digest of the key by which its buyer opens what is for him alone, if he made one.
    pub owner: Option<Digest>,
}

impl<'a> NewRecord<'a> {
    /// Of an order that has no payment yet, takes nothing and asks nothing.
    pub fn of(order: &'a Order, references: &'a References) -> NewRecord<'a> {
        NewRecord { order, references, asking: None, payment: None, by: None, holds: &[], promises: &[], sealed: &[], owner: None }
    }
}

/// Writes what waits, until nothing does.
struct Writer(Store);

impl Store {
    /// Writes a new order with its first payment, and takes from stock what it holds. Once per idempotency key: of a key that is known,
    /// answers the order that was made with it, and writes nothing.
    ///
    /// # Errors
    /// `Short` when there is too little left, and then nothing is written; `KeyUsed` where the key is known with another body; `NoKeys`;
    /// those of the database.
    pub async fn create(&self, new: NewRecord<'_>, key: &IdempotencyRecord, now: i64) -> Result<OrderId, StoreError> {
        let (done, told) = oneshot::channel();
        let NewRecord { order, holds, promises, sealed, owner, .. } = new;
        let mut sealed = self.seal(order.id.as_str(), sealed, now)?;
        let record = new.record();
        sealed.extend(self.seal_personal(None, &record, now)?);
        let (holds, promises) = (holds.to_vec(), promises.to_vec());
        let order = NewOrder { record, holds, promises, sealed, owner, key: key.clone(), now, done };
        if self.creating.add(order) {
            // As a task of its own: whoever is the first may be given up while others' orders are being written.
            let writer = Writer(self.clone());
            tokio::spawn(async move { writer.run().await });
        }
        told.await.unwrap_or_else(|_| Err(failed("the order could not be written")))
    }

    /// Writes these orders and tells of each what became of it.
    async fn create_all(&self, orders: Vec<NewOrder>) {
        match self.try_to_create(&orders).await {
            Ok(true) => {
                for NewOrder { record, done, .. } in orders {
                    let _ = done.send(Ok(record.order.id));
                }
            }
            // One of them is at fault, and the others are not to suffer from it.
            outcome if orders.len() > 1 && outcome.as_ref().err().is_none_or(StoreError::is_about_rows) => {
                for order in orders {
                    Box::pin(self.create_all(vec![order])).await;
                }
            }
            Ok(false) => {
                for NewOrder { key, done, .. } in orders {
                    let made = self.order_made_with(&key).await;
                    let _ = done.send(made.and_then(|made| made.ok_or(StoreError::NoOrder)));
                }
            }
            Err(error) => {
                let (text, mut error) = (error.to_string(), Some(error));
                for NewOrder { done, .. } in orders {
                    let _ = done.send(Err(error.take().unwrap_or_else(|| failed(&text))));
                }
            }
        }
    }

    /// Writes all of them, or none. Answers whether that is done: it is not where an idempotency key is known already.
    async fn try_to_create(&self, orders: &[NewOrder]) -> Result<bool, StoreError> {
        let mut transaction = self.begin().await?;
        match self.write_orders(&mut transaction, orders).await {
            Ok(true) => {}
            Ok(false) => {
                transaction.rollback().await?;
                return Ok(false);
            }
            Err(error) => return Err(transaction.undone(error).await),
        }
        fault::point("creation-not-committed");
        transaction.commit().await?;
        fault::point("creation-committed");
        orders.iter().for_each(|order| self.count(&order.record.facts));
        Ok(true)
    }
}

impl Writer {
    async fn run(self) {
        loop {
            let mut orders = self.0.creating.take();
            if orders.is_empty() {
                return;
            }
            // Everywhere in the same order, so that no two nodes wait for each other.
            orders.sort_by(|one, other| one.key.key.cmp(&other.key.key));
            self.0.create_all(orders).await;
        }
    }
}

impl Drop for Writer {
    /// Ended by a fault, it leaves nobody waiting.
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.creating.clear();
        }
    }
}

impl NewRecord<'_> {
    /// The order with what happened: it was made, and where its payment has a code already, that came.
    fn record(&self) -> OrderRecord {
        let (mut order, mut payment) = (self.order.clone(), self.payment.cloned());
        let code = payment.as_mut().and_then(|payment| Some((payment.payment.payload.take()?, payment.shown_at.take()?)));
        order.payment = order.payment.map(|shown| Payment { payload: None, ..shown });
        let mut record = OrderRecord {
            order,
            references: self.references.clone(),
            asking: self.asking.map(str::to_owned),
            follow: None,
            follower: None,
            payments: payment.into_iter().collect(),
            refunds: Vec::new(),
            notes: Vec::new(),
            parcels: Vec::new(),
            by: self.by.map(str::to_owned),
            facts: Vec::new(),
        };
        record.facts = vec![Fact::Created(Box::new(record.clone()))];
        if let (Some((payload, shown_at)), Some(PaymentRecord { payment, provider_ref, .. })) = (code, self.payment) {
            let code = Prepared { payload, expires_at: payment.expires_at, provider_ref: provider_ref.clone() };
            record.code_came(&payment.id, code, shown_at);
        }
        record
    }
}

impl Store {
    async fn write_orders(&self, transaction: &mut Transaction, orders: &[NewOrder]) -> Result<bool, StoreError> {
        insert_orders(transaction, orders).await?;
        let keys = orders.iter().map(|order| (&order.key, &order.record.order.id));
        if !use_keys(transaction, keys).await? {
            return Ok(false);
        }
        stock::take(transaction, orders.iter().map(|order| (&order.record.order.id, order.holds.as_slice()))).await?;
        goods::promise(transaction, orders.iter().map(|order| (&order.record.order.id, order.promises.as_slice()))).await?;
        let payments = orders.iter().flat_map(|order| {
            let of = |(position, payment)| Attempted { order: &order.record.order.id, position, payment };
            order.record.payments.iter().enumerate().map(of)
        });
        rows::write_payments(transaction, &payments.collect::<Vec<_>>()).await?;
        let sealed: Vec<_> = orders.iter().flat_map(|order| order.sealed.iter().cloned()).collect();
        sealed_rows::insert(transaction, &sealed).await?;
        owner_keys::insert(transaction, orders.iter().filter_map(|order| Some((&order.record.order.id, order.owner?, order.now)))).await?;
        let changes = orders.iter().map(|NewOrder { record: OrderRecord { order, by, facts, .. }, now, .. }| Change {
            order: &order.id,
            at: *now,
            seq: order.seq,
            by: by.as_deref(),
            facts,
        });
        ledger::write(transaction, changes).await?;
        self.tell_of_creation(transaction, orders.iter().map(|order| (&order.record, order.now))).await?;
        Ok(true)
    }
}

async fn insert_orders(transaction: &mut Transaction, orders: &[NewOrder]) -> Result<(), StoreError> {
    let insert = "INSERT INTO orders (id, seq, status, expires_at, created_at, body, reference, number, client_reference, metadata, asking, \
         place, place_name, bill_at, unbooked) VALUES ";
    let mut query = sqlx::query(AssertSqlSafe(format!("{insert}{}", places(orders.len(), 15))));
    for NewOrder { record: OrderRecord { order, references, asking, .. }, now, .. } in orders {
        let place = references.place.as_ref().map(|place| place.id.as_str());
        query = query
            .bind(order.id.as_str())
            .bind(order.seq)
            .bind(order.status.as_str())
            .bind(order.expires_at)
            .bind(*now)
            .bind(order.to_json().to_string())
            .bind(references.reference.as_deref())
            .bind(OrderNumber::of(&order.id).as_str().to_owned())
            .bind(references.client_reference.as_deref())
            .bind(references.metadata_text())
            .bind(asking.as_deref())
            .bind(place)
            .bind(references.place.as_ref().map(|place| place.name.as_str()))
            .bind(place.filter(|_| order.channel == Channel::Shop))
            // Its movements are booked as they come.
            .bind(0);
    }
    query.execute(&mut *transaction).await?;
    Ok(())
}

fn failed(text: &str) -> StoreError {
    StoreError::Database(sqlx::Error::Io(std::io::Error::other(text.to_owned())))
}
