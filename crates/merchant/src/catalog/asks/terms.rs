//! By what a person is found who answered: the e-mail address and the telephone number, as far as they were asked for as such.

use protocol::{AnswersText, Ask};

use super::forms::international;
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
