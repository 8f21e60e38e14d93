//! One line of the table: what was measured where, and what came out.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// The median of many runs.
    Microseconds,
    /// One of many runs: the median, or the one that says so.
    Milliseconds,
    /// How often in a second.
    PerSecond,
    /// Of memory, 1024 bytes each.
    Kilobytes,
    /// One figure divided by another.
    Times,
}

/// A figure, or why there is none.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figure {
    pub bench: &'static str,
    /// `native`, or a browser's engine.
    pub place: String,
    pub what: String,
    pub value: Option<f64>,
    pub unit: Unit,
    /// Why there is no value.
    pub missing: Option<String>,
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<8} {:<10} {:<56} ", self.bench, self.place, self.what)?;
        match (self.value, self.unit) {
            (Some(value), Unit::Microseconds) => write!(f, "{value:>10.1} µs"),
            (Some(value), Unit::Milliseconds) => write!(f, "{value:>10.2} ms"),
            (Some(value), Unit::PerSecond) => write!(f, "{value:>10.0} /s"),
            (Some(value), Unit::Kilobytes) => write!(f, "{value:>10.1} kB"),
            (Some(value), Unit::Times) => write!(f, "{value:>10.2} times"),
            (None, _) => write!(f, "not measured: {}", self.missing.as_deref().unwrap_or("no reason was given")),
        }
    }
}
