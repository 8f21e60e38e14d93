//! The way to a mail server: SMTP, by TLS from the first byte or after STARTTLS. Nothing that it says is kept but its numbers: what a server
//! writes behind them may name a person.

use std::fmt;
use std::future::Future;
use std::time::Duration;

use lettre::Message;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use tokio::time::timeout;

/// How long a server may take to be reached, and to answer a command.
const TIMEOUT: Duration = Duration::from_secs(15);
/// The same once it has all of a letter: it may look into it first (RFC 5321 §4.5.3.2.6).
const TAKING: Duration = Duration::from_secs(600);

/// How what is sent is kept from others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// By STARTTLS, which the server has to offer.
    #[default]
    Starttls,
    /// By TLS from the first byte.
    Tls,
    /// Not at all, which does for a server on this machine.
    None,
}

/// A mail server.
pub(crate) struct MailServer {
    host: String,
    port: u16,
    security: Security,
    tls: TlsParameters,
    credentials: Option<Credentials>,
    hello: ClientId,
}

/// A connection to a server that takes letters.
pub(crate) struct MailLine(AsyncSmtpConnection);

/// Why a letter was not taken.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Undelivered {
    /// It never will be.
    Refused(String),
    /// This one is not taken now.
    Later(String),
    /// None is: the server cannot be reached, hangs, or refuses us.
    Server(String),
}

/// What is said at which point, and what came of that.
struct Step {
    name: &'static str,
    error: Option<Error>,
}

impl MailServer {
    /// The server at that place. `roots` are certificates in PEM that are believed beside those that the system believes; `hello` is the host
    /// that we go by.
    ///
    /// # Errors
    /// Says that the certificates cannot be read.
    pub(crate) fn new(
        (host, port): (String, u16),
        security: Security,
        roots: Option<&[u8]>,
        credentials: Option<(String, String)>,
        hello: &str,
    ) -> Result<MailServer, String> {
        let mut tls = TlsParameters::builder(host.clone());
        if let Some(roots) = roots {
            // The server's own, then, and nobody else's.
            tls = tls.certificate_store(CertificateStore::None);
            tls = tls.add_root_certificate(Certificate::from_pem(roots).map_err(|error| error.to_string())?);
        }
        let tls = tls.build().map_err(|error| error.to_string())?;
        let credentials = credentials.map(|(name, password)| Credentials::new(name, password));
        Ok(MailServer { host, port, security, tls, credentials, hello: ClientId::Domain(hello.to_owned()) })
    }

    /// Connects, and says who we are.
    ///
    /// # Errors
    /// `Server`, with the number by which it refuses, or why it cannot be reached.
    pub(crate) async fn open(&self) -> Result<MailLine, Undelivered> {
        let tls = (self.security == Security::Tls).then(|| self.tls.clone());
        let connecting = AsyncSmtpConnection::connect_tokio1((self.host.as_str(), self.port), None, &self.hello, tls, None);
        let mut connection = in_time("connection", TIMEOUT, connecting).await.map_err(Step::of_server)?;
        if self.security == Security::Starttls {
            in_time("STARTTLS", TIMEOUT, connection.starttls(self.tls.clone(), &self.hello)).await.map_err(Step::of_server)?;
        }
        if let Some(credentials) = &self.credentials {
            let mechanisms = [Mechanism::Plain, Mechanism::Login];
            in_time("AUTH", TIMEOUT, connection.auth(&mechanisms, credentials)).await.map_err(Step::of_server)?;
        }
        Ok(MailLine(connection))
    }
}

impl MailLine {
    /// Hands over a letter; then the server has taken it, and answers for it. After `Server` the line is of no use any more.
    ///
    /// # Errors
    /// As [`Undelivered`].
    pub(crate) async fn send(&mut self, letter: &Message) -> Result<(), Undelivered> {
        let envelope = letter.envelope();
        let mut parameters = Vec::new();
        if !envelope.to().iter().chain(envelope.from()).all(|address| address.user().is_ascii() && address.domain().is_ascii()) {
            if !self.0.server_info().supports_feature(Extension::SmtpUtfEight) {
                return Err(Undelivered::Refused("the mail server takes ASCII addresses only".to_owned()));
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        let mail = self.0.command(Mail::new(envelope.from().cloned(), parameters));
        in_time("MAIL", TIMEOUT, mail).await.map_err(Step::of_server)?;
        for to in envelope.to() {
            let told = in_time("RCPT", TIMEOUT, self.0.command(Rcpt::new(to.clone(), Vec::new()))).await;
            if let Err(step) = told {
                return Err(self.give_up(step).await);
            }
        }
        if let Err(step) = in_time("DATA", TIMEOUT, self.0.command(Data)).await {
            return Err(self.give_up(step).await);
        }
        match in_time("letter", TAKING, self.0.message(&letter.formatted())).await {
            Ok(_) => Ok(()),
            Err(step) => Err(step.of_letter()),
        }
    }

    /// Says goodbye, without waiting for long.
    pub(crate) async fn close(mut self) {
        let _ = timeout(Duration::from_secs(1), self.0.quit()).await;
    }

    /// Takes back what was begun, so that the next letter may follow.
    async fn give_up(&mut self, step: Step) -> Undelivered {
        let undelivered = step.of_letter();
        if matches!(undelivered, Undelivered::Server(_)) {
            return undelivered;
        }
        match in_time("RSET", TIMEOUT, self.0.command(Rset)).await {
            Ok(_) => undelivered,
            Err(_) if matches!(undelivered, Undelivered::Refused(_)) => undelivered,
            Err(step) => step.of_server(),
        }
    }
}

impl Step {
    /// As a word about the server.
    fn of_server(self) -> Undelivered {
        Undelivered::Server(self.to_string())
    }

    /// As a word about one letter, if the server is well otherwise.
    fn of_letter(self) -> Undelivered {
        match &self.error {
            // 421: it closes the connection, whatever was asked.
            Some(error) if error.status().is_some_and(|code| u16::from(code) == 421) => self.of_server(),
            Some(error) if error.is_permanent() => Undelivered::Refused(self.to_string()),
            Some(error) if error.is_transient() => Undelivered::Later(self.to_string()),
            _ => self.of_server(),
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.error {
            None => write!(out, "{}: no answer in time", self.name),
            Some(error) => match error.status() {
                Some(code) => write!(out, "{}: {code}", self.name),
                None if error.is_response() => write!(out, "{}: no answer of SMTP", self.name),
                None => write!(out, "{}: {error}", self.name),
            },
        }
    }
}

async fn in_time<T>(name: &'static str, most: Duration, step: impl Future<Output = Result<T, Error>>) -> Result<T, Step> {
    match timeout(most, step).await {
        Ok(Ok(told)) => Ok(told),
        Ok(Err(error)) => Err(Step { name, error: Some(error) }),
        Err(_) => Err(Step { name, error: None }),
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    fn server(address: std::net::SocketAddr) -> MailServer {
        MailServer::new((address.ip().to_string(), address.port()), Security::None, None, None, "shop.example").unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_says_nothing_is_left_in_time() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let told = server(listener.local_addr().unwrap()).open().await.err();
        assert_eq!(told, Some(Undelivered::Server("connection: no answer in time".to_owned())));
    }

    #[tokio::test]
    async fn a_server_that_is_not_there_is_told_in_words() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        let Some(Undelivered::Server(told)) = server(address).open().await.err() else { panic!("nobody listens") };
        assert!(told.starts_with("connection: ") && told.contains("refused"), "{told}");
    }
}
