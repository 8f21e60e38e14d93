//! What a shopper answered, as one text of JSON: an order names it by its digest, which tells nothing of it, for the text holds a random salt.

use crate::base64::{self, Alphabet};
use crate::json::{self, Fields, Value};
use crate::{Digest, Fault};

/// The members of the text; whatever else somebody writes there was asked by nobody.
const MEMBERS: [&str; 5] = ["salt", "country", "region", "delivery", "answers"];
/// The longest text, bytes: every question that a shop can ask, answered at length.
const LONGEST: usize = 32 * 1024;

/// The answers to what a cart or an order asks.
#[derive(Clone, PartialEq, Eq)]
pub struct Answers {
    /// 16 random bytes.
    pub salt: [u8; 16],
    /// Where it goes, as it was priced: ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// The part of that country, as it was priced.
    pub region: Option<String>,
    /// The id of the chosen delivery, as it was priced.
    pub delivery: Option<String>,
    /// Name and answer of each ask that was answered, or of each part of an address: `address.city`. None is empty.
    pub given: Vec<(String, String)>,
}

/// Answers, and the text that the order is bound to. Neither is ever shown to anybody who debugs.
#[derive(Clone, PartialEq, Eq)]
pub struct AnswersText {
    text: String,
    answers: Answers,
}

impl Answers {
    /// The answer to the ask of that name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.given.iter().find(|(known, _)| known == name).map(|(_, answer)| answer.as_str())
    }

    fn to_json(&self) -> Value {
        let mut members = vec![("salt".to_owned(), Value::Text(base64::encode(Alphabet::Url, &self.salt)))];
        for (name, text) in [("country", &self.country), ("region", &self.region), ("delivery", &self.delivery)] {
            if let Some(text) = text {
                members.push((name.to_owned(), text.as_str().into()));
            }
        }
        members.push(("answers".to_owned(), Value::texts(&self.given)));
        Value::Object(members)
    }

    fn read(fields: &mut Fields<'_>) -> Answers {
        let salt = base64::decode(Alphabet::Url, fields.text("salt")).and_then(|salt| salt.try_into().ok());
        Answers {
            salt: fields.require(salt, [0; 16]),
            country: fields.maybe_string("country"),
            region: fields.maybe_string("region"),
            delivery: fields.maybe_string("delivery"),
            given: fields.maybe("answers", Fields::texts).unwrap_or_default(),
        }
    }

    /// What is about another place, or another delivery, than the price: a fault for each.
    pub fn elsewhere(&self, country: Option<&str>, region: Option<&str>, delivery: Option<&str>) -> Vec<Fault> {
        let pairs = [("country", &self.country, country), ("region", &self.region, region), ("delivery", &self.delivery, delivery)];
        let others = pairs.into_iter().filter(|(_, answered, priced)| answered.as_deref() != *priced);
        others.map(|(name, ..)| Fault { code: "answer-elsewhere".to_owned(), field: Some(name.to_owned()), ..Fault::default() }).collect()
    }
}

impl AnswersText {
    /// Writes answers down.
    pub fn of(answers: Answers) -> AnswersText {
        AnswersText { text: answers.to_json().to_text(), answers }
    }

    /// Reads the text of answers. `None` where it is no JSON of that shape, holds anything else, or is longer than answers are.
    pub fn parse(text: &str) -> Option<AnswersText> {
        let body = json::parse(text.as_bytes()).ok().filter(|_| text.len() <= LONGEST)?;
        let Value::Object(members) = &body else { return None };
        let is_known = |(name, value): &(String, Value)| MEMBERS.contains(&name.as_str()) && !matches!(value, Value::Null);
        let answers = Fields::read(&body, Answers::read).ok().filter(|_| members.iter().all(is_known))?;
        Some(AnswersText { text: text.to_owned(), answers })
    }

    /// Exactly what the order is bound to.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What was answered.
    pub fn answers(&self) -> &Answers {
        &self.answers
    }

    /// What the order repeats: SHA-256 of the text.
    pub fn digest(&self) -> Digest {
        Digest::of(self.text.as_bytes())
    }
}

impl std::fmt::Debug for Answers {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Answers")
    }
}

impl std::fmt::Debug for AnswersText {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("AnswersText")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers() -> Answers {
        let given = [("email", "lin@example.org"), ("address.city", "Ort \"am\" See")];
        Answers {
            salt: [7; 16],
            country: Some("DE".to_owned()),
            region: None,
            delivery: Some("post".to_owned()),
            given: given.map(|(name, answer)| (name.to_owned(), answer.to_owned())).into(),
        }
    }

    #[test]
    fn answers_are_read_as_they_are_written() {
        let written = AnswersText::of(answers());
        let read = AnswersText::parse(written.text()).unwrap();
        assert_eq!((read.answers(), read.digest()), (&answers(), written.digest()));
        assert_eq!(read.answers().get("email"), Some("lin@example.org"));
        assert_eq!(read.answers().get("phone"), None);
        assert_eq!(format!("{read:?} {:?}", read.answers()), "AnswersText Answers");
    }

    #[test]
    fn what_is_no_text_of_answers_is_refused() {
        let good = r#"{"salt":"BwcHBwcHBwcHBwcHBwcHBw","answers":{"a":"b"}}"#;
        assert!(AnswersText::parse(good).is_some());
        for bad in [
            "",
            "[]",
            "{}",
            &good.replace("Bw\"", "\""),
            &good.replace("\"b\"", "1"),
            &good.replace("{\"a\":\"b\"}", "[]"),
            &good.replace("{\"salt", "{\"card\":{},\"salt"),
            &good.replace("{\"salt", "{\"region\":null,\"salt"),
            &format!("{good}{}", " ".repeat(LONGEST)),
        ] {
            assert!(AnswersText::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn what_is_about_another_place_is_named() {
        let fields = |country, delivery| {
            let faults = answers().elsewhere(country, None, delivery);
            faults.iter().map(|fault| fault.field.clone().unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(fields(Some("DE"), Some("post")), [""; 0]);
        assert_eq!(fields(Some("FR"), None), ["country", "delivery"]);
    }
}
