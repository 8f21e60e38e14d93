//! Reads strict JSON: what is not exactly one value in UTF-8 is refused, and so is what two parsers could read differently.

use super::Value;
use crate::{Code, decimal};

/// How deep arrays and objects may nest: ours need five, and recursion must end.
pub const MAX_DEPTH: usize = 16;

/// Reads one value.
///
/// # Errors
/// `body-encoding` for bytes that are not UTF-8 or that begin with a byte order mark; `body-duplicate-key`;
/// `body-json` for all else, floats, exponents and integers of more than 15 digits included.
pub fn parse(bytes: &[u8]) -> Result<Value, Code> {
    let text = std::str::from_utf8(bytes).map_err(|_| Code::BodyEncoding)?;
    if text.starts_with('\u{feff}') {
        return Err(Code::BodyEncoding);
    }
    let mut parser = Parser { text, at: 0, failure: None };
    let value = parser.value(0);
    if parser.next().is_some() {
        parser.fail(Code::BodyJson);
    }
    parser.failure.map_or(Ok(value), Err)
}

/// Reads from front to back. The first failure is kept and skips the rest of the text, so that every loop ends by itself;
/// what is read from then on is a stand-in that nobody sees.
struct Parser<'a> {
    text: &'a str,
    at: usize,
    failure: Option<Code>,
}

