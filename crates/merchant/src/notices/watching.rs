//! Looking: what is wrong for a while, what ends soon, how old the newest copy of the records is, and what the day came to. What is found is
//! written down once, on whichever node.

use jiff::civil::Date;

use super::channel::Noticing;
use super::kind::NoticeKind;
use super::news::{News, Noticed};
use crate::order_service::OrderService;
use crate::store::StoreError;

/// How long before its end something is told of, days.
const BEFORE: [i64; 3] = [7, 14, 30];
const DAY: i64 = 86_400;
/// How many days, today among them, are summed up later if nobody was there at their time.
const MISSED: usize = 7;
/// What `doctor` finds and the merchant hears of otherwise: each order that needs a person, and certificates before they end.
const TOLD_ELSEWHERE: [&str; 2] = ["attention", "certificates-end"];

impl OrderService {
    /// Looks what there is to tell, now.
    ///
    /// # Errors
    /// Those of the store.
    pub(crate) async fn look_for_news(&self) -> Result<(), StoreError> {
        let Some(noticing) = &self.noticing else { return Ok(()) };
        self.store.forget_falls().await?;
        let mut noticed = self.what_is_wrong(noticing).await?;
        noticed.extend(self.what_ends_soon().await?);
        if !self.store.is_shared() && noticing.tells(NoticeKind::BackupOld) {
            noticed.extend(self.old_backup(noticing.backup_days).await?);
        }
        if let Some(time) = noticing.summary.as_deref().filter(|_| noticing.tells(NoticeKind::Summary)) {
            noticed.extend(self.summaries(time).await?);
        }
        self.store.notice(&noticed, self.now()).await
    }

    async fn what_is_wrong(&self, noticing: &Noticing) -> Result<Vec<Noticed>, StoreError> {
        let mut noticed = Vec::new();
        for finding in self.findings().await? {
            let news = News::Wrong { code: finding.code.to_owned(), of: finding.of.clone() };
            if TOLD_ELSEWHERE.contains(&finding.code) || !news.kind().is_some_and(|kind| noticing.tells(kind)) {
                continue;
            }
            let state = format!("{}/{}", finding.code, finding.of.as_deref().unwrap_or_default());
            let since = self.store.seen(&state, self.now()).await?;
            noticed.push(Noticed { news, about: format!("{state}@{since}") });
        }
        Ok(noticed)
    }

    async fn what_ends_soon(&self) -> Result<Vec<Noticed>, StoreError> {
        let now = self.now();
        let days = |until: i64| BEFORE.into_iter().find(|days| (now..=now + days * DAY).contains(&until));
        let mut noticed = Vec::new();
        for key in self.store.api_keys().await?.into_iter().filter(|key| key.revoked_at.is_none()) {
            let Some((until, days)) = key.expires_at.and_then(|until| Some((until, days(until)?))) else { continue };
            noticed.push(Noticed { about: format!("{}@{until}/{days}", key.id), news: News::KeyEnds { key: key.id, days } });
        }
        for provider in self.providers.all() {
            let Some((until, days)) = provider.believed_until().and_then(|until| Some((until, days(until)?))) else { continue };
            let provider = provider.name().to_owned();
            noticed.push(Noticed { about: format!("{provider}@{until}/{days}"), news: News::CertificatesEnd { provider, days } });
        }
        Ok(noticed)
    }

    async fn old_backup(&self, most: i64) -> Result<Option<Noticed>, StoreError> {
        let (at, is_copy) = self.store.copied_at(self.now()).await?;
        let days = (self.now() - at) / DAY;
        let news = News::BackupOld { days: is_copy.then_some(days) };
        Ok((days >= most).then(|| Noticed { news, about: format!("backup@{at}") }))
    }

    /// What each day up to that time of it came to, once the time is there; of the last days, too, if nobody was there then.
    async fn summaries(&self, time: &str) -> Result<Vec<Noticed>, StoreError> {
        let now = self.now();
        let since = self.store.sums_up_since(now).await?;
        let at = |date: Date| self.time.from(&format!("{date}T{time}"), now).ok();
        let days: Vec<Date> = std::iter::successors(Some(self.time.date(now)), |day| day.yesterday().ok()).take(MISSED).collect();
        let Some(first) = days.last() else { return Ok(Vec::new()) };
        let told = self.store.days_summed_up(&first.to_string()).await?;
        let mut noticed = Vec::new();
        for day in days.iter().rev().filter(|day| !told.contains(&day.to_string())) {
            let Some((from, until)) = day.yesterday().ok().and_then(at).zip(at(*day)) else { continue };
            // Whoever wants to hear of days since today is not told of those before.
            if now < until || (until < since && *day != days[0]) {
                continue;
            }
            let sums = self.store.sums_between(from, until).await?;
            let attention = self.store.orders_that_need_a_person().await?;
            let date = day.to_string();
            let news = News::Summary { date: date.clone(), orders: sums.orders, sold: sums.sold, returned: sums.returned, attention };
            noticed.push(Noticed { news, about: date });
        }
        Ok(noticed)
    }
}
