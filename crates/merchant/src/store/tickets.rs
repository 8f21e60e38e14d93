//! Tickets: one a piece, made in the transaction that makes their order paid, revoked with its pieces. Who comes first with a number is let
//! in, at whichever door. Not here: what stands on a ticket, and who may ask.

use protocol::{Order, OrderId};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row as _};

use super::connections::Transaction;
use super::promise::TicketWords;
use super::rows::{order_id, places};
use super::{Store, StoreError};
use crate::order_record::OrderRecord;
use crate::ticket_number::TicketNumber;

/// How many tickets are written by one statement.
const BATCH: usize = 500;

/// A ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// Whether its order is a test: it admits nobody.
    pub is_test: bool,
    /// What people type.
    pub number: TicketNumber,
    /// By which order.
    pub order: OrderId,
    /// By which product.
    pub sku: String,
    /// Which of its pieces, from 1.
    pub piece: i64,
    /// What stands on it.
    pub words: TicketWords,
    /// When it was made, unix seconds.
    pub issued_at: i64,
    /// When somebody was let in by it, and at which door.
    pub admitted: Option<(i64, String)>,
    /// When its piece was returned, unix seconds.
    pub refunded_at: Option<i64>,
    /// When it last changed, unix seconds.
    pub changed_at: i64,
}

/// What a door is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Let this person in.
    Admitted(Box<Ticket>),
    /// Somebody was let in by it before.
    Already(Box<Ticket>),
    /// Its money went back.
    Refunded(Box<Ticket>),
    /// It is of a test, and admits nobody.
    Test(Box<Ticket>),
    /// There is no such ticket.
    Unknown,
}

/// That a door lets somebody in, or did.
#[derive(Clone, Copy, Debug)]
pub struct Mark<'a> {
    /// Which door.
    pub door: &'a str,
    /// When, says the door, unix seconds.
    pub at: i64,
    /// A word of this mark's own: the same mark twice is one.
    pub once: &'a str,
    /// Whether the person is in already: the door could not ask.
    pub is_done: bool,
}

/// Somebody who was let in by a ticket that had let somebody in before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Double {
    /// Of which ticket.
    pub ticket: Ticket,
    /// At which door.
    pub door: String,
    /// When, says the door, unix seconds.
    pub at: i64,
}

/// Which tickets are asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct TicketFilter<'a> {
    /// Of one event.
    pub event: Option<&'a str>,
    /// Changed then or later, unix seconds.
    pub since: i64,
    /// Behind this one, as the page before ended: when it changed, and its number.
    pub after: Option<(i64, &'a str)>,
    /// At most so many.
    pub limit: i64,
}

impl Ticket {
    fn read(row: &AnyRow) -> Result<Ticket, StoreError> {
        let (number, words): (String, String) = (row.try_get("number")?, row.try_get("words")?);
        let admitted: (Option<i64>, Option<String>) = (row.try_get("admitted_at")?, row.try_get("admitted_by")?);
        Ok(Ticket {
            is_test: row.try_get::<i64, _>("test")? != 0,
            number: TicketNumber::parse(&number).ok_or(StoreError::Unreadable("number"))?,
            order: order_id(row)?,
            sku: row.try_get("sku")?,
            piece: row.try_get("piece")?,
            words: serde_json::from_str(&words).map_err(|_| StoreError::Unreadable("words"))?,
            issued_at: row.try_get("issued_at")?,
            admitted: admitted.0.map(|at| (at, admitted.1.unwrap_or_default())),
            refunded_at: row.try_get("refunded_at")?,
            changed_at: row.try_get("changed_at")?,
        })
    }
}

