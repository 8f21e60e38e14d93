//! Structured fields (RFC 8941), the part that signatures need: dictionaries of inner lists and of byte sequences.
//! Stricter than the RFC where laxity could hide something: duplicate labels and parameters are errors, not "last one wins".

use std::fmt::Write;

use super::{MAX_COMPONENTS, MAX_HEADER, MAX_MEMBERS, MAX_PARAMETERS};
use crate::Code;
use crate::base64::{self, Alphabet};

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
    dictionary(field, |parser| {
        let components = parser.inner_list()?;
        let parameters = parser.parameters(Code::ParamDuplicate)?;
        if components.len() > MAX_COMPONENTS || parameters.len() > MAX_PARAMETERS {
            return Err(Code::SigTooLarge);
        }
        Ok(SignatureInput { components, parameters })
    })
}

/// Reads `Signature`: label and bytes of each member; parameters are not allowed.
///
/// # Errors
/// `sig-too-large`, `sig-duplicate-label`, `sig-malformed`.
pub fn parse_signature(field: &str) -> Result<Vec<(String, Vec<u8>)>, Code> {
    dictionary(field, |parser| parser.bytes())
}

/// Reads `Unencoded-Digest` or `Content-Digest`: algorithm and bytes of each member (RFC 9530 §2).
///
/// # Errors
/// `digest-malformed`.
pub fn parse_digest(field: &str) -> Result<Vec<(String, Vec<u8>)>, Code> {
    dictionary(field, |parser| parser.bytes()).map_err(|_| Code::DigestMalformed)
}

