//! What of the answers to an order says who answered, as far as it was asked for as such: by what that person is found, and to whom messages
//! go.

use protocol::{AnswersText, Ask};

use super::forms::international;
use crate::messages::Recipient;
use crate::sealed::Term;

/// By what these answers are found. A number that is written without its country's code is one of the country that the answers are about.
pub(crate) fn terms(asks: &[Ask], given: &AnswersText) -> Vec<Term> {
    let answers = given.answers();
    let term = |ask: &Ask| {
        let answer = answers.get(&ask.name)?;
        match ask.kind.as_str() {
            "email" => Term::email(answer),
            "phone" => Term::phone(&international(answer, answers.country.as_deref())?),
            _ => None,
        }
    };
    asks.iter().filter_map(term).collect()
}

/// Whom messages about the order are for; without an address where none was asked for, or given.
pub(crate) fn recipient(asks: &[Ask], given: &AnswersText, locale: &str) -> Recipient {
    let answers = given.answers();
    let of_kind = |kind: &str| asks.iter().filter(|ask| ask.kind == kind).find_map(|ask| answers.get(&ask.name)).map(str::to_owned);
    Recipient { email: of_kind("email"), name: of_kind("name"), locale: locale.to_owned() }
}
