//! Structured fields (RFC 8941), the part that signatures need: dictionaries of inner lists and of byte sequences.
//! Stricter than the RFC where laxity could hide something: duplicate labels and parameters are errors, not "last one wins".

use super::{MAX_COMPONENTS, MAX_HEADER, MAX_MEMBERS, MAX_PARAMETERS};
use crate::base64::{self, Alphabet};
use crate::{Code, decimal};

/// A bare item. Decimals, dates and display strings have no place in this profile and are malformed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bare {
    /// `42`
    Int(i64),
    /// `"text"`
    Text(String),
    /// `token`
    Token(String),
    /// `:YmFzZTY0:`
    Bytes(Vec<u8>),
    /// `?1`
    Bool(bool),
}

/// A covered component: its name and parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// Lower case, derived ones with their `@`.
    pub name: String,
    /// In the order received.
    pub parameters: Vec<(String, Bare)>,
}

/// One member of `Signature-Input`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureInput {
    /// Covered components, in order.
    pub components: Vec<Component>,
    /// Signature parameters, in order.
    pub parameters: Vec<(String, Bare)>,
}

/// Reads `Signature-Input`: label and inner list of each member.
///
/// # Errors
/// `sig-too-large`, `sig-duplicate-label`, `param-duplicate`, `sig-malformed`.
pub fn parse_signature_input(field: &str) -> Result<Vec<(String, SignatureInput)>, Code> {
    let mut parser = Parser::of(field);
    let mut inputs = Vec::new();
    while let Some(label) = parser.label() {
        let input = SignatureInput { components: parser.inner_list(), parameters: parser.parameters(Code::ParamDuplicate) };
        if input.components.len() > MAX_COMPONENTS || input.parameters.len() > MAX_PARAMETERS {
            parser.fail(Code::SigTooLarge);
        }
        inputs.push((label, input));
    }
    parser.failure.map_or(Ok(inputs), Err)
}

/// Reads `Signature`: label and bytes of each member; parameters are not allowed.
///
/// # Errors
/// `sig-too-large`, `sig-duplicate-label`, `sig-malformed`.
pub fn parse_signature(field: &str) -> Result<Vec<(String, Vec<u8>)>, Code> {
    let mut parser = Parser::of(field);
    let mut signatures = Vec::new();
    while let Some(label) = parser.label() {
        signatures.push((label, parser.bytes()));
    }
    parser.failure.map_or(Ok(signatures), Err)
}

/// Reads `Unencoded-Digest` or `Content-Digest`: algorithm and bytes of each member (RFC 9530 §2).
///
/// # Errors
/// `digest-malformed`.
pub fn parse_digest(field: &str) -> Result<Vec<(String, Vec<u8>)>, Code> {
    parse_signature(field).map_err(|_| Code::DigestMalformed)
}