impl Store {
    /// The ticket of that number.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn ticket(&self, number: TicketNumber) -> Result<Option<Ticket>, StoreError> {
        let row = sqlx::query("SELECT * FROM tickets WHERE number = $1").bind(number.as_str()).fetch_optional(&self.pool).await?;
        row.as_ref().map(Ticket::read).transpose()
    }

    /// The tickets of an order, by product and piece.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn tickets_of(&self, order: &OrderId) -> Result<Vec<Ticket>, StoreError> {
        let query = "SELECT * FROM tickets WHERE order_id = $1 ORDER BY sku, piece";
        sqlx::query(query).bind(order.as_str()).fetch_all(&self.pool).await?.iter().map(Ticket::read).collect()
    }

    /// Tickets in the order in which they changed.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn tickets(&self, filter: TicketFilter<'_>) -> Result<Vec<Ticket>, StoreError> {
        let (since, after) = filter.after.unwrap_or((filter.since, ""));
        let event = if filter.event.is_some() { "event = $4 AND" } else { "" };
        let query = format!(
            "SELECT * FROM tickets WHERE {event} (changed_at > $1 OR (changed_at = $1 AND number > $2)) ORDER BY changed_at, number LIMIT $3"
        );
        let query = sqlx::query(AssertSqlSafe(query)).bind(since).bind(after).bind(filter.limit);
        let query = filter.event.into_iter().fold(query, |query, event| query.bind(event));
        query.fetch_all(&self.pool).await?.iter().map(Ticket::read).collect()
    }

    /// Lets somebody in by a ticket, if nobody was before: of many doors that ask at once, one is told so, and told so again when it asks
    /// once more. Where the person is in already, whatever is known here, one too many is written down for a person. `now` in unix seconds.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn admit(&self, number: TicketNumber, mark: Mark<'_>, now: i64) -> Result<Admission, StoreError> {
        let mut transaction = self.begin().await?;
        match admit(&mut transaction, number, mark, now).await {
            Ok(admission) => transaction.commit().await.map(|()| admission),
            Err(error) => Err(transaction.undone(error).await),
        }
    }

    /// Everybody who was let in by a ticket that had let somebody in before or had been returned, the latest first; of one event, if it is named.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn ticket_doubles(&self, event: Option<&str>) -> Result<Vec<Double>, StoreError> {
        let of = if event.is_some() { "WHERE event = $1" } else { "" };
        let query = format!(
            "SELECT tickets.*, ticket_doubles.door AS door, ticket_doubles.at AS at FROM ticket_doubles \
             JOIN tickets ON tickets.number = ticket_doubles.number {of} ORDER BY heard_at DESC, tickets.number, door, at LIMIT 1000"
        );
        let query = event.into_iter().fold(sqlx::query(AssertSqlSafe(query)), |query, event| query.bind(event));
        let read = |row: &AnyRow| Ok(Double { ticket: Ticket::read(row)?, door: row.try_get("door")?, at: row.try_get("at")? });
        query.fetch_all(&self.pool).await?.iter().map(read).collect()
    }
}

async fn admit(
    transaction: &mut Transaction,
    number: TicketNumber,
    Mark { door, at, once, is_done }: Mark<'_>,
    now: i64,
) -> Result<Admission, StoreError> {
    let update = "UPDATE tickets SET admitted_at = $1, admitted_by = $2, admitted_once = $3, changed_at = $4 \
                  WHERE number = $5 AND admitted_at IS NULL AND refunded_at IS NULL AND test = 0";
    let update = sqlx::query(update).bind(at).bind(door).bind(once).bind(now).bind(number.as_str());
    let is_first = update.execute(&mut *transaction).await?.rows_affected() == 1;
    let row = sqlx::query("SELECT * FROM tickets WHERE number = $1").bind(number.as_str()).fetch_optional(&mut *transaction).await?;
    let Some(ticket) = row.as_ref().map(Ticket::read).transpose()?.map(Box::new) else { return Ok(Admission::Unknown) };
    if ticket.is_test {
        return Ok(Admission::Test(ticket));
    }
    let known: Option<String> = row.as_ref().map(|row| row.try_get("admitted_once")).transpose()?.flatten();
    if is_first || known.as_deref() == Some(once) {
        return Ok(Admission::Admitted(ticket));
    }
    if is_done {
        let insert = "INSERT INTO ticket_doubles (number, once, door, at, heard_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
        sqlx::query(insert).bind(number.as_str()).bind(once).bind(door).bind(at).bind(now).execute(&mut *transaction).await?;
    }
    Ok(if ticket.admitted.is_some() { Admission::Already(ticket) } else { Admission::Refunded(ticket) })
}

