//! One connection: SMTP as RFC 5321 has it, with STARTTLS before anything, then who it is, and letters after that.

use std::io;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::faults::MailFault;
use super::mailbox::{Mail, Mailbox};

/// Who may hand in letters.
pub const USERNAME: &str = "shop";
/// By which password.
pub const PASSWORD: &str = "sandbox";

/// The longest line, and the longest letter, bytes.
const LINE: u64 = 4_096;
const LETTER: usize = 10 * 1024 * 1024;

/// How the part of a dialogue ends.
enum End {
    /// The client goes.
    Goodbye,
    /// It wants TLS now.
    Tls,
}

/// What has been said so far.
#[derive(Default)]
struct Said {
    is_known: bool,
    from: Option<String>,
    to: Vec<String>,
}

/// Speaks with a client until it goes.
pub(super) async fn serve(stream: TcpStream, acceptor: &TlsAcceptor, mailbox: &Mailbox) -> io::Result<()> {
    let mut dialogue = Dialogue { stream: BufReader::new(stream), mailbox, is_encrypted: false };
    match mailbox.fault() {
        MailFault::Down => return dialogue.say("421 4.3.2 not now").await,
        MailFault::Hanging => return std::future::pending().await,
        _ => {}
    }
    dialogue.say("220 sandbox ESMTP").await?;
    if let End::Goodbye = dialogue.run().await? {
        return Ok(());
    }
    // What was sent along in clear is nobody's word.
    let stream = acceptor.accept(dialogue.stream.into_inner()).await?;
    Dialogue { stream: BufReader::new(stream), mailbox, is_encrypted: true }.run().await.map(|_| ())
}

