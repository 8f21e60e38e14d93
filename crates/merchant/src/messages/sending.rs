//! Sending: what waits is written when its turn comes, and tried until the mail server has it, for three days. A job of its own: nothing about
//! money waits for it. A server that is down ends the round; a letter that it does not take keeps no other one waiting.

use std::time::Duration;

use protocol::{Money, Order};

use super::addressing::spoken_name;
use super::mailing::Mailing;
use super::occasion::{Channel, Occasion};
use super::receipt_page::receipt_page;
use super::writing::{Message, Parcel, Part, Written};
use crate::fault;
use crate::i18n::spoken;
use crate::mail::{Letter, MailLine, Mailbox, Undelivered};
use crate::notices::{News, Noticed};
use crate::number::OrderNumber;
use crate::official_account::OfficialAccountClient;
use crate::order_service::{OrderService, SharedOrderService};
use crate::store::{StoreError, ToldWhom, UnsentLetter};

/// The shortest pause before a message is tried again, and the longest, seconds. In between it is as long again as it has been tried.
const FIRST_PAUSE: i64 = 60;
const LONGEST_PAUSE: i64 = 4 * 3_600;
/// For how long it is tried, seconds.
const TRIED: i64 = 3 * 86_400;
/// When somebody looks again whom a message is for whose sealed record does not open, seconds.
const UNOPENED: i64 = 3_600;
/// So often in a row a connection may break before the server counts as down.
const BREAKS: u32 = 3;
/// The pause behind a round that broke off.
const PAUSE: Duration = Duration::from_secs(60);
/// For how long what is over is kept, to be looked at, seconds.
const KEPT: i64 = 90 * 86_400;

/// What is said of those whose way was taken out of the configuration.
const NO_WAY: &str = "given up: this way is not configured any more";

/// Why a round broke off.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unsent {
    /// The mail server is down, or refuses us.
    #[error("{0}")]
    Server(String),
    /// The records do not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Whom a message is for when its turn comes.
enum Turn {
    To(Mailbox),
    /// Nobody knows any more whom it is for.
    Erased,
    /// Nobody knows now.
    Unopened,
    /// Its recipient can never be reached.
    Never(String),
}

/// Sends what is due, every `pause`, until it is dropped.
pub(crate) async fn run(service: &SharedOrderService, pause: Duration) {
    let mut cleaning = tokio::time::interval(Duration::from_secs(3_600));
    loop {
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = cleaning.tick() => {
                if let Err(error) = service.end_old_messages().await {
                    tracing::warn!(%error, "old messages could not be ended");
                }
                continue;
            }
        }
        if let Err(reason) = service.send_messages().await {
            tracing::warn!(%reason, "e-mails to shoppers cannot be sent at the moment");
            tokio::time::sleep(PAUSE).await;
        }
    }
}

impl OrderService {
    /// Gives up what has waited for long enough for a way that is not configured any more, and forgets what was over long ago.
    ///
    /// # Errors
    /// Those of the store.
    pub(crate) async fn end_old_messages(&self) -> Result<(), StoreError> {
        let tells_followers = self.channel.as_ref().is_some_and(OfficialAccountClient::tells_of_parcels);
        for (channel, is_configured) in [(Channel::Email, self.mailing.is_some()), (Channel::Account, tells_followers)] {
            if is_configured {
                continue;
            }
            let number = self.store.give_up_messages(channel, self.now() - TRIED, NO_WAY).await?;
            if number > 0 {
                let channel = channel.as_str();
                tracing::error!(channel, number, "ALARM: messages to shoppers are given up, because their way is not configured any more");
                self.tell_of_given_up().await?;
            }
        }
        self.store.forget_messages(self.now() - KEPT).await
    }

    /// Sends what is due, until nothing is.
    ///
    /// # Errors
    /// Why the rest has to wait.
    pub(crate) async fn send_messages(&self) -> Result<(), Unsent> {
        let Some(mailing) = &self.mailing else { return Ok(()) };
        let mut line = None;
        let sent = self.send_by(mailing, &mut line).await;
        if let Err(Unsent::Server(why)) = &sent {
            self.metrics.lettered("server");
            self.metrics.mail_stands(Some(why));
        }
        if let Some(line) = line {
            line.close().await;
        }
        sent
    }

