//! The same values for programs that speak serde: written as they are, and read as strictly as [`super::parse`] reads text.

use std::fmt::{self, Formatter};

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};

use super::Value;
use crate::decimal;

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(truth) => serializer.serialize_bool(*truth),
            Value::Int(number) => serializer.serialize_i64(*number),
            Value::Text(text) => serializer.serialize_str(text),
            Value::List(list) => serializer.collect_seq(list),
            Value::Object(members) => serializer.collect_map(members.iter().map(|(key, value)| (key, value))),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(Strict)
    }
}

/// Takes what a body may hold, and nothing else.
struct Strict;

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str("JSON whose numbers are integers of at most 15 digits")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Value, E> {
        Ok(Value::Bool(truth))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Value, E> {
        let fits = decimal::parse(number.unsigned_abs().to_string().as_str()).is_some();
        if fits { Ok(Value::Int(number)) } else { Err(E::custom(format_args!("{number} has more than 15 digits"))) }
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Value, E> {
        self.visit_i64(i64::try_from(number).map_err(|_| E::custom(format_args!("{number} has more than 15 digits")))?)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = values.next_element()? {
            list.push(value);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut members: Vec<(String, Value)> = Vec::new();
        while let Some((key, value)) = entries.next_entry::<String, Value>()? {
            if members.iter().any(|(known, _)| *known == key) {
                return Err(A::Error::custom(format_args!("{key:?} stands there twice")));
            }
            members.push((key, value));
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use crate::json::{Value, parse};

    #[test]
    fn serde_reads_and_writes_what_the_strict_reader_does() {
        for text in
            [r#"{"a":[1,-2,null,true,false,"x\n\u0001\"y"],"b":{"c":{}},"d":[]}"#, "999999999999999", "-999999999999999", r#""茶""#, "[]"]
        {
            let ours = parse(text.as_bytes()).unwrap();
            assert_eq!(serde_json::from_str::<Value>(text).unwrap(), ours, "{text}");
            let written = serde_json::to_string(&ours).unwrap();
            assert_eq!(parse(written.as_bytes()).unwrap(), ours, "{text}");
        }
    }

    #[test]
    fn serde_refuses_what_the_strict_reader_refuses() {
        for text in ["1.5", "1e3", "1000000000000000", "-1000000000000000", "18446744073709551615", r#"{"a":1,"a":2}"#, "[1.0]"] {
            assert!(parse(text.as_bytes()).is_err(), "{text}");
            assert!(serde_json::from_str::<Value>(text).is_err(), "{text}");
        }
    }
}