impl SignatureInput {
    /// The parameter of that name.
    #[inline(never)]
    pub fn parameter(&self, name: &str) -> Option<&Bare> {
        self.parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// Whether `tag` is that string.
    pub fn has_tag(&self, tag: &str) -> bool {
        matches!(self.parameter("tag"), Some(Bare::Text(text)) if text == tag)
    }

    /// Writes it as RFC 8941 §4.1.1 says: the value of `@signature-params`.
    pub fn serialise(&self) -> String {
        let mut text = String::from("(");
        for (at, component) in self.components.iter().enumerate() {
            if at > 0 {
                text.push(' ');
            }
            component.write(&mut text);
        }
        text.push(')');
        write_parameters(&self.parameters, &mut text);
        text
    }
}

impl Component {
    /// Writes it as it stands in the signature base.
    pub fn serialise(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    pub(super) fn write(&self, text: &mut String) {
        text.push('"');
        text.push_str(&self.name);
        text.push('"');
        write_parameters(&self.parameters, text);
    }
}

fn write_parameters(parameters: &[(String, Bare)], text: &mut String) {
    for (key, value) in parameters {
        text.push(';');
        text.push_str(key);
        if !matches!(value, Bare::Bool(true)) {
            text.push('=');
            write_bare(value, text);
        }
    }
}

fn write_bare(value: &Bare, text: &mut String) {
    match value {
        Bare::Int(number) => text.push_str(&decimal::text(*number)),
        Bare::Text(string) => {
            text.push('"');
            for symbol in string.chars() {
                if matches!(symbol, '"' | '\\') {
                    text.push('\\');
                }
                text.push(symbol);
            }
            text.push('"');
        }
        Bare::Token(token) => text.push_str(token),
        Bare::Bytes(bytes) => {
            text.push(':');
            text.push_str(&base64::encode(Alphabet::Standard, bytes));
            text.push(':');
        }
        Bare::Bool(truth) => text.push_str(if *truth { "?1" } else { "?0" }),
    }
}

/// Reads from front to back. The first failure is kept and takes the rest away, so that every loop ends by itself; what is
/// read from then on is a stand-in that nobody sees.
struct Parser<'a> {
    rest: &'a [u8],
    labels: Vec<String>,
    failure: Option<Code>,
}

impl Parser<'_> {
    #[inline(never)]
    fn of(field: &str) -> Parser<'_> {
        let mut parser = Parser { rest: field.as_bytes(), labels: Vec::new(), failure: None };
        if field.len() > MAX_HEADER {
            parser.fail(Code::SigTooLarge);
        }
        if !field.is_ascii() {
            parser.fail(Code::SigMalformed);
        }
        parser.skip(b" ");
        parser
    }

    /// The next label of a dictionary whose every member has an explicit value (RFC 8941 §4.2.2), or `None` at its end.
    #[inline(never)]
    fn label(&mut self) -> Option<String> {
        if !self.labels.is_empty() {
            if self.labels.len() > MAX_MEMBERS {
                self.fail(Code::SigTooLarge);
            }
            self.skip(b" \t");
            if self.rest.is_empty() {
                return None;
            }
            self.expect(b',');
            self.skip(b" \t");
        }
        let label = self.key();
        if self.labels.contains(&label) {
            self.fail(Code::SigDuplicateLabel);
        }
        self.expect(b'=');
        self.labels.push(label.clone());
        Some(label)
    }

    #[inline(never)]
    fn fail(&mut self, code: Code) {
        self.failure.get_or_insert(code);
        self.rest = &[];
    }

    /// The next byte; at the end 0, which fits nowhere.
    fn peek(&self) -> u8 {
        self.rest.first().copied().unwrap_or(0)
    }

    /// Takes the next byte, which must be there.
    #[inline(never)]
    fn next(&mut self) -> u8 {
        let byte = self.peek();
        match self.rest.split_first() {
            Some((_, rest)) => self.rest = rest,
            None => self.fail(Code::SigMalformed),
        }
        byte
    }

    /// Steps over that byte if it is next.
    #[inline(never)]
    fn take(&mut self, byte: u8) -> bool {
        let next = self.rest.strip_prefix(&[byte]);
        self.rest = next.unwrap_or(self.rest);
        next.is_some()
    }

    #[inline(never)]
    fn expect(&mut self, byte: u8) {
        if !self.take(byte) {
            self.fail(Code::SigMalformed);
        }
    }

    #[inline(never)]
    fn skip(&mut self, bytes: &[u8]) {
        while bytes.contains(&self.peek()) {
            self.rest = &self.rest[1..];
        }
    }

    /// Takes as many bytes as fit.
    #[inline(never)]
    fn run(&mut self, fits: fn(u8) -> bool) -> String {
        let mut text = String::new();
        while !self.rest.is_empty() && fits(self.peek()) {
            text.push(char::from(self.next()));
        }
        text
    }

    /// RFC 8941 §4.2.3.3.
    #[inline(never)]
    fn key(&mut self) -> String {
        let first = self.peek();
        if !first.is_ascii_lowercase() && first != b'*' {
            self.fail(Code::SigMalformed);
        }
        self.run(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-.*".contains(&byte))
    }

    /// RFC 8941 §4.2.1.2, with strings as the only items: those are the component names.
    fn inner_list(&mut self) -> Vec<Component> {
        let mut components = Vec::new();
        self.expect(b'(');
        loop {
            self.skip(b" ");
            if self.take(b')') {
                return components;
            }
            let name = self.component_name();
            let parameters = self.parameters(Code::CompDuplicate);
            components.push(Component { name, parameters });
            if !matches!(self.peek(), b' ' | b')') {
                self.fail(Code::SigMalformed);
                return components;
            }
        }
    }

    /// A component name is a string without escapes: field names and derived names never need one.
    fn component_name(&mut self) -> String {
        self.expect(b'"');
        let name = self.run(|byte| byte != b'"' && byte != b'\\' && (0x20..0x7f).contains(&byte));
        self.expect(b'"');
        name
    }

    /// RFC 8941 §4.2.3.2; a repeated key is the given error.
    #[inline(never)]
    fn parameters(&mut self, duplicate: Code) -> Vec<(String, Bare)> {
        let mut parameters: Vec<(String, Bare)> = Vec::new();
        while self.take(b';') {
            self.skip(b" ");
            let key = self.key();
            let value = if self.take(b'=') { self.bare() } else { Bare::Bool(true) };
            if parameters.iter().any(|(known, _)| *known == key) {
                self.fail(duplicate);
            }
            parameters.push((key, value));
        }
        parameters
    }

    fn bare(&mut self) -> Bare {
        match self.peek() {
            b'"' => Bare::Text(self.string()),
            b':' => Bare::Bytes(self.bytes()),
            b'-' | b'0'..=b'9' => Bare::Int(self.integer()),
            b'?' => {
                self.next();
                let digit = self.next();
                if !matches!(digit, b'0' | b'1') {
                    self.fail(Code::SigMalformed);
                }
                Bare::Bool(digit == b'1')
            }
            byte => {
                if !byte.is_ascii_alphabetic() && byte != b'*' {
                    self.fail(Code::SigMalformed);
                }
                Bare::Token(self.run(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~:/".contains(&byte)))
            }
        }
    }

    /// RFC 8941 §4.2.4 without decimals; at most 15 digits.
    fn integer(&mut self) -> i64 {
        let negative = self.take(b'-');
        let (number, digits) = decimal::leading(self.rest);
        self.rest = &self.rest[digits..];
        if digits == 0 || matches!(self.peek(), b'.' | b'0'..=b'9') {
            self.fail(Code::SigMalformed);
        }
        if negative { -number } else { number }
    }

    /// RFC 8941 §4.2.5.
    fn string(&mut self) -> String {
        let mut text = String::new();
        self.expect(b'"');
        loop {
            match self.next() {
                b'"' => return text,
                b'\\' => match self.next() {
                    symbol @ (b'"' | b'\\') => text.push(char::from(symbol)),
                    _ => self.fail(Code::SigMalformed),
                },
                symbol @ 0x20..0x7f => text.push(char::from(symbol)),
                _ => {
                    self.fail(Code::SigMalformed);
                    return text;
                }
            }
        }
    }

    /// RFC 8941 §4.2.7, with canonical base64 only. A parameter behind it fails in the caller.
    #[inline(never)]
    fn bytes(&mut self) -> Vec<u8> {
        self.expect(b':');
        let text = self.run(|byte| byte != b':');
        self.expect(b':');
        base64::decode(Alphabet::Standard, &text).unwrap_or_else(|| {
            self.fail(Code::SigMalformed);
            Vec::new()
        })
    }
}
