//! Strict JSON for money: RFC 8259 without floats, without duplicate keys, without anything after the value.
//! Our own, because general parsers accept all three and cost the widget four times the bytes
//! (serde_json with derived types: 12 kB brotli more than none).

mod fields;
mod parse;
#[cfg(feature = "serde")]
mod serde;
mod write;

pub use fields::Fields;
pub use parse::{MAX_DEPTH, parse};

use std::mem::{self, ManuallyDrop};

use crate::Code;

/// A JSON value. Numbers are integers of at most 15 digits, which every language holds exactly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// An integer of at most 15 digits.
    Int(i64),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Value>),
    /// An object, in the order written; keys are unique.
    Object(Vec<(String, Value)>),
}

impl Value {
    /// Builds an object from its members, in order.
    pub fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
        // The values are moved out below, so that nothing is left to drop.
        Value::named(&mut *ManuallyDrop::new(members))
    }

    /// Builds an object of texts, each with its name.
    pub fn texts(texts: &[(String, String)]) -> Value {
        let mut members = Vec::new();
        for (name, text) in texts {
            members.push((name.clone(), text.as_str().into()));
        }
        Value::Object(members)
    }

    /// One function for objects of every size.
    #[inline(never)]
    fn named(members: &mut [(&str, Value)]) -> Value {
        let mut object = Vec::new();
        for (key, value) in members {
            object.push(((*key).to_owned(), mem::replace(value, Value::Null)));
        }
        Value::Object(object)
    }

    /// The member of that name, or `None` where there is none, where it is `null`, or where this is no object.
    #[inline(never)]
    pub fn get(&self, name: &str) -> Option<&Value> {
        let Value::Object(members) = self else { return None };
        let (_, value) = members.iter().find(|(key, _)| key == name)?;
        (!matches!(value, Value::Null)).then_some(value)
    }

    /// The member of that name, which must be there.
    pub fn need(&self, name: &str) -> Result<&Value, Code> {
        self.get(name).ok_or(Code::BodySchema)
    }

    /// This value as a string.
    pub fn as_text(&self) -> Result<&str, Code> {
        let Value::Text(text) = self else { return Err(Code::BodySchema) };
        Ok(text)
    }

    /// This value as an integer.
    pub fn as_int(&self) -> Result<i64, Code> {
        let Value::Int(number) = self else { return Err(Code::BodySchema) };
        Ok(*number)
    }

    /// This value as a list.
    pub fn as_list(&self) -> Result<&[Value], Code> {
        let Value::List(list) = self else { return Err(Code::BodySchema) };
        Ok(list)
    }

    /// This value as a truth value.
    pub fn as_bool(&self) -> Result<bool, Code> {
        let Value::Bool(truth) = self else { return Err(Code::BodySchema) };
        Ok(*truth)
    }

    /// The string member of that name.
    pub fn text(&self, name: &str) -> Result<&str, Code> {
        self.need(name)?.as_text()
    }

    /// The integer member of that name.
    pub fn int(&self, name: &str) -> Result<i64, Code> {
        self.need(name)?.as_int()
    }

    /// Reads the member of that name if it is there and not `null`.
    pub fn maybe<T>(&self, name: &str, read: impl FnOnce(&Value) -> Result<T, Code>) -> Result<Option<T>, Code> {
        self.get(name).map(read).transpose()
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Value {
        Value::Int(number)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Value {
        Value::Bool(truth)
    }
}

impl From<&str> for Value {
    #[inline(never)]
    fn from(text: &str) -> Value {
        Value::Text(text.to_owned())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, Into::into)
    }
}

impl<T: Into<Value>> FromIterator<T> for Value {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Value {
        let mut list = Vec::new();
        for value in values {
            list.push(value.into());
        }
        Value::List(list)
    }
}
