//! What a paid order gives beside what is sent, as its owner gets it: files to load, licence keys, tickets. Not here: who is the owner.

use protocol::base64::{Alphabet, encode};
use protocol::json::Value;
use protocol::{Digest, LicenceKeys, OpenedFile, OpenedTicket, Order, OrderId, OrderStatus, Ticket as SignedTicket};

use super::service::OrderService;
use crate::goods::{Found, Unfound};
use crate::number::OrderNumber;
use crate::observing::Alarm;
use crate::random;
use crate::service_error::ServiceError;
use crate::store::{Download, Gives, Promise, Promised, StoreError, Ticket};

/// For how long an address of a file is good, seconds.
const LIFE: i64 = 600;
/// The most licence keys that a test shows of a product.
const MOST_TEST_KEYS: i64 = 100;

/// What an order gives now.
#[derive(Clone, Debug, Default)]
pub(crate) struct Goods {
    pub(crate) files: Vec<OpenedFile>,
    pub(crate) licence_keys: Vec<LicenceKeys>,
    pub(crate) tickets: Vec<OpenedTicket>,
}

/// A file that may be loaded now.
#[derive(Debug)]
pub(crate) struct Load {
    /// What it is called.
    pub(crate) name: String,
    /// The file.
    pub(crate) found: Found,
    /// Of which order and product, and until when.
    pub(crate) download: Download,
    /// By what it was asked for.
    pub(crate) digest: String,
}

/// Why a file cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoLoad {
    /// The order gives no such file: nothing is paid, or its money went back.
    #[error("the order gives no such file")]
    NoFile,
    /// There is no such address, or it is over.
    #[error("the address is over")]
    Over,
    /// It was loaded as often as may be.
    #[error("the file was loaded as often as it may be")]
    UsedUp,
    /// It is not on the disk.
    #[error("the file is not there")]
    Missing,
    /// Something inside did not work.
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl From<StoreError> for NoLoad {
    fn from(error: StoreError) -> NoLoad {
        NoLoad::Service(error.into())
    }
}

impl OrderService {
    /// What an order gives; nothing before it is paid, nothing of a thing that was returned, and nothing once all of its money is back.
    ///
    /// # Errors
    /// `NoKeys`; those of the database.
    pub(crate) async fn goods_of(&self, order: &Order) -> Result<Goods, ServiceError> {
        let mut goods = Goods::default();
        if !order.status.has_money() {
            return Ok(goods);
        }
        for ticket in self.store.tickets_of(&order.id).await? {
            goods.tickets.push(self.ticket_view(&ticket));
        }
        if order.status == OrderStatus::Refunded {
            return Ok(goods);
        }
        let promised = self.store.promised(&order.id).await?;
        for Promised { promise: Promise { sku, pieces, gives }, owed, taken, .. } in promised.into_iter().filter(|one| !one.is_over()) {
            match gives {
                Gives::File(file) => {
                    let left = (pieces.saturating_mul(self.most_downloads) - taken).max(0);
                    goods.files.push(OpenedFile { sku, name: file_name(order.is_test, &file), left });
                }
                Gives::Keys { .. } => {
                    let keys = match order.is_test {
                        true => test_keys(&order.id, pieces),
                        false => self.store.licence_keys_of(&order.id, &sku).await?,
                    };
                    goods.licence_keys.push(LicenceKeys { sku, keys, owed });
                }
                Gives::Ticket(_) => {}
            }
        }
        Ok(goods)
    }

    fn ticket_view(&self, ticket: &Ticket) -> OpenedTicket {
        let state = match (&ticket.admitted, ticket.refunded_at) {
            (Some(_), _) => "admitted",
            (None, Some(_)) => "refunded",
            (None, None) => "good",
        };
        OpenedTicket {
            sku: ticket.sku.clone(),
            number: ticket.number.to_string(),
            event: ticket.words.event.clone(),
            starts: ticket.words.starts.clone(),
            place: ticket.words.place.clone(),
            state: state.to_owned(),
            ticket: (state != "refunded").then(|| self.signed_ticket(ticket)),
        }
    }

    fn signed_ticket(&self, ticket: &Ticket) -> String {
        let signed = SignedTicket {
            is_test: ticket.is_test,
            merchant: self.merchant.clone(),
            number: ticket.number.to_string(),
            sku: ticket.sku.clone(),
            event: ticket.words.event.clone(),
            starts: ticket.words.starts.clone(),
            place: ticket.words.place.clone(),
            issued_at: ticket.issued_at,
        };
        signed.sign(&self.keys.tickets)
    }

