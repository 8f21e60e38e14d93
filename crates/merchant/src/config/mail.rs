//! `[mail]`: the mail server by which shoppers are told of their orders, who sends, and the merchant's own words.

use std::fmt;
use std::path::PathBuf;

use serde::Deserialize;

use super::Config;
use super::error::ConfigError;
use super::secrets::secret;
use crate::mail::{MailServer, Mailer, Security, mailbox};
use crate::messages::{Mailing, OwnWords};

/// `[mail]`
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailConfig {
    /// The mail server, `host:port`.
    pub server: String,
    /// How the way to it is kept from others: `starttls`, `tls`, or `none` on this machine.
    #[serde(default)]
    pub security: Security,
    /// Who signs in there, if somebody has to.
    pub username: Option<String>,
    /// File with the password; environment `MAIL_PASSWORD`.
    pub password_file: Option<PathBuf>,
    /// Who sends: an address, or a name and an address.
    pub from: String,
    /// Where answers go, and what cannot be delivered.
    pub reply_to: Option<String>,
    /// File with the certificates, in PEM, that the server's is signed by, where systems do not know them.
    pub ca_file: Option<PathBuf>,
    /// Folder with the merchant's own words.
    pub words: Option<PathBuf>,
}

impl MailConfig {
    /// The way to the server, and what is said.
    ///
    /// # Errors
    /// One line that names the key and never holds the password.
    pub(crate) fn open(&self) -> Result<Mailing, ConfigError> {
        let (host, port) = self.place()?;
        let is_here = host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
        if self.security == Security::None && !is_here {
            let reason = "none: letters and passwords would cross the network in clear; write \"starttls\" or \"tls\"";
            return Err(ConfigError::of("mail.security", reason));
        }
        let from = mailbox(&self.from).map_err(|fault| ConfigError::of("mail.from", fault))?;
        let reply_to = self.reply_to.as_deref().map(mailbox).transpose().map_err(|fault| ConfigError::of("mail.reply_to", fault))?;
        let ca_file =
            |file: &PathBuf| std::fs::read(file).map_err(|error| ConfigError::of("mail.ca_file", format!("{}: {error}", file.display())));
        let roots = self.ca_file.as_ref().map(ca_file).transpose()?;
        let server = MailServer::new((host, port), self.security, roots.as_deref(), self.credentials()?, from.email.domain());
        let server = server.map_err(|fault| ConfigError::of("mail.ca_file", fault))?;
        Ok(Mailing { mailer: Mailer { server, from, reply_to }, words: self.own_words()? })
    }

    fn place(&self) -> Result<(String, u16), ConfigError> {
        let form = || ConfigError::of("mail.server", "a host and a port, such as smtp.example.com:587");
        let (host, port) = self.server.rsplit_once(':').ok_or_else(form)?;
        let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        let is_host = !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:".contains(&byte));
        let port = port.parse().ok().filter(|port| is_host && *port > 0).ok_or_else(form)?;
        Ok((host.to_owned(), port))
    }

    fn credentials(&self) -> Result<Option<(String, String)>, ConfigError> {
        let Some(name) = &self.username else {
            return match self.password_file {
                Some(_) => Err(ConfigError::of("mail.username", "is missing, and there is a password_file")),
                None => Ok(None),
            };
        };
        let password = secret("mail.password_file", "MAIL_PASSWORD", self.password_file.as_deref())?;
        Ok(Some((name.clone(), password.trim_end_matches(['\r', '\n']).to_owned())))
    }

    fn own_words(&self) -> Result<OwnWords, ConfigError> {
        let words = self.words.as_deref().map(OwnWords::read).transpose();
        Ok(words.map_err(|fault| ConfigError::of("mail.words", fault))?.unwrap_or_default())
    }
}

impl Config {
    /// What the merchant says in messages to shoppers.
    ///
    /// # Errors
    /// One line that names the file, and the line in it.
    pub(crate) fn own_words(&self) -> Result<OwnWords, ConfigError> {
        self.mail.as_ref().map_or_else(|| Ok(OwnWords::default()), MailConfig::own_words)
    }
}

impl fmt::Debug for MailConfig {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("MailConfig").field("server", &self.server).field("security", &self.security).finish_non_exhaustive()
    }
}
