//! Orders that wait to be written, together with those that come meanwhile.

use std::sync::{Arc, Mutex, PoisonError};

use protocol::{Digest, OrderId};
use tokio::sync::oneshot;

use super::error::StoreError;
use super::idempotency::IdempotencyRecord;
use super::promise::Promise;
use super::sealed_rows::SealedRow;
use super::stock_item::Reservation;
use crate::order_record::OrderRecord;

/// The most orders in one transaction.
const MOST: usize = 32;

/// Orders that wait to be written.
#[derive(Clone, Default)]
pub(super) struct Queue(Arc<Mutex<Waiting>>);

#[derive(Default)]
struct Waiting {
    orders: Vec<NewOrder>,
    /// Whether somebody writes, and will come to those that wait.
    has_writer: bool,
}

/// An order on its way, and who wants to know of it.
pub(super) struct NewOrder {
    pub(super) record: OrderRecord,
    pub(super) holds: Vec<Reservation>,
    pub(super) promises: Vec<Promise>,
    pub(super) sealed: Vec<SealedRow>,
    pub(super) owner: Option<Digest>,
    pub(super) key: IdempotencyRecord,
    pub(super) now: i64,
    pub(super) done: oneshot::Sender<Result<OrderId, StoreError>>,
}

impl Queue {
    /// Lets an order wait. Answers whether somebody has to be found who writes it.
    pub(super) fn add(&self, order: NewOrder) -> bool {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.orders.push(order);
        !std::mem::replace(&mut waiting.has_writer, true)
    }

    /// Those that are written next; with none of them the writer has ended.
    pub(super) fn take(&self) -> Vec<NewOrder> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let most = waiting.orders.len().min(MOST);
        waiting.has_writer = most > 0;
        waiting.orders.drain(..most).collect()
    }

    /// Gives up those that wait, and lets another writer come.
    pub(super) fn clear(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Waiting::default();
    }
}
