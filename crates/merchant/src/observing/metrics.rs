//! Metrics for Prometheus. They answer: is anyone unable to pay? What is counted here is of this node since its start; how the records
//! stand is asked of the store when somebody looks, and is the same on every node.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use super::alarms::Alarm;
use super::calls::{CallName, CallOutcome, NotificationOutcome};
use crate::order_record::Fact;
use crate::store::StoreStats;

/// Seconds: from an answer out of memory to the longest held poll.
const BOUNDS: [f64; 10] = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 26.0];

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Answered {
    route: String,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Route {
    route: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Call {
    provider: String,
    call: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Called {
    provider: String,
    call: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Notified {
    provider: String,
    outcome: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Happened {
    kind: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Kind {
    kind: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Letter {
    outcome: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Notice {
    outcome: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Refusal {
    provider: &'static str,
    what: String,
}

/// The figures of a node; copies share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Metrics(Arc<Figures>);

#[derive(Debug, Default)]
struct Figures {
    answers: Family<Answered, Counter>,
    seconds: Histograms<Route>,
    calls: Family<Called, Counter>,
    call_seconds: Histograms<Call>,
    notifications: Family<Notified, Counter>,
    facts: Family<Happened, Counter>,
    alarms: Family<Kind, Counter>,
    refusals: Family<Refusal, Gauge>,
    erased: Counter,
    letters: Family<Letter, Counter>,
    notices: Family<Notice, Counter>,
    troubles: Mutex<Troubles>,
}

/// What does not work with providers now, as far as this node has called them since its start.
#[derive(Clone, Debug, Default)]
pub(crate) struct Troubles {
    /// How many calls in a row were answered by nobody, or not now, by provider.
    pub(crate) in_a_row: BTreeMap<String, u32>,
    /// By how many seconds our clock was ahead of a provider's at its last answer.
    pub(crate) ahead: BTreeMap<String, i64>,
    /// Why the mail server takes no letters, while it does not.
    pub(crate) mail: Option<String>,
    /// What a provider refuses the account.
    pub(crate) refused: BTreeSet<(&'static str, String)>,
}

#[derive(Debug)]
struct Histograms<L>(Family<L, Histogram, fn() -> Histogram>);

impl<L: Clone + std::hash::Hash + Eq> Default for Histograms<L> {
    fn default() -> Histograms<L> {
        Histograms(Family::new_with_constructor(|| Histogram::new(BOUNDS)))
    }
}

impl Metrics {
    pub(crate) fn answered(&self, route: &str, status: u16, took: Duration) {
        self.0.answers.get_or_create(&Answered { route: route.to_owned(), status }).inc();
        self.0.seconds.0.get_or_create(&Route { route: route.to_owned() }).observe(took.as_secs_f64());
    }

    pub(crate) fn called(&self, provider: &str, name: CallName, outcome: CallOutcome, took: Duration) {
        let fails = matches!(outcome, CallOutcome::Unreachable | CallOutcome::Failed);
        let mut troubles = self.0.troubles.lock().unwrap_or_else(PoisonError::into_inner);
        let in_a_row = troubles.in_a_row.entry(provider.to_owned()).or_default();
        *in_a_row = if fails { in_a_row.saturating_add(1) } else { 0 };
        drop(troubles);
        let (provider, call, outcome) = (provider.to_owned(), name.as_str(), outcome.as_str());
        self.0.call_seconds.0.get_or_create(&Call { provider: provider.clone(), call }).observe(took.as_secs_f64());
        self.0.calls.get_or_create(&Called { provider, call, outcome }).inc();
    }

    /// A provider has dated an answer; our clock is so many seconds ahead of its.
    pub(crate) fn heard_clock(&self, provider: &str, ahead: i64) {
        let mut troubles = self.0.troubles.lock().unwrap_or_else(PoisonError::into_inner);
        troubles.ahead.insert(provider.to_owned(), ahead);
    }

    pub(crate) fn notified(&self, provider: &str, outcome: NotificationOutcome) {
        let labels = |outcome: NotificationOutcome| Notified { provider: provider.to_owned(), outcome: outcome.as_str() };
        // Each is told from the first notification on: a first failure has to be an increase.
        for known in NotificationOutcome::ALL {
            drop(self.0.notifications.get_or_create(&labels(known)));
        }
        self.0.notifications.get_or_create(&labels(outcome)).inc();
    }

    /// Something was written into the ledger.
    pub(crate) fn happened(&self, fact: &Fact) {
        self.0.facts.get_or_create(&Happened { kind: fact.members().0 }).inc();
        if let Some(alarm) = Alarm::of(fact) {
            self.alarmed(alarm);
        }
    }

    /// The log has an alarm.
    pub(crate) fn alarmed(&self, alarm: Alarm) {
        self.0.alarms.get_or_create(&Kind { kind: alarm.as_str() }).inc();
    }

    /// So many sealed records were erased because their time was over, or because somebody said so.
    pub(crate) fn erased(&self, number: u64) {
        self.0.erased.inc_by(number);
    }

    /// A letter was handed to the mail server, or tried to be: `sent`, `later`, `refused` or `server` (which is down, or refuses us).
    pub(crate) fn lettered(&self, outcome: &'static str) {
        self.0.letters.get_or_create(&Letter { outcome }).inc();
    }

    /// A notice to the merchant was sent, or tried to be: `sent`, `later` or `given_up`.
    pub(crate) fn noticed(&self, outcome: &'static str) {
        self.0.notices.get_or_create(&Notice { outcome }).inc();
    }

    /// Whether the mail server takes letters, or why it does not.
    pub(crate) fn mail_stands(&self, fault: Option<&str>) {
        self.0.troubles.lock().unwrap_or_else(PoisonError::into_inner).mail = fault.map(str::to_owned);
    }

    /// Whether a provider refuses the account a product or call.
    pub(crate) fn refusing(&self, provider: &'static str, what: &str, does: bool) {
        let mut troubles = self.0.troubles.lock().unwrap_or_else(PoisonError::into_inner);
        let about = (provider, what.to_owned());
        if does {
            troubles.refused.insert(about)
        } else {
            troubles.refused.remove(&about)
        };
        drop(troubles);
        self.0.refusals.get_or_create(&Refusal { provider, what: what.to_owned() }).set(i64::from(does));
    }

    /// What does not work with providers now.
    pub(crate) fn troubles(&self) -> Troubles {
        self.0.troubles.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// All figures in OpenMetrics' text form, with how many polls are held now, and how the records stand unless the store is silent:
    /// then nothing is told of them, for what is not known is not 0.
    ///
    /// # Errors
    /// Those of formatting.
    pub(crate) fn told(&self, standing: Option<&StoreStats>, held: usize, catalog_is_stale: bool) -> Result<String, std::fmt::Error> {
        let mut registry = Registry::with_prefix("qr_checkout");
        let Figures { answers, seconds, calls, call_seconds, notifications, facts, alarms, refusals, erased, letters, notices, .. } =
            &*self.0;
        registry.register("answers", "Requests answered, by route and status", answers.clone());
        registry.register_with_unit("answer", "How long an answer took; held polls are held", Unit::Seconds, seconds.0.clone());
        registry.register("provider_calls", "Calls to payment providers, by what came of them", calls.clone());
        registry.register_with_unit("provider_call", "How long a call to a provider took", Unit::Seconds, call_seconds.0.clone());
        registry.register("notifications", "What came in the name of providers: accepted, refused because it is not proved to be theirs, or failed because it could not be kept", notifications.clone());
        registry.register("facts", "What happened to orders: created, code, paid, expired, canceled and so on", facts.clone());
        for alarm in Alarm::ALL {
            drop(alarms.get_or_create(&Kind { kind: alarm.as_str() }));
        }
        registry.register("alarm_lines", "Lines of the log that begin with ALARM, by what they are about", alarms.clone());
        registry.register("account_refused", "1 while a provider refuses the account a product or call", refusals.clone());
        registry.register("details_erased", "Sealed records of what names a person that this node has erased", erased.clone());
        registry.register(
            "letters",
            "E-mails to shoppers by what came of handing them to the mail server: sent, later, refused, server",
            letters.clone(),
        );
        for outcome in ["sent", "later", "given_up"] {
            drop(notices.get_or_create(&Notice { outcome }));
        }
        registry.register("notices", "Notices to the merchant by what came of sending them: sent, later, given_up", notices.clone());
        let mail_is_away = self.troubles().mail.is_some();
        let mut gauge = |name: &str, help: &str, value: i64| registry.register(name, help, set(value));
        gauge("mail_server_away", "1 while the mail server takes no letters", i64::from(mail_is_away));
        gauge("held_polls", "Polls held by this node", i64::try_from(held).unwrap_or(i64::MAX));
        gauge("catalog_stale", "1 while the catalog's file has a fault and the one before it is sold from", i64::from(catalog_is_stale));
        gauge(
            "store_answers",
            "1 while the store answers; without it the figures of the records are missing",
            i64::from(standing.is_some()),
        );
        if let Some(standing) = standing {
            records(&mut registry, standing);
        }
        let mut text = String::new();
        text::encode(&mut text, &registry)?;
        Ok(text)
    }
}

/// The figures of the records, the same on every node.
fn records(registry: &mut Registry, standing: &StoreStats) {
    let mut gauge = |name: &str, help: &str, value: i64| registry.register(name, help, set(value));
    gauge("pending_orders", "Orders that can be paid", standing.pending_orders);
    gauge("open_payments", "Payments that the provider will be asked about", standing.open_payments);
    gauge("overdue_check_seconds", "For how long the longest waiting question to a provider is overdue", standing.overdue_check);
    gauge("open_refunds", "Refunds that are not over", standing.open_refunds);
    gauge("stuck_refunds", "Refunds that need a person", standing.stuck_refunds);
    gauge("waiting_webhooks", "Events that the shop's server has not heard", standing.waiting_webhooks);
    gauge("oldest_webhook_seconds", "How old the oldest of them is", standing.oldest_webhook);
    gauge("failed_webhooks", "Events that were given up", standing.failed_webhooks);
    gauge("waiting_messages", "Messages that are still to be sent to shoppers", standing.waiting_messages);
    gauge("oldest_message_seconds", "For how long the oldest of them is tried", standing.oldest_message);
    gauge("failed_messages", "Messages to shoppers that were refused, or given up", standing.failed_messages);
    let alarms: Family<Kind, Gauge> = Family::default();
    // One that never happened is told as well: a first one must be seen as an increase.
    for alarm in Alarm::IN_LEDGER {
        let kind = alarm.as_str();
        let number = standing.alarms.iter().find(|(known, _)| known == kind).map_or(0, |(_, number)| *number);
        alarms.get_or_create(&Kind { kind }).set(number);
    }
    registry.register("alarms", "What a person had to look at, ever: wrong amounts, money that came twice", alarms);
}

fn set(value: i64) -> Gauge {
    let gauge = Gauge::default();
    gauge.set(value);
    gauge
}
