//! Whether answers answer what is asked: all that is wrong with them, at once.

use protocol::{AnswersText, Ask, Fault, Price};

use super::fitting::fits;
use super::tax_id::is_tax_id;
use crate::cart_fault::of_field;

/// What is wrong with the answers that an order at that price comes with: a fault for each question, or part of an address, that is open or
/// not answered well, and for whatever nobody asked. Empty where all is well.
pub(crate) fn judge(asks: &[Ask], price: &Price, given: Option<&AnswersText>) -> Vec<Fault> {
    let is_open = |ask: &&Ask| ask.is_open(price.country.as_deref(), price.region.as_deref());
    let mut faults: Vec<Fault> = asks.iter().filter(is_open).map(|ask| of_field("answer-missing", &ask.name)).collect();
    let answers = given.map(AnswersText::answers);
    if let Some(answers) = answers {
        let delivery = price.delivery.as_ref().and_then(|delivery| delivery.id.as_deref());
        faults.extend(answers.elsewhere(price.country.as_deref(), price.region.as_deref(), delivery));
    }
    faults.extend(Ask::judge_all(asks, |name| answers?.get(name), fits));
    let unfit_tax_id = |ask: &&Ask| {
        let answer = answers.and_then(|answers| answers.get(&ask.name)).map(str::trim).filter(|answer| !answer.is_empty());
        let is_told = faults.iter().any(|fault| fault.field.as_ref() == Some(&ask.name));
        ask.kind == "tax_id" && !is_told && answer.is_some_and(|answer| !is_tax_id(answer, price.country.as_deref()))
    };
    let tax_ids: Vec<Fault> = asks.iter().filter(unfit_tax_id).map(|ask| of_field("answer-unfit", &ask.name)).collect();
    faults.extend(tax_ids);
    let fields: Vec<String> = asks.iter().filter(|ask| !ask.is_of_price()).flat_map(Ask::fields).map(|(_, name)| name).collect();
    let unasked = answers.iter().flat_map(|answers| &answers.given).filter(|(name, _)| !fields.contains(name));
    // Nothing is kept that nobody asked for. Whatever else a name is, it is not repeated.
    faults.extend(unasked.take(1).map(|_| of_field("answer-unfit", "answers")));
    faults
}
