//! `tickets door`: reads tickets a line each, as scanners type them, and says whom to let in. It asks the backend; without a network it judges
//! by the list that it loaded last and by whom it let in itself, and tells the backend as soon as it can.

use std::collections::BTreeMap;
use std::io::{BufRead as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use merchant::receipts::utc;
use merchant::{Clock, TicketNumber, judge_door};
use protocol::Digest;
use protocol::base64::{Alphabet, decode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::time::timeout;

use super::super::orders::admin::{Admin, read};
use super::super::shared::{fresh, said};
use super::list;

/// How long a person at the door waits for the backend.
const PATIENCE: Duration = Duration::from_secs(4);
/// How old a list is before it is loaded anew, seconds.
const FRESH: i64 = 60;
/// The most marks of one call.
const BATCH: usize = 500;

/// Let people in: a ticket a line on standard input, an answer a line on standard output
#[derive(Args)]
pub(super) struct Door {
    /// The event that the door leads to
    #[arg(long)]
    event: String,
    /// What the door is called
    #[arg(long, value_name = "NAME", value_parser = name)]
    door: String,
    /// Where the list and what is to be told is kept while there is no network
    #[arg(long, value_name = "FILE")]
    state: PathBuf,
}

/// One that the backend will not take later is refused now: what the door tells by then could be told no more.
fn name(text: &str) -> Result<String, String> {
    judge_door(text).map(|()| text.to_owned())
}

/// What a door knows.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    event: String,
    /// When the backend was heard last, unix seconds.
    heard_at: Option<i64>,
    /// Since when changes are to be asked for.
    since: i64,
    /// How each ticket stands: `good`, `admitted`, `refunded` or `test`.
    tickets: BTreeMap<String, String>,
    /// Whom it let in and has not told yet.
    marks: Vec<Mark>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Mark {
    number: String,
    door: String,
    at: i64,
    once: String,
}

/// The number in what a scanner read or somebody typed: the number itself, or a ticket's whole code. What else that says is not believed: the
/// list knows better.
pub(super) fn number_of(text: &str) -> Option<String> {
    let text = text.trim();
    let claimed = || {
        let claims = decode(Alphabet::Url, text.split('.').nth(1)?)?;
        serde_json::from_slice::<Value>(&claims).ok()?["number"].as_str().and_then(TicketNumber::parse)
    };
    TicketNumber::parse(text).or_else(claimed).map(|number| number.to_string())
}

impl Door {
    pub(super) async fn run(&self, admin: &Admin, now: &Clock) -> Result<ExitCode, String> {
        let mut known = self.read()?;
        // A key that may not let in is refused before anybody waits.
        of(admin.post(&["tickets", "marks"], &fresh()?, &json!({ "marks": [] }))).await?;
        self.hear(admin, &mut known).await?;
        let mut lines = std::io::stdin().lock().lines();
        while let Some(line) = lines.next().transpose().map_err(said)? {
            if line.trim().is_empty() {
                continue;
            }
            let told = self.judge(admin, &mut known, &line, now()).await?;
            let mut out = std::io::stdout().lock();
            writeln!(out, "{told}").and_then(|()| out.flush()).map_err(said)?;
        }
        self.tell(admin, &mut known).await?;
        match known.marks.len() {
            0 => Ok(ExitCode::SUCCESS),
            waiting => {
                Err(format!("{waiting} whom this door let in are not told to the backend yet; start it again with the same --state"))
            }
        }
    }

    /// What is said of a ticket.
    async fn judge(&self, admin: &Admin, known: &mut Known, line: &str, now: i64) -> Result<String, String> {
        let Some(number) = number_of(line) else { return Ok("UNKNOWN".to_owned()) };
        // What it let in itself must be known there before anybody is asked.
        self.tell(admin, known).await?;
        let once = fresh()?;
        if known.marks.is_empty() {
            let body = json!({ "door": self.door, "event": self.event });
            match of(admin.post(&["tickets", &number, "admit"], &once, &body)).await {
                Ok(Some(answer)) => return self.heard(admin, known, &number, &read(&answer)?, now).await,
                Ok(None) => {}
                Err(refusal) => return Err(refusal),
            }
        }
        // Where the backend heard the question and its answer got lost, both are one by this word.
        self.by_list(known, number, now, Digest::of(once.as_bytes()).to_base64())
    }

    async fn heard(&self, admin: &Admin, known: &mut Known, number: &str, told: &Value, now: i64) -> Result<String, String> {
        let (outcome, ticket) = (told["outcome"].as_str().unwrap_or_default(), &told["ticket"]);
        if ["admitted", "already"].contains(&outcome) {
            known.tickets.insert(number.to_owned(), "admitted".to_owned());
        }
        if known.heard_at.is_none_or(|at| at + FRESH <= now) {
            self.hear(admin, known).await?;
        } else {
            self.write(known)?;
        }
        Ok(match outcome {
            "admitted" => format!("ADMITTED  {number}"),
            "already" => format!("ALREADY   {number}  {}", in_since(ticket)),
            "refunded" => format!("REFUNDED  {number}"),
            "test" => format!("TEST      {number}  admits nobody"),
            "other-event" => format!("ELSEWHERE {number}  is for {}", list::plain(ticket["event"].as_str().unwrap_or("-"))),
            _ => "UNKNOWN".to_owned(),
        })
    }

    /// The same without the backend.
    fn by_list(&self, known: &mut Known, number: String, now: i64, once: String) -> Result<String, String> {
        let heard = known.heard_at.map_or_else(|| "never heard".to_owned(), |at| format!("list of {}", utc(at)));
        let word = match known.tickets.get(&number).map(String::as_str) {
            Some("good") => "ADMITTED ",
            Some("admitted") => "ALREADY  ",
            Some("refunded") => "REFUNDED ",
            Some("test") => "TEST     ",
            _ => "UNKNOWN  ",
        };
        if word == "ADMITTED " {
            known.tickets.insert(number.clone(), "admitted".to_owned());
            known.marks.push(Mark { number: number.clone(), door: self.door.clone(), at: now, once });
            // Written before anybody goes in.
            self.write(known)?;
        }
        Ok(format!("{word} {number}  (offline, {heard}; {} to tell)", known.marks.len()))
    }

    /// Tells the backend whom the door let in, if it can be reached.
    async fn tell(&self, admin: &Admin, known: &mut Known) -> Result<(), String> {
        while !known.marks.is_empty() {
            let some: Vec<Mark> = known.marks.iter().take(BATCH).cloned().collect();
            let Some(answer) = of(admin.post(&["tickets", "marks"], &fresh()?, &json!({ "marks": some }))).await? else { return Ok(()) };
            for mark in read(&answer)?["marks"].as_array().into_iter().flatten().filter(|mark| mark["outcome"] != "admitted") {
                let number = some.iter().find(|own| mark["once"] == own.once).map_or("-", |own| &own.number);
                let stands = match mark["outcome"].as_str().unwrap_or("-") {
                    "already" => format!("was {}", in_since(&mark["ticket"])),
                    "test" => "is a test, which admits nobody".to_owned(),
                    outcome => format!("is {}", list::plain(outcome)),
                };
                tell_person(&format!("DOUBLE    {number}  was let in while offline, and {stands}"));
            }
            known.marks.drain(..some.len());
            self.write(known)?;
        }
        Ok(())
    }

    /// Loads what changed, if the backend can be reached.
    async fn hear(&self, admin: &Admin, known: &mut Known) -> Result<(), String> {
        self.tell(admin, known).await?;
        let Some((tickets, page)) = of(list::load(admin, Some(&self.event), known.since)).await? else { return Ok(()) };
        let own: Vec<String> = known.marks.iter().map(|mark| mark.number.clone()).collect();
        for ticket in tickets {
            let (Some(number), Some(state)) = (ticket["number"].as_str(), ticket["state"].as_str()) else { continue };
            if !own.iter().any(|own| own == number) {
                known.tickets.insert(number.to_owned(), state.to_owned());
            }
        }
        (known.heard_at, known.since) = (page["heard_at"].as_i64(), page["since"].as_i64().unwrap_or(known.since));
        self.write(known)
    }

    fn read(&self) -> Result<Known, String> {
        let fault = |reason: &dyn std::fmt::Display| format!("{}: {reason}", self.state.display());
        let text = match std::fs::read_to_string(&self.state) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Known { event: self.event.clone(), ..Known::default() });
            }
            Err(error) => return Err(fault(&error)),
        };
        let known: Known = serde_json::from_str(&text).map_err(|error| fault(&error))?;
        if known.event != self.event {
            return Err(fault(&format!("is of {:?}; name another file for {:?}", known.event, self.event)));
        }
        Ok(known)
    }

    /// Writes all that is known, whole or not at all.
    fn write(&self, known: &Known) -> Result<(), String> {
        let fault = |error: std::io::Error| format!("{}: {error}", self.state.display());
        // Beside it, under its whole name: doors whose files differ in their endings alone do not share it.
        let mut next = self.state.clone().into_os_string();
        next.push(".next");
        let text = serde_json::to_string(known).map_err(said)?;
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&next).map_err(fault)?;
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(fault)?;
        std::fs::rename(&next, &self.state).map_err(fault)
    }
}

