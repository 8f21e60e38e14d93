//! Sending: what waits is put into words when its turn comes, and tried for a day. A job of its own, each way by itself: nothing about money
//! waits for it, and no way for another.

use std::time::Duration;

use futures_util::future::join_all;

use super::channel::{Channel, Noticing};
use super::news::News;
use super::plain;
use super::words::{Foreign, Told};
use crate::fault;
use crate::mail::{Letter, Mailbox, Undelivered};
use crate::order_service::{OrderService, SharedOrderService};
use crate::random;
use crate::store::{StoreError, UnsentNotice};

/// Pauses behind attempts in vain, seconds; the last one counts for all that follow.
const PAUSES: [i64; 5] = [30, 120, 600, 1_800, 3_600];
/// For how long a notice is tried, seconds.
const TRIED: i64 = 86_400;
/// For how long what is over is kept, so that nobody is told of it again, seconds.
const KEPT: i64 = 90 * 86_400;
/// What is said of those whose way was taken out of the configuration.
const NO_WAY: &str = "given up: this way is not configured any more";
/// How often it is looked whether something is wrong.
const LOOK: Duration = Duration::from_secs(60);

/// Looks, and sends what is due, every `pause`, until it is dropped.
pub(crate) async fn run(service: &SharedOrderService, pause: Duration) {
    let Some(noticing) = &service.noticing else { return look(service).await };
    let ways = noticing.channels.iter().map(async |(name, channel)| {
        loop {
            tokio::time::sleep(pause).await;
            logged(service.send_notices_by(noticing, name, channel).await);
        }
    });
    tokio::join!(join_all(ways), look(service));
}

/// Looks whether there is news, and forgets what is old.
async fn look(service: &SharedOrderService) {
    let mut cleaning = tokio::time::interval(Duration::from_secs(3_600));
    let mut looking = tokio::time::interval(LOOK);
    loop {
        logged(tokio::select! {
            _ = looking.tick() => service.look_for_news().await,
            _ = cleaning.tick() => service.end_old_notices().await,
        });
    }
}

fn logged(done: Result<(), StoreError>) {
    if let Err(error) = done {
        tracing::warn!(%error, "notices to the merchant have to wait");
    }
}

impl OrderService {
    /// Gives up what has waited for long enough for ways that are not configured any more, and forgets what was over long ago.
    ///
    /// # Errors
    /// Those of the store.
    pub(crate) async fn end_old_notices(&self) -> Result<(), StoreError> {
        let configured = self.noticing.as_ref().map(|noticing| noticing.channels.as_slice()).unwrap_or_default();
        for way in self.store.ways_of_notices().await? {
            if configured.iter().any(|(name, _)| *name == way) {
                continue;
            }
            let number = self.store.give_up_notices(&way, self.now() - TRIED, NO_WAY).await?;
            if number > 0 {
                tracing::error!(way, number, "ALARM: notices to the merchant are given up, because their way is not configured any more");
            }
        }
        self.store.forget_notices(self.now() - KEPT).await
    }

    /// Sends what is due, by every way at once.
    ///
    /// # Errors
    /// Those of the store.
    pub(crate) async fn send_notices(&self) -> Result<(), StoreError> {
        let Some(noticing) = &self.noticing else { return Ok(()) };
        let ways = noticing.channels.iter().map(|(name, channel)| self.send_notices_by(noticing, name, channel));
        join_all(ways).await.into_iter().collect()
    }

    async fn send_notices_by(&self, noticing: &Noticing, name: &str, channel: &Channel) -> Result<(), StoreError> {
        loop {
            let due = self.store.take_notices(name, self.now()).await?;
            let Some(first) = due.first() else { return Ok(()) };
            let news: Vec<News> = due.iter().filter_map(|notice| notice.news.clone()).collect();
            let sent = if news.is_empty() {
                Err("its words are another program's".to_owned())
            } else {
                self.send_notice(noticing, channel, &first.id, &news).await
            };
            fault::point("notice-not-marked");
            match sent {
                Ok(()) => {
                    self.metrics.noticed("sent");
                    self.store.notices_sent(&due, self.now()).await?;
                }
                Err(why) => return self.notices_later(name, &due, &why).await,
            }
        }
    }

    /// They are tried again, unless they have been tried for long enough; and the way rests meanwhile.
    async fn notices_later(&self, channel: &str, due: &[UnsentNotice], why: &str) -> Result<(), StoreError> {
        let now = self.now();
        let attempts = due.iter().map(|notice| notice.attempts).max().unwrap_or_default();
        let pause = usize::try_from(attempts).ok().and_then(|attempts| PAUSES.get(attempts)).unwrap_or(&PAUSES[PAUSES.len() - 1]);
        for notice in due {
            let is_over = now - notice.created_at >= TRIED;
            self.metrics.noticed(if is_over { "given_up" } else { "later" });
            let outcome = if is_over { format!("given up: {why}") } else { why.to_owned() };
            self.store.notice_later(&notice.id, (!is_over).then_some(now + pause), &outcome).await?;
        }
        tracing::warn!(channel, why, number = due.len(), "notices to the merchant could not be sent");
        self.store.rest_channel(channel, now + pause).await
    }

    /// Sends news by a way now.
    ///
    /// # Errors
    /// Why it was not taken, in a few words.
    pub(super) async fn send_notice(&self, noticing: &Noticing, channel: &Channel, id: &str, news: &[News]) -> Result<(), String> {
        let plain = match channel {
            Channel::Robot(_) => plain::for_robots,
            Channel::Letter(_) => plain::for_letters,
        };
        let name = |sku: &str| self.catalog.product_name(sku, noticing.tongue.tag());
        let shop = self.name.get(noticing.tongue.tag());
        let told = noticing.tongue.write(news, shop, &noticing.link, &Foreign { plain, name: &name });
        match channel {
            Channel::Robot(robot) => robot.send(&noticing.client, &told, self.now()).await,
            Channel::Letter(to) => self.send_letter(id, to, &told).await,
        }
    }

    async fn send_letter(&self, id: &str, to: &Mailbox, told: &Told) -> Result<(), String> {
        let Some(mailing) = &self.mailing else { return Err("there is no mail server".to_owned()) };
        let Told { head, lines, link: (label, link) } = told;
        let text = format!("{}\n\n{label}: {link}\n", lines.join("\n"));
        let html: String = lines.iter().map(|line| format!("<p>{}</p>", plain::for_pages(line))).collect();
        let link = plain::for_pages(link);
        let html = format!("<!doctype html><html><body>{html}<p><a href=\"{link}\">{label}</a></p></body></html>");
        let subject = format!("{head}: {}", lines.first().map_or("", String::as_str));
        let letter = Letter { id, to: to.clone(), subject, text, html, attached: None, at: self.now() }.written(&mailing.mailer)?;
        let why = |error| match error {
            Undelivered::Refused(why) | Undelivered::Later(why) | Undelivered::Server(why) => why,
        };
        let mut line = mailing.mailer.server.open().await.map_err(why)?;
        let sent = line.send(&letter).await.map_err(why);
        line.close().await;
        sent
    }
}

/// A name for what is sent without waiting anywhere.
pub(super) fn fresh_id() -> String {
    format!("ntc_{}", hex::encode(random::bytes::<16>()))
}
