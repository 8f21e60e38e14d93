//! What a person is found by, asked for at a prompt: a command's words are seen by others on the machine, and kept in histories.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use clap::ValueEnum;
use merchant::sealed::Term;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in super::super) enum Asked {
    /// An e-mail address
    Email,
    /// A telephone number with its country's code, +86 …
    Phone,
    /// A wallet's or an Official Account's id of a shopper
    Openid,
    /// A part of a name; opens every record, which takes its time
    Name,
}

impl Asked {
    /// Asks at a terminal, or reads a line.
    pub(super) fn ask(self) -> Result<String, String> {
        let mut input = io::stdin().lock();
        if input.is_terminal() {
            eprint!("{}: ", self.words());
            io::stderr().flush().map_err(|error| error.to_string())?;
        }
        let mut line = String::new();
        input.read_line(&mut line).map_err(|error| error.to_string())?;
        match line.trim() {
            "" => Err(format!("no {} was given; type it, or send it by standard input", self.words())),
            given => Ok(given.to_owned()),
        }
    }

    /// What was given as a term; `None` of a name.
    pub(super) fn term(self, given: &str) -> Result<Option<Term>, String> {
        let term = match self {
            Asked::Email => Term::email(given),
            Asked::Phone => Term::phone(given),
            Asked::Openid => Term::openid(given),
            Asked::Name => return Ok(None),
        };
        term.map(Some).ok_or_else(|| format!("that is no {}", self.words()))
    }

    fn words(self) -> &'static str {
        match self {
            Asked::Email => "e-mail address",
            Asked::Phone => "telephone number with its country's code (+86 …)",
            Asked::Openid => "openid",
            Asked::Name => "name",
        }
    }
}