impl SignatureInput {
    /// The parameter of that name.
    pub fn parameter(&self, name: &str) -> Option<&Bare> {
        self.parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// Writes it as RFC 8941 §4.1.1 says: the value of `@signature-params`.
    pub fn serialise(&self) -> String {
        let mut text = String::from("(");
        for (at, component) in self.components.iter().enumerate() {
            if at > 0 {
                text.push(' ');
            }
            text.push_str(&component.serialise());
        }
        text.push(')');
        write_parameters(&self.parameters, &mut text);
        text
    }
}

impl Component {
    /// Writes it as it stands in the signature base.
    pub fn serialise(&self) -> String {
        let mut text = format!("\"{}\"", self.name);
        write_parameters(&self.parameters, &mut text);
        text
    }
}

fn write_parameters(parameters: &[(String, Bare)], text: &mut String) {
    for (key, value) in parameters {
        text.push(';');
        text.push_str(key);
        if *value != Bare::Bool(true) {
            text.push('=');
            write_bare(value, text);
        }
    }
}

fn write_bare(value: &Bare, text: &mut String) {
    match value {
        Bare::Int(number) => {
            let _ = write!(text, "{number}");
        }
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

/// Reads a dictionary whose every member has an explicit value (RFC 8941 §4.2.2).
fn dictionary<T>(field: &str, member: impl Fn(&mut Parser<'_>) -> Result<T, Code>) -> Result<Vec<(String, T)>, Code> {
    if field.len() > MAX_HEADER {
        return Err(Code::SigTooLarge);
    }
    if !field.is_ascii() {
        return Err(Code::SigMalformed);
    }
    let mut parser = Parser { rest: field.trim_matches(' ').as_bytes() };
    let mut members: Vec<(String, T)> = Vec::new();
    loop {
        let label = parser.key()?;
        if members.iter().any(|(known, _)| *known == label) {
            return Err(Code::SigDuplicateLabel);
        }
        parser.expect(b'=')?;
        members.push((label, member(&mut parser)?));
        if members.len() > MAX_MEMBERS {
            return Err(Code::SigTooLarge);
        }
        parser.skip(b" \t");
        if parser.rest.is_empty() {
            return Ok(members);
        }
        parser.expect(b',')?;
        parser.skip(b" \t");
    }
}

struct Parser<'a> {
    rest: &'a [u8],
}

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    fn next(&mut self) -> Result<u8, Code> {
        let (&first, rest) = self.rest.split_first().ok_or(Code::SigMalformed)?;
        self.rest = rest;
        Ok(first)
    }

    fn expect(&mut self, byte: u8) -> Result<(), Code> {
        if self.next()? == byte { Ok(()) } else { Err(Code::SigMalformed) }
    }

    fn skip(&mut self, bytes: &[u8]) {
        while self.peek().is_some_and(|byte| bytes.contains(&byte)) {
            self.rest = &self.rest[1..];
        }
    }

    fn take_while(&mut self, fits: impl Fn(u8) -> bool) -> String {
        let end = self.rest.iter().position(|&byte| !fits(byte)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken.iter().copied().map(char::from).collect()
    }

    /// RFC 8941 §4.2.3.3.
    fn key(&mut self) -> Result<String, Code> {
        if !self.peek().is_some_and(|byte| byte.is_ascii_lowercase() || byte == b'*') {
            return Err(Code::SigMalformed);
        }
        Ok(self.take_while(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-' | b'.' | b'*')))
    }

    /// RFC 8941 §4.2.1.2, with strings as the only items: those are the component names.
    fn inner_list(&mut self) -> Result<Vec<Component>, Code> {
        self.expect(b'(')?;
        let mut components = Vec::new();
        loop {
            self.skip(b" ");
            if self.peek() == Some(b')') {
                self.rest = &self.rest[1..];
                return Ok(components);
            }
            let name = self.component_name()?;
            let parameters = self.parameters(Code::CompDuplicate)?;
            components.push(Component { name, parameters });
            if !matches!(self.peek(), Some(b' ' | b')')) {
                return Err(Code::SigMalformed);
            }
        }
    }

    /// A component name is a string without escapes: field names and derived names never need one.
    fn component_name(&mut self) -> Result<String, Code> {
        self.expect(b'"')?;
        let name = self.take_while(|byte| byte != b'"' && byte != b'\\' && (0x20..0x7f).contains(&byte));
        self.expect(b'"')?;
        Ok(name)
    }

    /// RFC 8941 §4.2.3.2; a repeated key is the given error.
    fn parameters(&mut self, duplicate: Code) -> Result<Vec<(String, Bare)>, Code> {
        let mut parameters: Vec<(String, Bare)> = Vec::new();
        while self.peek() == Some(b';') {
            self.rest = &self.rest[1..];
            self.skip(b" ");
            let key = self.key()?;
            let value = if self.peek() == Some(b'=') {
                self.rest = &self.rest[1..];
                self.bare()?
            } else {
                Bare::Bool(true)
            };
            if parameters.iter().any(|(known, _)| *known == key) {
                return Err(duplicate);
            }
            parameters.push((key, value));
        }
        Ok(parameters)
    }

    fn bare(&mut self) -> Result<Bare, Code> {
        match self.peek() {
            Some(b'"') => self.string().map(Bare::Text),
            Some(b':') => self.bytes().map(Bare::Bytes),
            Some(b'-' | b'0'..=b'9') => self.integer().map(Bare::Int),
            Some(b'?') => {
                self.next()?;
                match self.next()? {
                    b'1' => Ok(Bare::Bool(true)),
                    b'0' => Ok(Bare::Bool(false)),
                    _ => Err(Code::SigMalformed),
                }
            }
            Some(byte) if byte.is_ascii_alphabetic() || byte == b'*' => {
                Ok(Bare::Token(self.take_while(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~:/".contains(&b))))
            }
            _ => Err(Code::SigMalformed),
        }
    }

    /// RFC 8941 §4.2.4 without decimals; at most 15 digits.
    fn integer(&mut self) -> Result<i64, Code> {
        let negative = self.peek() == Some(b'-');
        if negative {
            self.rest = &self.rest[1..];
        }
        let digits = self.take_while(|byte| byte.is_ascii_digit());
        if digits.is_empty() || digits.len() > 15 || self.peek() == Some(b'.') {
            return Err(Code::SigMalformed);
        }
        let number: i64 = digits.parse().map_err(|_| Code::SigMalformed)?;
        Ok(if negative { -number } else { number })
    }

    /// RFC 8941 §4.2.5.
    fn string(&mut self) -> Result<String, Code> {
        self.expect(b'"')?;
        let mut text = String::new();
        loop {
            match self.next()? {
                b'"' => return Ok(text),
                b'\\' => match self.next()? {
                    symbol @ (b'"' | b'\\') => text.push(char::from(symbol)),
                    _ => return Err(Code::SigMalformed),
                },
                symbol @ 0x20..0x7f => text.push(char::from(symbol)),
                _ => return Err(Code::SigMalformed),
            }
        }
    }

    /// RFC 8941 §4.2.7, with canonical base64 only. A parameter behind it fails in the caller.
    fn bytes(&mut self) -> Result<Vec<u8>, Code> {
        self.expect(b':')?;
        let text = self.take_while(|byte| byte != b':');
        self.expect(b':')?;
        base64::decode(Alphabet::Standard, &text).ok_or(Code::SigMalformed)
    }
}