impl Parser<'_> {
    #[inline(never)]
    fn fail(&mut self, code: Code) {
        self.failure.get_or_insert(code);
        self.at = self.text.len();
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// What comes next, behind white space.
    #[inline(never)]
    fn next(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
        self.peek()
    }

    /// Steps over that symbol if it comes next.
    #[inline(never)]
    fn take(&mut self, symbol: u8) -> bool {
        let comes = self.next() == Some(symbol);
        self.at += usize::from(comes);
        comes
    }

    /// Steps over that text, which must stand right here.
    #[inline(never)]
    fn expect(&mut self, expected: &str) {
        if self.text.as_bytes()[self.at..].starts_with(expected.as_bytes()) {
            self.at += expected.len();
        } else {
            self.fail(Code::BodyJson);
        }
    }

    /// Steps over one byte, which must be there.
    #[inline(never)]
    fn byte(&mut self) -> u8 {
        let Some(byte) = self.peek() else {
            self.fail(Code::BodyJson);
            return 0;
        };
        self.at += 1;
        byte
    }

    fn value(&mut self, depth: usize) -> Value {
        match self.next() {
            _ if depth > MAX_DEPTH => {
                self.fail(Code::BodyJson);
                Value::Null
            }
            Some(b'{') => self.object(depth),
            Some(b'[') => self.list(depth),
            Some(b'"') => Value::Text(self.string()),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
            _ => self.integer(),
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Value {
        self.expect(word);
        value
    }

    fn object(&mut self, depth: usize) -> Value {
        let mut members: Vec<(String, Value)> = Vec::new();
        self.at += 1;
        if self.take(b'}') {
            return Value::Object(members);
        }
        loop {
            self.next();
            let key = self.string();
            if members.iter().any(|(known, _)| *known == key) {
                self.fail(Code::BodyDuplicateKey);
            }
            self.next();
            self.expect(":");
            let value = self.value(depth + 1);
            members.push((key, value));
            if !self.take(b',') {
                self.expect("}");
                return Value::Object(members);
            }
        }
    }

    fn list(&mut self, depth: usize) -> Value {
        let mut list = Vec::new();
        self.at += 1;
        if self.take(b']') {
            return Value::List(list);
        }
        loop {
            list.push(self.value(depth + 1));
            if !self.take(b',') {
                self.expect("]");
                return Value::List(list);
            }
        }
    }

    /// An integer of at most 15 digits without leading zeros. What follows it is judged by the caller, so `1.5`, `1e3` and
    /// a sixteenth digit end as errors.
    fn integer(&mut self) -> Value {
        let negative = self.take(b'-');
        let leading_zero = self.peek() == Some(b'0');
        let (number, digits) = decimal::leading(&self.text.as_bytes()[self.at..]);
        self.at += digits;
        // A zero stands alone and has no sign.
        if digits == 0 || leading_zero && (negative || digits > 1) {
            self.fail(Code::BodyJson);
        }
        Value::Int(if negative { -number } else { number })
    }

    #[inline(never)]
    fn string(&mut self) -> String {
        let mut text = String::new();
        self.expect("\"");
        loop {
            let plain = self.at;
            while self.peek().is_some_and(|byte| byte != b'"' && byte != b'\\' && byte >= 0x20) {
                self.at += 1;
            }
            text.push_str(&self.text[plain..self.at]);
            match self.byte() {
                b'"' => return text,
                b'\\' => text.push(self.escape()),
                _ => {
                    self.fail(Code::BodyJson);
                    return text;
                }
            }
        }
    }

    fn escape(&mut self) -> char {
        match self.byte() {
            symbol @ (b'"' | b'\\' | b'/') => char::from(symbol),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => self.unicode(),
            _ => {
                self.fail(Code::BodyJson);
                '\0'
            }
        }
    }

    /// `uXXXX`, and for a high surrogate the low one that must follow; a lone half is no character.
    fn unicode(&mut self) -> char {
        let mut scalar = self.hex4();
        if (0xd800..0xdc00).contains(&scalar) {
            self.expect("\\u");
            let low = self.hex4();
            if (0xdc00..0xe000).contains(&low) {
                scalar = 0x10000 + ((scalar - 0xd800) << 10) + (low - 0xdc00);
            }
        }
        char::from_u32(scalar).unwrap_or_else(|| {
            self.fail(Code::BodyJson);
            '\0'
        })
    }

    #[inline(never)]
    fn hex4(&mut self) -> u32 {
        let mut number = 0;
        for _ in 0..4 {
            let digit = char::from(self.byte()).to_digit(16).unwrap_or_else(|| {
                self.fail(Code::BodyJson);
                0
            });
            number = number * 16 + digit;
        }
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Code {
        parse(text.as_bytes()).unwrap_err()
    }

    #[test]
    fn a_value_survives_writing_and_reading() {
        let text = r#"{"a":[1,-2,0,null,true,false],"b":{"c":"é\"\\\u0001 茶"},"d":[],"e":{}}"#;
        assert_eq!(parse(text.as_bytes()).unwrap().to_string(), text);
    }

    #[test]
    fn escapes_are_read_and_lone_surrogates_refused() {
        assert_eq!(parse(br#""\ud83c\udf75\n\/""#).unwrap(), Value::Text("🍵\n/".into()));
        for text in [r#""\ud83c""#, r#""\udf75""#, r#""\ud83cx""#, r#""\u12""#, r#""\x""#, "\"\n\"", "\"open"] {
            assert_eq!(code(text), Code::BodyJson, "{text}");
        }
    }

    #[test]
    fn money_is_never_a_float() {
        for text in ["1.0", "1e2", "1E2", "-0", "01", "+1", "1234567890123456", "NaN", "0x1", "-", "1."] {
            assert_eq!(code(text), Code::BodyJson, "{text}");
        }
        assert_eq!(parse(b"123456789012345").unwrap(), Value::Int(123_456_789_012_345));
    }

    #[test]
    fn what_two_parsers_could_read_differently_is_refused() {
        assert_eq!(code(r#"{"a":1,"a":2}"#), Code::BodyDuplicateKey);
        assert_eq!(code(r#"{"a":1,"\u0061":2}"#), Code::BodyDuplicateKey);
        assert_eq!(code("\u{feff}{}"), Code::BodyEncoding);
        assert_eq!(parse(b"\"\xff\"").unwrap_err(), Code::BodyEncoding);
        for text in ["{} x", "{},", "[1,]", "{\"a\":1,}", "{a:1}", "'a'", "", " ", "[1 2]", "{\"a\" 1}", "nul", "//"] {
            assert_eq!(code(text), Code::BodyJson, "{text}");
        }
    }

    #[test]
    fn nesting_ends_before_the_stack_does() {
        let deep = "[".repeat(100_000);
        assert_eq!(code(&deep), Code::BodyJson);
        assert!(parse(format!("{}{}", "[".repeat(MAX_DEPTH), "]".repeat(MAX_DEPTH)).as_bytes()).is_ok());
    }

    proptest::proptest! {
        #[test]
        fn parsing_never_panics(bytes: Vec<u8>) {
            let _ = parse(&bytes);
        }

        #[test]
        fn every_string_survives(text: String) {
            let value = Value::Text(text);
            proptest::prop_assert_eq!(parse(value.to_string().as_bytes()).unwrap(), value);
        }
    }
}
