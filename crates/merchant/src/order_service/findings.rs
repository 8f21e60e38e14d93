//! What is wrong now, in words, and what to do about each. Nothing is asked of providers for it.

use super::service::OrderService;
use crate::observing::Troubles;
use crate::store::StoreError;

/// After so many calls in a row without an answer a provider counts as away.
const CALLS: u32 = 2;
/// For how long an event may wait for the shop's server, and a payment for a question, seconds.
const PATIENCE: i64 = 900;
/// After that time a refund is looked at, seconds: banks take longer only now and then.
const DAY: i64 = 86_400;
/// How many days without their bill are named.
const NAMED: usize = 5;
/// By how much the clock may differ from a provider's, seconds: some refuse what is five minutes old.
const DRIFT: i64 = 60;
/// How long before its end a certificate is spoken of, seconds.
const NOTICE: i64 = 10 * DAY;
/// Less room than that is soon none, bytes.
const LITTLE: u64 = 256 * 1024 * 1024;

/// How bad it is.
#[derive(Clone, Copy)]
pub(crate) enum Severity {
    /// Somebody cannot pay, or is not told.
    Error,
    /// Somebody has to look.
    Warning,
}

/// Something that is wrong.
pub(crate) struct Finding {
    /// Its code.
    pub(crate) code: &'static str,
    pub(crate) severity: Severity,
    /// Which provider it is about, if any.
    pub(crate) of: Option<String>,
    pub(crate) words: String,
    pub(crate) what_to_do: &'static str,
}

impl OrderService {
    /// What is wrong, as far as this node knows and the records tell.
    ///
    /// # Errors
    /// Those of the store.
    pub(crate) async fn findings(&self) -> Result<Vec<Finding>, StoreError> {
        let mut findings = of_this_node(self, &self.metrics.troubles());
        findings.extend(of_the_records(self).await?);
        Ok(findings)
    }
}

/// What this node knows by itself.
fn of_this_node(service: &OrderService, troubles: &Troubles) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(room) = service.store.room().filter(|room| *room < LITTLE) {
        findings.push(Finding {
            code: "disk-nearly-full",
            of: None,
            severity: Severity::Error,
            words: format!("the disk of the records has {} MB left; on a full one no order is taken", room / (1024 * 1024)),
            what_to_do: "make room, or move the records to a larger disk",
        });
    }
    if let Some(fault) = service.catalog.fault() {
        findings.push(Finding {
            code: "catalog-stale",
            of: None,
            severity: Severity::Error,
            words: format!("the catalog as it stands is not sold from: {fault}"),
            what_to_do: "mend it; `catalog try` says of a file what is wrong with it",
        });
    }
    let currency = service.catalog.currency();
    // A shop whose orders are all of its own lines has an empty catalog, of whatever currency.
    if service.catalog.sells() && !service.providers.collects(&currency) {
        findings.push(Finding {
            code: "nothing-collects",
            of: None,
            severity: Severity::Error,
            words: format!("no payment method that is offered collects {currency}, the currency of the catalog: no cart can be paid"),
            what_to_do: "sell in a currency that your accounts collect, or add an account that collects it; the README says which do what",
        });
    }
    for (provider, calls) in troubles.in_a_row.iter().filter(|(_, calls)| **calls >= CALLS) {
        findings.push(Finding {
            code: "provider-away",
            of: Some(provider.clone()),
            severity: Severity::Error,
            words: format!("{provider} has not answered the last {calls} calls"),
            what_to_do: "see whether the provider is down, and whether this machine reaches it; payments go on by themselves once it answers",
        });
    }
    if let Some((provider, ahead)) = troubles.ahead.iter().max_by_key(|(_, ahead)| ahead.unsigned_abs()).filter(|(_, by)| by.abs() > DRIFT)
    {
        let how = if *ahead > 0 { "ahead of" } else { "behind" };
        findings.push(Finding {
            code: "clock-off",
            of: None,
            severity: Severity::Error,
            words: format!(
                "the clock of this machine is {} seconds {how} {provider}'s: payments are refused, or run out too soon",
                ahead.abs()
            ),
            what_to_do: "set it, and have it kept by NTP",
        });
    }
    let now = service.now();
    for provider in service.providers.all() {
        let Some(until) = provider.believed_until().filter(|until| *until < now + NOTICE) else { continue };
        findings.push(Finding {
            code: "certificates-end",
            of: Some(provider.name().to_owned()),
            severity: Severity::Error,
            words: format!(
                "{} is believed by certificates until {}, and newer ones did not come",
                provider.name(),
                service.time.write(until)
            ),
            what_to_do: "the log says why they cannot be fetched; or take the provider's public key into the settings",
        });
    }
    if let Some(why) = &troubles.mail {
        findings.push(Finding {
            code: "mail-server-away",
            of: None,
            severity: Severity::Error,
            words: format!("the mail server takes no letters, and shoppers are not told of their orders: {why}"),
            what_to_do: "see whether it runs, and compare [mail] with what its operator says; what waits is sent once it takes letters again",
        });
    }
    for (provider, what) in &troubles.refused {
        findings.push(Finding {
            code: "account-refused",
            of: Some((*provider).to_owned()),
            severity: Severity::Error,
            words: format!("{provider} refuses the account what it asks for: {what}"),
            what_to_do: "the log has the provider's words; sign the product in its console, or take it out of `products`",
        });
    }
    findings
}