/// Since when, and by which door, somebody is in.
fn in_since(ticket: &Value) -> String {
    let (at, door) = (ticket["admitted_at"].as_i64().map_or_else(String::new, utc), ticket["door"].as_str().unwrap_or("-"));
    format!("in since {at} by {}", list::plain(door))
}

fn tell_person(line: &str) {
    eprintln!("{line}");
}

/// An answer; `None` where there is no network, or nobody answers soon enough.
async fn of<T>(asked: impl Future<Output = Result<T, String>>) -> Result<Option<T>, String> {
    match timeout(PATIENCE, asked).await {
        Err(_) => Ok(None),
        Ok(Err(reason)) if reason.starts_with("the backend at ") || reason.starts_with("internal: ") => Ok(None),
        Ok(Err(reason)) => Err(reason),
        Ok(Ok(told)) => Ok(Some(told)),
    }
}

#[cfg(test)]
mod tests {
    use super::number_of;

    #[test]
    fn a_number_is_read_from_what_scanners_type() {
        let number = merchant::TicketNumber::parse("000000000").unwrap().to_string();
        let claims = protocol::base64::encode(protocol::base64::Alphabet::Url, format!(r#"{{"number":"{number}"}}"#).as_bytes());
        for text in [number.clone(), " ooo-ooo ooo\r".to_owned(), format!("eyJ.{claims}.sig")] {
            assert_eq!(number_of(&text), Some(number.clone()), "{text}");
        }
        for text in ["", "000000001", "https://shop.example/", "a.b.c", "a.e30.c"] {
            assert_eq!(number_of(text), None, "{text}");
        }
    }
}