    /// Makes an address under which the file of a product of an order is loaded, for whoever asks, for a while. Answers what is told of it.
    ///
    /// # Errors
    /// [`NoLoad`].
    pub(crate) async fn make_download(&self, order: &Order, sku: &str) -> Result<Value, NoLoad> {
        let FileOf { file, left } = self.file_of(order, sku).await?;
        if left <= 0 {
            return Err(NoLoad::UsedUp);
        }
        let found = self.found(order.is_test, &file).await?;
        let token = encode(Alphabet::Url, &random::bytes::<16>());
        let now = self.now();
        let download = Download { order: order.id.clone(), sku: sku.to_owned(), expires_at: now + LIFE };
        self.store.keep_download(&Digest::of(token.as_bytes()).to_base64(), &download, now).await?;
        let url = format!("{}/d/{token}", self.public_url);
        Ok(Value::object([
            ("type", "download".into()),
            ("merchant", (&self.merchant).into()),
            ("order", (&order.id).into()),
            ("sku", sku.into()),
            ("url", url.as_str().into()),
            ("name", file_name(order.is_test, &file).as_str().into()),
            ("bytes", i64::try_from(found.length).unwrap_or(i64::MAX).into()),
            ("sha256", encode(Alphabet::Standard, &found.sum).as_str().into()),
            ("expires_at", download.expires_at.into()),
        ]))
    }

    /// What an address leads to, if it may be loaded now. Counts nothing.
    ///
    /// # Errors
    /// [`NoLoad`].
    pub(crate) async fn load(&self, token: &str) -> Result<Load, NoLoad> {
        let digest = Digest::of(token.as_bytes()).to_base64();
        let download = self.store.download(&digest).await?.filter(|download| self.now() <= download.expires_at).ok_or(NoLoad::Over)?;
        let order = self.store.order(&download.order).await?;
        let FileOf { file, .. } = self.file_of(&order, &download.sku).await?;
        let found = self.found(order.is_test, &file).await?;
        Ok(Load { name: file_name(order.is_test, &file), found, download, digest })
    }

    /// Counts that a file is loaded; what is left of one that was counted by the same address is not counted again.
    ///
    /// # Errors
    /// `UsedUp`; those of the database.
    pub(crate) async fn count_load(&self, load: &Load, is_rest: bool) -> Result<(), NoLoad> {
        let may = self.store.count_download(&load.digest, &load.download, is_rest, self.most_downloads).await?;
        if may { Ok(()) } else { Err(NoLoad::UsedUp) }
    }

    /// The file that a product of an order gives now.
    async fn file_of(&self, order: &Order, sku: &str) -> Result<FileOf, NoLoad> {
        if !order.status.has_money() || order.status == OrderStatus::Refunded {
            return Err(NoLoad::NoFile);
        }
        let promised = self.store.promised(&order.id).await?;
        let mut promised = promised.into_iter().filter(|one| one.promise.sku == sku && !one.is_over());
        let file = promised.find_map(|Promised { promise, taken, .. }| match promise.gives {
            Gives::File(file) => {
                let left = promise.pieces.saturating_mul(self.most_downloads) - taken;
                Some(FileOf { file, left })
            }
            _ => None,
        });
        file.ok_or(NoLoad::NoFile)
    }

    /// Finds a file on the disk; that it is not there is an alarm, once. A test has none of them.
    async fn found(&self, is_test: bool, file: &str) -> Result<Found, NoLoad> {
        if is_test {
            return Ok(Found::of_test());
        }
        let (files, name) = (std::sync::Arc::clone(&self.files), file.to_owned());
        let found = tokio::task::spawn_blocking(move || files.find(&name)).await;
        let found = found.unwrap_or_else(|error| Err(Unfound::Io(file.into(), std::io::Error::other(error))));
        let is_news = self.files.is_newly_missing(file, found.is_ok());
        found.map_err(|reason| {
            if is_news {
                tracing::error!(file, %reason, "ALARM: a file that was sold cannot be loaded; put it back");
                self.metrics.alarmed(Alarm::FileMissing);
            }
            NoLoad::Missing
        })
    }
}

/// What stands where a test has no licence keys: of no pool, and good for nothing.
fn test_keys(order: &OrderId, pieces: i64) -> Vec<String> {
    let number = OrderNumber::of(order);
    (1..=pieces.min(MOST_TEST_KEYS)).map(|piece| format!("TEST-{number}-{piece}")).collect()
}

/// The file that an order gives.
struct FileOf {
    /// Where it lies, below the folder of downloads.
    file: String,
    /// How often it may be loaded still.
    left: i64,
}

/// What a file is called, wherever it lies; and what a test gives in its place.
fn file_name(is_test: bool, path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    if is_test { format!("TEST-{name}.txt") } else { name.to_owned() }
}