/// The first of these days.
fn first_of(days: &[String]) -> String {
    days.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// What the records tell, the same on every node.
async fn of_the_records(service: &OrderService) -> Result<Vec<Finding>, StoreError> {
    let (store, mut findings) = (&service.store, Vec::new());
    let standing = store.standing(service.now()).await?;
    if standing.failed_webhooks > 0 {
        findings.push(Finding {
            code: "webhooks-failed",
            of: None,
            severity: Severity::Error,
            words: format!("{} events were given up: your shop's server never took them", standing.failed_webhooks),
            what_to_do: "`webhooks list --state failed` has the reasons; mend the server, then `webhooks replay`",
        });
    }
    if standing.oldest_webhook > PATIENCE {
        findings.push(Finding {
            code: "webhooks-wait",
            of: None,
            severity: Severity::Warning,
            words: format!(
                "{} events wait for your shop's server, the oldest for {} minutes",
                standing.waiting_webhooks,
                standing.oldest_webhook / 60
            ),
            what_to_do: "see whether the server answers 2xx; `webhooks list --state waiting` has what it said last",
        });
    }
    if standing.overdue_check > PATIENCE {
        findings.push(Finding {
            code: "payments-unasked",
            of: None,
            severity: Severity::Error,
            words: format!("a payment has waited for {} minutes to be asked about", standing.overdue_check / 60),
            what_to_do: "see that the server runs and reaches its providers; the log says what fails",
        });
    }
    let refunds = store.refunds_under_way_since(service.now() - DAY).await?;
    if refunds > 0 {
        findings.push(Finding {
            code: "refunds-wait",
            of: None,
            severity: Severity::Warning,
            words: format!("{refunds} refunds have been on their way for more than a day"),
            what_to_do: "see whether your balance at the provider covers them; the log has the provider's words, and they are tried again",
        });
    }
    let unbooked = store.unbooked_orders().await?;
    if unbooked > 0 {
        findings.push(Finding {
            code: "books-incomplete",
            of: None,
            severity: Severity::Error,
            words: format!("what moved by {unbooked} orders of an older program is not in the books: their records cannot be read"),
            what_to_do: "the log of the start names them; put a good copy of these records in their place and start again",
        });
    }
    let late = service.late_bills().await?;
    if !late.is_empty() {
        findings.push(Finding {
            code: "bills-uncompared",
            of: None,
            severity: Severity::Warning,
            words: format!("{} days were not compared with the provider's bill: {}", late.len(), first_of(&late)),
            what_to_do: "the log says why; `orders compare` tries one at once",
        });
    }
    let lost = service.lost_bills().await?;
    if !lost.is_empty() {
        findings.push(Finding {
            code: "bills-gone",
            of: None,
            severity: Severity::Warning,
            words: format!(
                "{} days were never compared with the provider's bill, which it hands out no more: {}",
                lost.len(),
                first_of(&lost)
            ),
            what_to_do: "download these bills by hand from the provider's portal, and compare them with `orders export`; told for a month",
        });
    }
    let orders = store.orders_that_need_a_person().await?;
    if orders > 0 {
        findings.push(Finding {
            code: "attention",
            of: None,
            severity: Severity::Warning,
            words: if orders == 1 { "1 order needs a person".to_owned() } else { format!("{orders} orders need a person") },
            what_to_do: "`orders list --attention` has them with the reasons",
        });
    }
    Ok(findings)
}
