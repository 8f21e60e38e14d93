//! `[notices]`: by which ways the merchant is told of the shop, and of what.

use std::path::PathBuf;

use serde::Deserialize;
use url::Url;

use super::Config;
use super::error::ConfigError;
use super::secrets;
use crate::mail::mailbox;
use crate::notices::{Channel, NoticeKind, Noticing, Robot, RobotKind, Tongue};
use crate::webhooks::is_safe;

/// The longest address that is a link.
const LONGEST: usize = 200;

/// `[notices]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticesConfig {
    /// Who gets them as letters, by the server of `[mail]`.
    #[serde(default)]
    pub email: Vec<String>,
    /// Robots of groups.
    #[serde(default)]
    pub robots: Vec<RobotConfig>,
    /// Of what to tell; of everything if absent.
    pub events: Option<Vec<String>>,
    /// When the day is summed up, `20:00` on the shop's clock.
    pub summary: Option<String>,
    /// In which language: `en` or `zh`.
    #[serde(default = "english")]
    pub locale: String,
    /// Of so many pieces of a product, or fewer, the merchant hears.
    #[serde(default = "low_stock")]
    pub low_stock: i64,
    /// How old the newest copy of an SQLite file may be, days.
    #[serde(default = "backup_days")]
    pub backup_days: i64,
    /// Where a notice leads; the public address if absent.
    pub link: Option<String>,
}

/// `[[notices.robots]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RobotConfig {
    /// Whose.
    pub kind: RobotKind,
    /// File with its address, which is a secret.
    pub url_file: PathBuf,
    /// File with the secret by which DingTalk's knows us.
    pub secret_file: Option<PathBuf>,
}

fn english() -> String {
    "en".to_owned()
}

fn low_stock() -> i64 {
    3
}

fn backup_days() -> i64 {
    7
}

impl RobotConfig {
    fn open(&self, place: usize) -> Result<Robot, ConfigError> {
        let key = |name: &str| format!("notices.robots[{place}].{name}");
        let read = |name: &str, file: &PathBuf| {
            let text = secrets::read(file).map_err(|reason| ConfigError::of(&key(name), reason))?;
            Ok(text.trim().to_owned())
        };
        let form = || ConfigError::of(&key("url_file"), "the file holds one address: https://…, or http on this machine");
        let text = read("url_file", &self.url_file)?;
        let url = Url::parse(&text).ok().filter(|_| is_safe(&text)).ok_or_else(form)?;
        let secret = self.secret_file.as_ref().map(|file| read("secret_file", file)).transpose()?;
        if secret.is_some() && self.kind != RobotKind::Dingtalk {
            return Err(ConfigError::of(&key("secret_file"), "is DingTalk's alone"));
        }
        if secret.as_ref().is_some_and(String::is_empty) {
            return Err(ConfigError::of(&key("secret_file"), "the file is empty"));
        }
        Ok(Robot { kind: self.kind, url, secret })
    }
}

impl NoticesConfig {
    fn channels(&self) -> Result<Vec<(String, Channel)>, ConfigError> {
        let mut channels: Vec<(String, Channel)> = Vec::new();
        let mut add = |word: &str, channel: Channel| {
            let before = channels.iter().filter(|(name, _)| name.split('-').next() == Some(word)).count();
            let name = if before == 0 { word.to_owned() } else { format!("{word}-{}", before + 1) };
            channels.push((name, channel));
        };
        for address in &self.email {
            // Whose address it is stands in no complaint.
            let to = mailbox(address).map_err(|fault| ConfigError::of("notices.email", fault))?;
            add("email", Channel::Letter(to));
        }
        for (place, robot) in self.robots.iter().enumerate() {
            add(robot.kind.as_str(), Channel::Robot(robot.open(place)?));
        }
        Ok(channels)
    }

    fn kinds(&self) -> Result<Vec<NoticeKind>, ConfigError> {
        let Some(chosen) = &self.events else { return Ok(NoticeKind::ALL.to_vec()) };
        let known = |word: &String| {
            NoticeKind::parse(word).ok_or_else(|| {
                let all = NoticeKind::ALL.map(NoticeKind::as_str).join(", ");
                ConfigError::of("notices.events", format!("{word:?} is none of {all}"))
            })
        };
        chosen.iter().map(known).collect()
    }

    /// A time of day.
    fn summary_time(&self) -> Result<Option<String>, ConfigError> {
        let form = || ConfigError::of("notices.summary", "a time of day such as 20:00");
        let Some(text) = &self.summary else { return Ok(None) };
        let digits = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        let (hours, minutes) = text.split_once(':').filter(|(hours, minutes)| digits(hours) && digits(minutes)).ok_or_else(form)?;
        // Two digits each, which compare as texts do.
        if hours < "24" && minutes < "60" { Ok(Some(text.clone())) } else { Err(form()) }
    }
}

impl Config {
    /// What notices to the merchant are made and sent with, if there are any.
    ///
    /// # Errors
    /// One line that names the key, and never holds a robot's address.
    pub(crate) fn noticing(&self, client: &reqwest::Client) -> Result<Option<Noticing>, ConfigError> {
        let Some(section) = &self.notices else { return Ok(None) };
        if !section.email.is_empty() && self.mail.is_none() {
            return Err(ConfigError::of("notices.email", "letters go by [mail], which is missing"));
        }
        let channels = section.channels()?;
        if channels.is_empty() {
            return Err(ConfigError::of("notices", "names no way: email, or [[notices.robots]]"));
        }
        let link = section.link.clone().unwrap_or_else(|| self.public_url().to_owned());
        if !is_safe(&link) || link.len() > LONGEST || link.contains(['(', ')', '<', '>', '[', ']', '|', '"', '\\', '*', '`']) {
            return Err(ConfigError::of("notices.link", "https://…, or http on this machine, without brackets"));
        }
        let tongue = Tongue::parse(&section.locale).ok_or_else(|| ConfigError::of("notices.locale", "en or zh"))?;
        for (key, number) in [("low_stock", section.low_stock), ("backup_days", section.backup_days)] {
            if !(0..=1_000_000).contains(&number) {
                return Err(ConfigError::of(&format!("notices.{key}"), "must be 0 to 1000000"));
            }
        }
        Ok(Some(Noticing {
            channels,
            kinds: section.kinds()?,
            low_stock: section.low_stock,
            summary: section.summary_time()?,
            backup_days: section.backup_days,
            tongue,
            link,
            client: client.clone(),
        }))
    }
}
