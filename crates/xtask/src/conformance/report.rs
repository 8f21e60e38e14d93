//! What was checked and how it went, as a table for people.

use std::fmt;

use protocol::Code;

/// Why a check failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    code: &'static str,
    advice: &'static str,
    detail: String,
}

impl Fault {
    /// What no code of the signing profile names: rules of the API and of HTTP.
    pub fn of(code: &'static str, advice: &'static str, detail: impl Into<String>) -> Fault {
        Fault { code, advice, detail: detail.into() }
    }

    /// The same with more words about this case.
    pub fn told(mut self, detail: &str) -> Fault {
        if !self.detail.is_empty() && !detail.is_empty() {
            self.detail.push_str("; ");
        }
        self.detail.push_str(detail);
        self
    }
}

impl From<Code> for Fault {
    fn from(code: Code) -> Fault {
        Fault::of(code.as_str(), code.advice(), "")
    }
}

enum Line {
    Passed(&'static str),
    Failed(&'static str, Fault),
    LeftOut(&'static str, &'static str),
}

/// All checks in the order made.
#[derive(Default)]
pub struct Report(Vec<Line>);

impl Report {
    /// Writes a check down; what it found out goes on to the next.
    pub fn note<T>(&mut self, name: &'static str, result: Result<T, Fault>) -> Option<T> {
        match result {
            Ok(value) => {
                self.0.push(Line::Passed(name));
                Some(value)
            }
            Err(fault) => {
                self.0.push(Line::Failed(name, fault));
                None
            }
        }
    }

    /// Says what was not checked, and why.
    pub fn leave_out(&mut self, name: &'static str, reason: &'static str) {
        self.0.push(Line::LeftOut(name, reason));
    }

    /// How many failed.
    pub fn failures(&self) -> usize {
        self.0.iter().filter(|line| matches!(line, Line::Failed(..))).count()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.0 {
            match line {
                Line::Passed(name) => writeln!(out, "  ok    {name}")?,
                Line::LeftOut(name, reason) => writeln!(out, "  --    {name}: {reason}")?,
                Line::Failed(name, fault) => {
                    writeln!(out, "  FAIL  {name}: {}\n          {}", fault.code, fault.advice)?;
                    if !fault.detail.is_empty() {
                        writeln!(out, "          {}", fault.detail)?;
                    }
                }
            }
        }
        let passed = self.0.iter().filter(|line| matches!(line, Line::Passed(_))).count();
        writeln!(out, "\n{passed} passed, {} failed", self.failures())
    }
}