    async fn send_by(&self, mailing: &Mailing, line: &mut Option<MailLine>) -> Result<(), Unsent> {
        let mut breaks = 0;
        while let Some(due) = self.store.take_message(Channel::Email, self.now()).await? {
            let to = match self.turn(&due).await {
                Ok(Turn::To(mailbox)) => mailbox,
                Ok(Turn::Erased) => {
                    self.store.message_over(&due.id, "erased").await?;
                    continue;
                }
                Ok(Turn::Unopened) => {
                    self.store.message_later(&due.id, Some(self.now() + UNOPENED), "its recipient's record does not open").await?;
                    continue;
                }
                Ok(Turn::Never(why)) => {
                    self.refused(&due, &why).await?;
                    continue;
                }
                Err(error) if error.is_about_rows() => {
                    self.later(&due, &error.to_string()).await?;
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            if line.is_none() {
                match mailing.mailer.server.open().await {
                    Ok(open) => {
                        self.metrics.mail_stands(None);
                        *line = Some(open);
                    }
                    Err(Undelivered::Refused(why) | Undelivered::Later(why) | Undelivered::Server(why)) => {
                        self.later(&due, &why).await?;
                        return Err(Unsent::Server(why));
                    }
                }
            }
            let Some(open) = line else { continue };
            // The way to the order's page has a key of its own, which is made for letters that go.
            let letter = match self.letter(mailing, &due, to).await {
                Ok(Ok(letter)) => letter,
                Ok(Err(why)) => {
                    self.refused(&due, &why).await?;
                    continue;
                }
                Err(error) if error.is_about_rows() => {
                    self.later(&due, &error.to_string()).await?;
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            let sent = open.send(&letter).await;
            fault::point("message-not-marked");
            match sent {
                Ok(()) => {
                    self.metrics.lettered("sent");
                    self.metrics.mail_stands(None);
                    self.store.message_sent(&due.id, self.now()).await?;
                    breaks = 0;
                }
                Err(Undelivered::Refused(why)) => self.refused(&due, &why).await?,
                Err(Undelivered::Later(why)) => self.later(&due, &why).await?,
                Err(Undelivered::Server(why)) => {
                    self.later(&due, &why).await?;
                    *line = None;
                    breaks += 1;
                    if breaks == BREAKS {
                        return Err(Unsent::Server(why));
                    }
                }
            }
        }
        Ok(())
    }

    /// It is tried again, unless it has been tried for long enough.
    async fn later(&self, due: &UnsentLetter, why: &str) -> Result<(), StoreError> {
        let (now, message) = (self.now(), due.id.as_str());
        let tried = now - due.since;
        self.metrics.lettered("later");
        if tried >= TRIED {
            tracing::error!(
                message,
                why,
                "ALARM: a message to a shopper could not be sent and is given up; it can be sent again (messages retry)"
            );
            self.store.message_later(message, None, &format!("given up: {why}")).await?;
            return self.tell_of_given_up().await;
        }
        tracing::warn!(message, why, "a message to a shopper could not be sent and will be sent again");
        self.store.message_later(message, Some(now + tried.clamp(FIRST_PAUSE, LONGEST_PAUSE)), why).await
    }

    /// It is not tried again: the answer would be the same.
    async fn refused(&self, due: &UnsentLetter, why: &str) -> Result<(), StoreError> {
        self.metrics.lettered("refused");
        tracing::warn!(message = due.id, why, "a message to a shopper was refused and is not sent again");
        self.store.message_later(&due.id, None, &format!("refused: {why}")).await?;
        self.tell_of_given_up().await
    }

    /// The merchant hears of it once a day.
    async fn tell_of_given_up(&self) -> Result<(), StoreError> {
        let about = format!("given-up/{}", self.time.date(self.now()));
        self.store.notice(&[Noticed { news: News::MailGivenUp, about }], self.now()).await
    }

    async fn turn(&self, due: &UnsentLetter) -> Result<Turn, StoreError> {
        let recipient = match self.store.told_whom(&due.order).await? {
            ToldWhom::Known(recipient) => recipient,
            ToldWhom::Nobody => return Ok(Turn::Erased),
            ToldWhom::Unopened => return Ok(Turn::Unopened),
        };
        let Some(address) = recipient.email else { return Ok(Turn::Erased) };
        Ok(match address.trim().parse() {
            Ok(address) => Turn::To(Mailbox::new(recipient.name.as_deref().and_then(spoken_name), address)),
            Err(_) => Turn::Never("the address is none".to_owned()),
        })
    }

    /// The letter, or why it can never be written.
    async fn letter(&self, mailing: &Mailing, due: &UnsentLetter, to: Mailbox) -> Result<Result<lettre::Message, String>, StoreError> {
        let record = self.store.record(&due.order).await?;
        let order = &record.order;
        let parcel = match due.occasion {
            Occasion::Shipped => self.store.parcel(&due.order, &due.about).await?,
            _ => None,
        };
        let page = self.page_of(&due.order, &self.new_owner_key(&due.order).await?);
        let words = spoken(&due.locale);
        let number = OrderNumber::of(&order.id);
        let shop = self.name.get(if due.locale.is_empty() { words.lang } else { &due.locale });
        let receipt = order.receipt.as_ref().filter(|_| due.occasion == Occasion::Paid);
        let refund = record.refunds.iter().find(|refund| refund.id == due.about);
        let sent = match due.occasion {
            Occasion::Shipped | Occasion::ReadyForPickup => self.store.fulfilled(&due.order, &due.about).await?,
            _ => Vec::new(),
        };
        let part = match refund {
            Some(refund) => Part { lines: &refund.parts.lines, delivery: refund.parts.delivery },
            None => Part { lines: &sent, delivery: false },
        };
        let gives = due.occasion == Occasion::Paid && self.store.promised(&due.order).await?.iter().any(|one| !one.is_over());
        let name = to.name.clone();
        let message = Message {
            occasion: due.occasion,
            words,
            own: mailing.words.get(words.lang, due.occasion),
            is_test: order.is_test,
            shop,
            number: number.as_str(),
            price: &order.price,
            part: (!part.is_empty()).then_some(part),
            name: name.as_deref(),
            parcel: parcel.as_ref().map_or_else(Parcel::default, |parcel| Parcel {
                carrier: parcel.carrier.as_deref(),
                tracking: parcel.tracking.as_deref(),
                link: parcel.link.as_deref(),
            }),
            returned: refund.map(|refund| Money { amount: refund.amount, currency: order.currency }),
            page: Some(&page),
            has_receipt: receipt.is_some(),
            gives,
        };
        let paid = record.payments.iter().find(|attempted| attempted.transaction.is_some());
        let attached = receipt.and_then(|_| self.keys.renewed(Order::clone(order)).receipt).map(|jws| {
            let paid = (paid.and_then(|paid| paid.paid_at), paid.and_then(|paid| paid.transaction.as_deref()));
            receipt_page(words, shop, number.as_str(), order, &jws, paid)
        });
        let Written { subject, text, html } = message.written();
        Ok(Letter { id: &due.id, to, subject, text, html, attached, at: due.created_at }.written(&mailing.mailer))
    }
}