struct Dialogue<'a, S> {
    stream: BufReader<S>,
    mailbox: &'a Mailbox,
    is_encrypted: bool,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Dialogue<'_, S> {
    async fn run(&mut self) -> io::Result<End> {
        let mut said = Said::default();
        loop {
            let Some(line) = self.line().await? else { return Ok(End::Goodbye) };
            let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
            match verb.to_ascii_uppercase().as_str() {
                "EHLO" => self.greet(&mut said).await?,
                "HELO" => {
                    said = Said { is_known: said.is_known, ..Said::default() };
                    self.say("250 sandbox").await?;
                }
                "STARTTLS" if self.is_encrypted => self.say("503 5.5.1 TLS is there already").await?,
                "STARTTLS" => {
                    self.say("220 2.0.0 go on").await?;
                    return Ok(End::Tls);
                }
                "AUTH" => self.know(&mut said, rest).await?,
                "MAIL" => self.begin(&mut said, rest).await?,
                "RCPT" => self.add(&mut said, rest).await?,
                "DATA" => self.take(&mut said).await?,
                "RSET" => {
                    (said.from, said.to) = (None, Vec::new());
                    self.say("250 2.0.0 forgotten").await?;
                }
                "NOOP" => self.say("250 2.0.0 well").await?,
                "VRFY" => self.say("252 2.1.5 perhaps").await?,
                "QUIT" => {
                    self.say("221 2.0.0 goodbye").await?;
                    return Ok(End::Goodbye);
                }
                _ => self.say("500 5.5.2 no such command").await?,
            }
        }
    }

    async fn greet(&mut self, said: &mut Said) -> io::Result<()> {
        (said.from, said.to) = (None, Vec::new());
        let offered = if self.is_encrypted { "AUTH PLAIN LOGIN" } else { "STARTTLS" };
        self.say(&format!("250-sandbox\r\n250-SIZE {LETTER}\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-ENHANCEDSTATUSCODES\r\n250 {offered}"))
            .await
    }

    async fn know(&mut self, said: &mut Said, rest: &str) -> io::Result<()> {
        if !self.is_encrypted {
            return self.say("538 5.7.11 STARTTLS first").await;
        }
        let (mechanism, first) = rest.split_once(' ').map_or((rest, None), |(mechanism, first)| (mechanism, Some(first.to_owned())));
        let is_right = match mechanism.to_ascii_uppercase().as_str() {
            "PLAIN" => {
                let text = match first {
                    Some(text) => text,
                    None => self.asked("").await?,
                };
                decoded(&text).is_some_and(|text| text.split('\0').skip(1).eq([USERNAME, PASSWORD]))
            }
            "LOGIN" => {
                let name = match first {
                    Some(text) => text,
                    None => self.asked("Username:").await?,
                };
                let password = self.asked("Password:").await?;
                decoded(&name).as_deref() == Some(USERNAME) && decoded(&password).as_deref() == Some(PASSWORD)
            }
            _ => return self.say("504 5.5.4 PLAIN or LOGIN").await,
        };
        said.is_known = is_right;
        self.say(if is_right { "235 2.7.0 welcome" } else { "535 5.7.8 wrong name or password" }).await
    }

    async fn asked(&mut self, what: &str) -> io::Result<String> {
        self.say(&format!("334 {}", STANDARD.encode(what))).await?;
        Ok(self.line().await?.unwrap_or_default())
    }

    async fn begin(&mut self, said: &mut Said, rest: &str) -> io::Result<()> {
        let refusal = match (self.is_encrypted, said.is_known, said.from.is_some()) {
            (false, ..) => Some("530 5.7.0 STARTTLS first"),
            (true, false, _) => Some("530 5.7.0 sign in first"),
            (true, true, true) => Some("503 5.5.1 one letter after the other"),
            (true, true, false) => None,
        };
        if let Some(refusal) = refusal {
            return self.say(refusal).await;
        }
        match path(rest, "FROM:") {
            Some(from) => {
                (said.from, said.to) = (Some(from), Vec::new());
                self.say("250 2.1.0 well").await
            }
            None => self.say("501 5.5.4 MAIL FROM:<address>").await,
        }
    }

    async fn add(&mut self, said: &mut Said, rest: &str) -> io::Result<()> {
        if said.from.is_none() {
            return self.say("503 5.5.1 MAIL first").await;
        }
        let Some(to) = path(rest, "TO:").filter(|to| to.contains('@')) else {
            return self.say("501 5.5.4 RCPT TO:<address>").await;
        };
        let name = to.split('@').next().unwrap_or_default();
        // Some mailboxes are never well, so that a letter for them may be tried beside others.
        let refusal = match self.mailbox.fault() {
            MailFault::Refused => Some("550 5.1.1 no such mailbox"),
            MailFault::Later => Some("451 4.3.0 not now"),
            MailFault::Greylisting if self.mailbox.is_first(&to) => Some("450 4.7.1 greylisted, come again"),
            _ if name == "refused" => Some("550 5.1.1 no such mailbox"),
            _ if name == "later" => Some("450 4.2.1 not now"),
            _ if name == "full" => Some("452 4.2.2 the mailbox is full"),
            _ => None,
        };
        if let Some(refusal) = refusal {
            return self.say(&format!("{refusal}: <{to}>")).await;
        }
        said.to.push(to);
        self.say("250 2.1.5 well").await
    }

    async fn take(&mut self, said: &mut Said) -> io::Result<()> {
        let Some(from) = said.from.clone().filter(|_| !said.to.is_empty()) else {
            return self.say("503 5.5.1 MAIL and RCPT first").await;
        };
        self.say("354 go on").await?;
        let source = self.letter().await?;
        let to = std::mem::take(&mut said.to);
        said.from = None;
        let Some(source) = source else { return self.say("552 5.3.4 too long").await };
        if self.mailbox.fault() == MailFault::LetterRefused {
            return self.say("554 5.6.0 not such a letter").await;
        }
        self.mailbox.keep(Mail { id: 0, from, to, is_encrypted: self.is_encrypted, source });
        if self.mailbox.fault() == MailFault::HangingAfterLetter {
            return std::future::pending().await;
        }
        self.say("250 2.0.0 kept").await
    }

    /// Reads a letter to its end; `None` of one that is too long.
    async fn letter(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut letter = Some(Vec::new());
        loop {
            let mut line = Vec::new();
            if (&mut self.stream).take(LINE).read_until(b'\n', &mut line).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if line == b".\r\n" {
                return Ok(letter);
            }
            let line = line.strip_prefix(b".").unwrap_or(&line);
            match &mut letter {
                Some(kept) if kept.len() + line.len() <= LETTER => kept.extend_from_slice(line),
                _ => letter = None,
            }
        }
    }

    /// A line without its end; `None` when nothing comes any more.
    async fn line(&mut self) -> io::Result<Option<String>> {
        let mut line = Vec::new();
        if (&mut self.stream).take(LINE).read_until(b'\n', &mut line).await? == 0 {
            return Ok(None);
        }
        // A line that ends otherwise could be read as two by somebody else.
        let line = line.strip_suffix(b"\r\n").ok_or_else(|| io::Error::other("a line without CR LF, or too long"))?;
        let line = String::from_utf8(line.to_vec()).map_err(io::Error::other)?;
        Ok(Some(line))
    }

    async fn say(&mut self, reply: &str) -> io::Result<()> {
        if self.mailbox.fault() == MailFault::Slow {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        let stream = self.stream.get_mut();
        stream.write_all(format!("{reply}\r\n").as_bytes()).await?;
        stream.flush().await
    }
}

/// The address of a path behind a word: `FROM:<a@b> SIZE=1`. Empty for nobody.
fn path(text: &str, word: &str) -> Option<String> {
    let behind = text.get(..word.len()).filter(|begin| begin.eq_ignore_ascii_case(word)).map(|_| &text[word.len()..])?;
    let (address, _) = behind.trim_start().strip_prefix('<')?.split_once('>')?;
    let is_plain = address.chars().all(|character| !character.is_control() && !character.is_whitespace());
    is_plain.then(|| address.to_owned())
}

fn decoded(text: &str) -> Option<String> {
    String::from_utf8(STANDARD.decode(text).ok()?).ok()
}