/// Makes a ticket for each of so many pieces of a product of an order.
pub(super) async fn issue(
    transaction: &mut Transaction,
    (order, sku): (&Order, &str),
    pieces: i64,
    words: &TicketWords,
    now: i64,
) -> Result<(), StoreError> {
    let text = serde_json::to_string(words).unwrap_or_default();
    let mut missing: Vec<i64> = (1..=pieces).collect();
    // A number that another ticket has already is drawn again.
    while !missing.is_empty() {
        for some in missing.chunks(BATCH) {
            let insert = "INSERT INTO tickets (number, order_id, sku, piece, event, words, issued_at, changed_at, test) VALUES ";
            let query = format!("{insert}{} ON CONFLICT (number) DO NOTHING", places(some.len(), 9));
            let mut query = sqlx::query(AssertSqlSafe(query));
            for piece in some {
                let number = TicketNumber::random();
                query = query.bind(number.as_str().to_owned()).bind(order.id.as_str()).bind(sku).bind(*piece);
                query = query.bind(words.event.as_str()).bind(text.as_str()).bind(now).bind(now).bind(i64::from(order.is_test));
            }
            query.execute(&mut *transaction).await?;
        }
        let query = "SELECT piece FROM tickets WHERE order_id = $1 AND sku = $2";
        for row in sqlx::query(query).bind(order.id.as_str()).bind(sku).fetch_all(&mut *transaction).await? {
            let made: i64 = row.try_get("piece")?;
            missing.retain(|piece| *piece != made);
        }
    }
    Ok(())
}

/// Revokes all tickets of an order by which nobody was let in.
pub(super) async fn revoke_all(transaction: &mut Transaction, order: &OrderId, now: i64) -> Result<(), StoreError> {
    let update = "UPDATE tickets SET refunded_at = $1, changed_at = $1 WHERE order_id = $2 AND admitted_at IS NULL AND refunded_at IS NULL";
    sqlx::query(update).bind(now).bind(order.as_str()).execute(&mut *transaction).await?;
    Ok(())
}

/// Revokes as many tickets of each product as pieces of it go back, the last first and none by which somebody was let in; a refund that
/// failed gives them back.
pub(super) async fn revoke_returned(transaction: &mut Transaction, after: &OrderRecord, now: i64) -> Result<(), StoreError> {
    let order = &after.order.id;
    let mut query =
        sqlx::query("SELECT DISTINCT sku FROM tickets WHERE order_id = $1").bind(order.as_str()).fetch_all(&mut *transaction).await?;
    for row in query.drain(..) {
        let sku: String = row.try_get("sku")?;
        let returned = after.returned_of(&sku);
        // Of all that nobody used, the last ones go back; what is revoked beyond that is good again.
        let update = "UPDATE tickets SET refunded_at = $1, changed_at = $1 WHERE refunded_at IS NULL AND number IN (SELECT number FROM tickets \
                      WHERE order_id = $2 AND sku = $3 AND admitted_at IS NULL ORDER BY piece DESC LIMIT $4)";
        sqlx::query(update).bind(now).bind(order.as_str()).bind(sku.as_str()).bind(returned).execute(&mut *transaction).await?;
        let update = "UPDATE tickets SET refunded_at = NULL, changed_at = $1 WHERE refunded_at IS NOT NULL AND order_id = $2 AND sku = $3 \
                      AND number NOT IN (SELECT number FROM tickets WHERE order_id = $4 AND sku = $5 AND admitted_at IS NULL \
                      ORDER BY piece DESC LIMIT $6)";
        let update = sqlx::query(update).bind(now).bind(order.as_str()).bind(sku.as_str()).bind(order.as_str()).bind(sku.as_str());
        update.bind(returned).execute(&mut *transaction).await?;
    }
    Ok(())
}
