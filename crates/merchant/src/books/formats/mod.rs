//! What an export is written as: CSV for programs, a sheet for people, JSON lines for machines.

mod csv;
mod jsonl;
mod xlsx;

pub(crate) use csv::{head as csv_head, row as csv_row};
pub(crate) use jsonl::row as json_row;
pub(crate) use xlsx::{Sheet, TooLong};

/// What an export is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Csv,
    Xlsx,
    Jsonl,
}

impl Format {
    pub(crate) const ALL: [Format; 3] = [Format::Csv, Format::Xlsx, Format::Jsonl];

    /// The word for it, which is also how its files end.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Xlsx => "xlsx",
            Format::Jsonl => "jsonl",
        }
    }

    /// Reads that word.
    pub(crate) fn parse(text: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format.as_str() == text)
    }

    pub(crate) fn media_type(self) -> &'static str {
        match self {
            Format::Csv => "text/csv; charset=utf-8",
            Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Format::Jsonl => "application/jsonl",
        }
    }
}
