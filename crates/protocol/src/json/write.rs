//! Writes a JSON value as compact text.

use std::fmt::{self, Display, Formatter, Write};

use super::Value;

impl Display for Value {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => out.write_str("null"),
            Value::Bool(true) => out.write_str("true"),
            Value::Bool(false) => out.write_str("false"),
            Value::Int(number) => Display::fmt(number, out),
            Value::Text(text) => quoted(text, out),
            Value::List(list) => {
                out.write_char('[')?;
                for (at, value) in list.iter().enumerate() {
                    separate(at, out)?;
                    Display::fmt(value, out)?;
                }
                out.write_char(']')
            }
            Value::Object(members) => {
                out.write_char('{')?;
                for (at, (key, value)) in members.iter().enumerate() {
                    separate(at, out)?;
                    quoted(key, out)?;
                    out.write_char(':')?;
                    Display::fmt(value, out)?;
                }
                out.write_char('}')
            }
        }
    }
}

fn separate(at: usize, out: &mut Formatter<'_>) -> fmt::Result {
    if at > 0 { out.write_char(',') } else { Ok(()) }
}

fn quoted(text: &str, out: &mut Formatter<'_>) -> fmt::Result {
    out.write_char('"')?;
    for symbol in text.chars() {
        match symbol {
            '"' => out.write_str("\\\"")?,
            '\\' => out.write_str("\\\\")?,
            '\u{0}'..='\u{1f}' => write!(out, "\\u{:04x}", u32::from(symbol))?,
            _ => out.write_char(symbol)?,
        }
    }
    out.write_char('"')
}
