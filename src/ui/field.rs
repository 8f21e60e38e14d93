//! A question with its field: label, what helps to answer, and what is wrong with the answer. Elements of HTML's own, so that browsers,
//! keyboards and readers know them. Not here: which questions there are, and the screen that they stand on.

use checkout::AskedField;
use protocol::{Ask, decimal};

use super::View;
use super::element::{Attr, Element, element, named};
use crate::i18n::{fill, put};

/// The question with its field. `asks` are all of the screen; where `is_sent`, the parts of an address are those of where something is sent.
pub(super) fn question(view: &View<'_>, asks: &[Ask], field: &AskedField<'_>, is_sent: bool) -> Element {
    let AskedField { of, ask, name } = field;
    let answer = view.state.answer(name);
    let control = match &*ask.kind {
        "multiline" => element("textarea").value(answer.to_owned()),
        "checkbox" => element("input").attr(Attr::Type, "checkbox").checked(answer == "true"),
        _ if !ask.options.is_empty() => {
            let mut options = Vec::new();
            for choice in &ask.options {
                options.push((choice.label.clone(), &*choice.value));
            }
            choice(view, answer, options)
        }
        kind => {
            let kind = match kind {
                "email" => "email",
                "phone" => "tel",
                "date" => "date",
                _ => "text",
            };
            element("input").attr(Attr::Type, kind).value(answer.to_owned())
        }
    };
    let known = ask.autocomplete();
    let known = if is_sent && !of.form.is_empty() && known != "off" { ["shipping ", known].concat() } else { known.to_owned() };
    let longest = decimal::text(i64::try_from(ask.longest()).unwrap_or(i64::MAX));
    let control = control.attr_owned(Attr::Name, name.clone()).attr_owned(Attr::Autocomplete, known).attr_owned(Attr::Maxlength, longest);
    framed(view, asks, field, control)
}

/// Label, field, and what is to be said of both.
pub(super) fn framed(view: &View<'_>, asks: &[Ask], field: &AskedField<'_>, control: Element) -> Element {
    let AskedField { ask, name, .. } = field;
    let is_box = ask.kind == "checkbox";
    let [hint_id, fault_id] = [hint_of(name), ["fault-", name].concat()];
    let fault = fault(view, asks, field);
    let is_said = fault.is_some();
    let either = || either(view, asks, field).filter(|_| !is_said);
    let hint = ask.hint.clone().or_else(either).map(|text| hint(name, text));
    let fault = fault.map(|text| named("p", "fault").attr_owned(Attr::Id, fault_id.clone()).text_owned(text));
    let told = match (&hint, &fault) {
        (Some(_), Some(_)) => Some([&hint_id, " ", &fault_id].concat()),
        (Some(_), None) => Some(hint_id),
        (None, fault) => fault.as_ref().map(|_| fault_id),
    };
    let mut control = control.attr_owned(Attr::Id, id(name));
    if let Some(told) = told {
        control = control.attr_owned(Attr::AriaDescribedby, told);
    }
    if view.state.faults().iter().any(|fault| fault.field.as_ref() == Some(name)) {
        control = control.attr(Attr::AriaInvalid, "true");
    }
    let label = element("label").attr_owned(Attr::For, id(name)).text_owned(label(view, ask));
    let link = ask.link.as_ref().filter(|link| link.as_bytes().starts_with(b"https://")).map(|link| {
        element("a")
            .attr(Attr::Class, "link")
            .attr_owned(Attr::Href, link.clone())
            .attr(Attr::Target, "_blank")
            .attr(Attr::Rel, "noopener")
            .text(view.messages.read_more())
    });
    let (name_of_group, first, second) = if is_box { ("field tick", control, label) } else { ("field", label, control) };
    named("div", name_of_group).key(name).child(first).child(second).maybe(hint).maybe(link).maybe(fault)
}

/// What helps to answer.
pub(super) fn hint(name: &str, text: String) -> Element {
    element("p").attr(Attr::Class, "hint").attr_owned(Attr::Id, hint_of(name)).text_owned(text)
}

fn hint_of(name: &str) -> String {
    ["hint-", name].concat()
}

/// What a field is known by to its label and to the focus.
pub(super) fn id(name: &str) -> String {
    ["ask-", name].concat()
}

/// What is asked, and whether it need not be answered.
pub(super) fn label(view: &View<'_>, ask: &Ask) -> String {
    if ask.required { ask.label.clone() } else { put(view.messages.optional(), &ask.label) }
}

/// A list from which one is chosen: names and values.
pub(super) fn choice(view: &View<'_>, chosen: &str, options: Vec<(String, &str)>) -> Element {
    let mut list = element("select");
    if chosen.is_empty() {
        list = list.child(element("option").attr(Attr::Value, "").attr(Attr::Selected, "").text(view.messages.choose_from()));
    }
    for (name, value) in options {
        let option = element("option").attr_owned(Attr::Value, value.to_owned()).text_owned(name);
        list = list.child(if value == chosen { option.attr(Attr::Selected, "") } else { option });
    }
    list
}

/// What is wrong with the answer, as far as it is said at this question.
pub(super) fn fault(view: &View<'_>, asks: &[Ask], field: &AskedField<'_>) -> Option<String> {
    let fault = view.state.faults().iter().find(|fault| fault.field.as_ref() == Some(&field.name))?;
    let words = view.messages;
    let text = match (&*fault.code, &*field.ask.kind) {
        ("answer-missing", _) if field.ask.or.is_some() => return either(view, asks, field),
        ("answer-missing", "checkbox") => words.not_ticked(),
        ("answer-missing", _) if !field.ask.options.is_empty() => words.not_chosen(),
        ("answer-missing", _) => words.missing(),
        ("answer-too-long", _) => words.too_long(),
        (_, "email") => words.unfit_email(),
        (_, "phone") => words.unfit_phone(),
        _ => words.unfit(),
    };
    Some(text.to_owned())
}

/// That of two questions one is enough, which is said at the first alone.
fn either(view: &View<'_>, asks: &[Ask], field: &AskedField<'_>) -> Option<String> {
    let other = field.ask.or.as_ref()?;
    let mut is_behind = false;
    for ask in asks {
        if ask.name == field.name {
            is_behind = true;
        } else if ask.name == *other {
            return is_behind.then(|| fill(view.messages.either(), &[("label", &field.ask.label), ("other", &ask.label)]));
        }
    }
    None
}
