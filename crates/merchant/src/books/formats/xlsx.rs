//! A sheet for people (Office Open XML): texts are texts, amounts are numbers with the digits of their currency. Rows lie in a file of the
//! system's temporary folder until the sheet is written, so that it may be longer than there is memory.

use std::io::Write;

use protocol::Currency;
use rust_xlsxwriter::{Format, Workbook, XlsxError};

use crate::books::movement::Booked;
use crate::books::row::{COLUMNS, Cell, cells, decimal};
use crate::shop_time::ShopTime;

/// How many rows a sheet may have, the names among them.
const MOST: u32 = 1_048_576;

/// How long the text of a cell may be, units of UTF-16.
const CELL: usize = 32_767;

/// A sheet that is being filled.
pub(crate) struct Sheet {
    book: Workbook,
    /// The next row.
    row: u32,
}

/// Why a sheet cannot be filled further.
#[derive(Debug)]
pub(crate) enum TooLong {
    /// It has all rows that a sheet may have.
    Rows,
    /// The temporary folder takes no more.
    Failed(XlsxError),
}

impl From<XlsxError> for TooLong {
    fn from(error: XlsxError) -> TooLong {
        TooLong::Failed(error)
    }
}

impl Sheet {
    /// A sheet with the names of the columns.
    pub(crate) fn begin() -> Result<Sheet, TooLong> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet_with_constant_memory()?;
        let bold = Format::new().set_bold();
        for (name, column) in COLUMNS.into_iter().zip(0..) {
            sheet.write_string_with_format(0, column, name, &bold)?;
        }
        Ok(Sheet { book, row: 1 })
    }

    /// Adds the row of a movement.
    pub(crate) fn add(&mut self, booked: &Booked, time: &ShopTime) -> Result<(), TooLong> {
        if self.row >= MOST {
            return Err(TooLong::Rows);
        }
        let sheet = self.book.worksheet_from_index(0)?;
        for (cell, column) in cells(booked, time).into_iter().zip(0..) {
            match cell {
                Cell::Text(text) if text.is_empty() => {}
                Cell::Text(text) => drop(sheet.write_string(self.row, column, fitting(text))?),
                Cell::Amount(amount, currency) => {
                    let number: f64 = decimal(amount, currency).parse().unwrap_or_default();
                    sheet.write_number_with_format(self.row, column, number, &digits(currency))?;
                }
            }
        }
        self.row += 1;
        Ok(())
    }

    /// Writes the whole file.
    pub(crate) fn write(mut self, out: impl Write + Send) -> Result<(), TooLong> {
        Ok(self.book.save_to_writer(out)?)
    }
}

/// As much of a text as a cell takes; where something is missing, an ellipsis says so.
fn fitting(text: String) -> String {
    if text.encode_utf16().count() <= CELL {
        return text;
    }
    let mut room = CELL - 1;
    let fits = |letter: &char| {
        let is_room = letter.len_utf16() <= room;
        room = room.saturating_sub(letter.len_utf16());
        is_room
    };
    text.chars().take_while(fits).chain(['…']).collect()
}

/// How an amount of that currency is shown.
fn digits(currency: Option<Currency>) -> Format {
    Format::new().set_num_format(match currency.map_or(0, Currency::exponent) {
        0 => "0",
        2 => "0.00",
        3 => "0.000",
        _ => "0.0000",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_takes_as_much_of_a_text_as_it_can() {
        assert_eq!(fitting("tea".to_owned()), "tea");
        assert_eq!(fitting("a".repeat(CELL)).len(), CELL);
        for long in ["a".repeat(CELL + 1), "🫖".repeat(CELL)] {
            let cut = fitting(long);
            assert!(cut.encode_utf16().count() <= CELL && cut.ends_with('…'), "{}", cut.len());
        }
    }
}
