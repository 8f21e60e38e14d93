//! Writes a JSON value as compact text. Straight into a string: the formatting machinery would cost the widget half a kilobyte.

use std::fmt::{self, Display, Formatter};

use super::Value;
use crate::decimal;

impl Value {
    /// The value as compact JSON.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    fn write(&self, text: &mut String) {
        match self {
            Value::Null => text.push_str("null"),
            Value::Bool(true) => text.push_str("true"),
            Value::Bool(false) => text.push_str("false"),
            Value::Int(number) => text.push_str(&decimal::text(*number)),
            Value::Text(string) => quoted(string, text),
            Value::List(list) => {
                let mut before = '[';
                for value in list {
                    text.push(before);
                    value.write(text);
                    before = ',';
                }
                close(before, "[]", text);
            }
            Value::Object(members) => {
                let mut before = '{';
                for (key, value) in members {
                    text.push(before);
                    quoted(key, text);
                    text.push(':');
                    value.write(text);
                    before = ',';
                }
                close(before, "{}", text);
            }
        }
    }
}

impl Display for Value {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str(&self.to_text())
    }
}

/// Ends a list or an object; of an empty one nothing stands there yet.
fn close(before: char, brackets: &str, text: &mut String) {
    text.push_str(if before == ',' { &brackets[1..] } else { brackets });
}

fn quoted(string: &str, text: &mut String) {
    text.push('"');
    for symbol in string.chars() {
        match symbol {
            '"' | '\\' => text.push('\\'),
            '\u{0}'..='\u{1f}' => {
                text.push_str(if symbol < '\u{10}' { "\\u000" } else { "\\u001" });
                text.extend(char::from_digit(u32::from(symbol) & 15, 16));
                continue;
            }
            _ => {}
        }
        text.push(symbol);
    }
    text.push('"');
}
