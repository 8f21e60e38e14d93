//! Reads strict JSON: what is not exactly one value in UTF-8 is refused, and so is what two parsers could read differently.

use super::Value;
use crate::Code;

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
    let mut parser = Parser { text, at: 0 };
    let value = parser.value(0)?;
    parser.space();
    if parser.at == text.len() { Ok(value) } else { Err(Code::BodyJson) }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    /// Steps over that text if it is next.
    fn take(&mut self, expected: &str) -> bool {
        let next = self.text.as_bytes()[self.at..].starts_with(expected.as_bytes());
        if next {
            self.at += expected.len();
        }
        next
    }

    fn expect(&mut self, expected: &str) -> Result<(), Code> {
        if self.take(expected) { Ok(()) } else { Err(Code::BodyJson) }
    }

    fn value(&mut self, depth: usize) -> Result<Value, Code> {
        if depth > MAX_DEPTH {
            return Err(Code::BodyJson);
        }
        self.space();
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.list(depth),
            Some(b'"') => self.string().map(Value::Text),
            Some(b'-' | b'0'..=b'9') => self.integer(),
            _ if self.take("true") => Ok(Value::Bool(true)),
            _ if self.take("false") => Ok(Value::Bool(false)),
            _ if self.take("null") => Ok(Value::Null),
            _ => Err(Code::BodyJson),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, Code> {
        self.at += 1;
        let mut members: Vec<(String, Value)> = Vec::new();
        self.space();
        if self.take("}") {
            return Ok(Value::Object(members));
        }
        loop {
            self.space();
            let key = self.string()?;
            if members.iter().any(|(known, _)| *known == key) {
                return Err(Code::BodyDuplicateKey);
            }
            self.space();
            self.expect(":")?;
            let value = self.value(depth + 1)?;
            members.push((key, value));
            self.space();
            if self.take("}") {
                return Ok(Value::Object(members));
            }
            self.expect(",")?;
        }
    }

    fn list(&mut self, depth: usize) -> Result<Value, Code> {
        self.at += 1;
        let mut list = Vec::new();
        self.space();
        if self.take("]") {
            return Ok(Value::List(list));
        }
        loop {
            list.push(self.value(depth + 1)?);
            self.space();
            if self.take("]") {
                return Ok(Value::List(list));
            }
            self.expect(",")?;
        }
    }

    /// An integer without leading zeros; what follows it decides in the caller, so `1.5` and `1e3` end as errors.
    fn integer(&mut self) -> Result<Value, Code> {
        let start = self.at;
        let negative = self.take("-");
        let digits_start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        let digits = &self.text[digits_start..self.at];
        let zero_led = digits.len() > 1 && digits.starts_with('0');
        let minus_zero = negative && digits == "0";
        if digits.is_empty() || digits.len() > 15 || zero_led || minus_zero {
            return Err(Code::BodyJson);
        }
        self.text[start..self.at].parse().map(Value::Int).map_err(|_| Code::BodyJson)
    }

    fn string(&mut self) -> Result<String, Code> {
        self.expect("\"")?;
        let mut text = String::new();
        loop {
            let plain = self.at;
            while self.peek().is_some_and(|byte| byte != b'"' && byte != b'\\' && byte >= 0x20) {
                self.at += 1;
            }
            text.push_str(&self.text[plain..self.at]);
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => {
                    self.at += 1;
                    text.push(self.escape()?);
                }
                _ => return Err(Code::BodyJson),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Code> {
        let symbol = self.peek().ok_or(Code::BodyJson)?;
        self.at += 1;
        match symbol {
            b'"' | b'\\' | b'/' => Ok(char::from(symbol)),
            b'b' => Ok('\u{8}'),
            b'f' => Ok('\u{c}'),
            b'n' => Ok('\n'),
            b'r' => Ok('\r'),
            b't' => Ok('\t'),
            b'u' => self.unicode(),
            _ => Err(Code::BodyJson),
        }
    }

    /// `uXXXX`, and for a high surrogate the low one that must follow; a lone half is no character.
    fn unicode(&mut self) -> Result<char, Code> {
        let first = self.hex4()?;
        let scalar = if (0xd800..0xdc00).contains(&first) {
            self.expect("\\u")?;
            let second = self.hex4()?;
            if !(0xdc00..0xe000).contains(&second) {
                return Err(Code::BodyJson);
            }
            0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)
        } else {
            first
        };
        char::from_u32(scalar).ok_or(Code::BodyJson)
    }

    fn hex4(&mut self) -> Result<u32, Code> {
        let digits = self.text.as_bytes().get(self.at..self.at + 4).ok_or(Code::BodyJson)?;
        let mut number = 0;
        for &digit in digits {
            number = number * 16 + char::from(digit).to_digit(16).ok_or(Code::BodyJson)?;
        }
        self.at += 4;
        Ok(number)
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
