//! Tickets at the door: who is let in by one, and what doors load to judge by while they cannot ask.

use serde_json::{Value, json};

use super::service::OrderService;
use crate::store::{Admission, Double, Mark, StoreError, Ticket, TicketFilter};
use crate::ticket_number::TicketNumber;

/// What may be written while a list is read is told by the next one, seconds.
const OVERLAP: i64 = 60;
/// The most tickets of one list.
const MOST: i64 = 1000;

/// What a door asks for a ticket.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Knock<'a> {
    /// The number, as it was read or typed.
    pub(crate) number: &'a str,
    /// Where the door leads to, if it says so: a ticket of another event is no good there.
    pub(crate) event: Option<&'a str>,
    /// The mark that it makes.
    pub(crate) mark: Mark<'a>,
}

impl OrderService {
    /// Lets somebody in by a ticket, or says why not: `{outcome, ticket}`, the outcome one of `admitted`, `already`, `refunded`, `other-event`,
    /// `test` and `unknown`.
    ///
    /// # Errors
    /// Those of the database.
    pub(crate) async fn admit(&self, knock: Knock<'_>) -> Result<Value, StoreError> {
        let unknown = || json!({ "outcome": "unknown", "ticket": null });
        let Some(number) = TicketNumber::parse(knock.number) else { return Ok(unknown()) };
        let Some(ticket) = self.store.ticket(number).await? else { return Ok(unknown()) };
        if knock.event.is_some_and(|event| event != ticket.words.event) && !knock.mark.is_done {
            return Ok(json!({ "outcome": "other-event", "ticket": ticket_view(&ticket) }));
        }
        let (outcome, ticket) = match self.store.admit(number, knock.mark, self.now()).await? {
            Admission::Admitted(ticket) => ("admitted", ticket),
            Admission::Already(ticket) => ("already", ticket),
            Admission::Refunded(ticket) => ("refunded", ticket),
            Admission::Test(ticket) => ("test", ticket),
            Admission::Unknown => return Ok(unknown()),
        };
        Ok(json!({ "outcome": outcome, "ticket": ticket_view(&ticket) }))
    }

    /// A ticket, if there is one of that number.
    ///
    /// # Errors
    /// Those of the database.
    pub(crate) async fn ticket(&self, number: &str) -> Result<Option<Value>, StoreError> {
        let Some(number) = TicketNumber::parse(number) else { return Ok(None) };
        Ok(self.store.ticket(number).await?.map(|ticket| ticket_view(&ticket)))
    }

    /// The tickets of an event, or of all, that changed since then, a page at a time, and who was let in twice. `after` is how the page
    /// before ended.
    ///
    /// # Errors
    /// Those of the database.
    pub(crate) async fn tickets(&self, event: Option<&str>, since: i64, after: Option<(i64, &str)>) -> Result<Value, StoreError> {
        let heard_at = self.now();
        let tickets = self.store.tickets(TicketFilter { event, since, after, limit: MOST }).await?;
        let is_full = i64::try_from(tickets.len()).is_ok_and(|number| number == MOST);
        let next = tickets.last().filter(|_| is_full).map(|last| format!("{}-{}", last.changed_at, last.number));
        let doubles = if after.is_none() { self.store.ticket_doubles(event).await? } else { Vec::new() };
        Ok(json!({
            "heard_at": heard_at,
            "since": heard_at - OVERLAP,
            "tickets": tickets.iter().map(ticket_view).collect::<Vec<_>>(),
            "doubles": doubles.iter().map(double_view).collect::<Vec<_>>(),
            "next": next,
        }))
    }
}

/// Reads how a page ended.
pub(crate) fn read_next(text: &str) -> Option<(i64, &str)> {
    let (at, number) = text.split_once('-')?;
    TicketNumber::parse(number)?;
    Some((at.parse().ok()?, number))
}

/// A ticket as doors read it: no order, and nobody's name.
fn ticket_view(ticket: &Ticket) -> Value {
    let state = match (&ticket.admitted, ticket.refunded_at) {
        _ if ticket.is_test => "test",
        (Some(_), _) => "admitted",
        (None, Some(_)) => "refunded",
        (None, None) => "good",
    };
    json!({
        "number": ticket.number.as_str(),
        "sku": ticket.sku,
        "event": ticket.words.event,
        "starts": ticket.words.starts,
        "place": ticket.words.place,
        "state": state,
        "issued_at": ticket.issued_at,
        "admitted_at": ticket.admitted.as_ref().map(|(at, _)| at),
        "door": ticket.admitted.as_ref().map(|(_, door)| door),
        "refunded_at": ticket.refunded_at,
        "changed_at": ticket.changed_at,
    })
}

fn double_view(double: &Double) -> Value {
    json!({ "ticket": ticket_view(&double.ticket), "door": double.door, "at": double.at })
}
