//! The discount code of a cart: a quiet button, the field that it opens, and what came of the code.

use checkout::{Action, CodeEntry};
use protocol::Quote;
use yew::{Callback, KeyboardEvent, MouseEvent};

use super::View;
use super::element::{Attr, Element, element, named};
use super::pieces::{Weight, button};
use crate::browser;
use crate::i18n::put;

/// Selects where the focus goes when the shopper's own doing has changed what is here.
pub const CODE_PLACE: &str = "#discount-code";
const PLACE: &str = "discount-code";

/// The longest code that a backend looks at.
const LONGEST: &str = "64";

/// What the cart shows of its discount code.
pub(super) fn discount_code(view: &View<'_>, quote: &Quote) -> Element {
    let words = view.messages;
    let group = named("div", "discount");
    match view.state.code_entry(quote) {
        CodeEntry::Closed => group.child(link(view, Action::EnterCode).attr(Attr::Id, PLACE).text(words.have_code())),
        CodeEntry::Applied(code) => {
            let name = put(words.discount_code(), code);
            let remove = link(view, Action::RemoveCode).attr_owned(Attr::AriaLabel, put(words.remove_of(), &name)).text(words.remove());
            let told = told(view, quote).unwrap_or(name);
            group.child(element("p").attr(Attr::Id, PLACE).attr(Attr::Tabindex, "-1").text_owned(told)).child(remove)
        }
        CodeEntry::Open { text, .. } => {
            let wrong = told(view, quote).map(|told| named("p", "fault").attr(Attr::Id, "code-fault").text_owned(told));
            let label = element("label").attr(Attr::For, PLACE).text(words.have_code());
            let row = element("div").child(field(view, text, wrong.is_some())).child(apply(view));
            group.child(label).child(row).maybe(wrong)
        }
    }
}

/// What became of the code, in words; also announced.
pub(super) fn told(view: &View<'_>, quote: &Quote) -> Option<String> {
    let words = view.messages;
    let (code, result) = match view.state.code_entry(quote) {
        CodeEntry::Closed | CodeEntry::Open { why_not: None, .. } => return None,
        CodeEntry::Applied(code) => (code, words.code_applied()),
        CodeEntry::Open { text, why_not: Some(why) } => {
            let result = match why {
                "unknown" => words.code_unknown(),
                "too-early" => words.code_early(),
                "ended" => words.code_ended(),
                "below-minimum" => words.code_minimum(),
                "used-up" => words.code_used_up(),
                "rate-limited" => words.code_tries(),
                _ => words.code_refused(),
            };
            (quote.price.discount_code.as_ref().map_or(text, |told| &told.code), result)
        }
    };
    Some([&put(words.discount_code(), code), ": ", result].concat())
}

fn link(view: &View<'_>, action: Action) -> Element {
    named("button", "link").attr(Attr::Type, "button").on_click(view.act(action))
}

/// Enter applies what was typed, and so does leaving the field: nobody who goes on to pay has forgotten to press the button.
fn field(view: &View<'_>, text: &str, is_wrong: bool) -> Element {
    let (on_enter, on_change) = (view.dispatch.clone(), view.dispatch.clone());
    let field = element("input")
        .attr(Attr::Id, PLACE)
        .attr(Attr::Type, "text")
        .attr(Attr::Autocomplete, "off")
        .attr(Attr::Maxlength, LONGEST)
        .attr_owned(Attr::Value, text.to_owned())
        .on_key(Callback::from(move |event: KeyboardEvent| {
            if let Some(typed) = browser::entered(&event) {
                on_enter.emit(Action::ApplyCode(typed));
            }
        }))
        .on_change(Callback::from(move |event| {
            if let Some(typed) = browser::input_value(&event) {
                on_change.emit(Action::ApplyCode(typed));
            }
        }));
    if is_wrong { field.attr(Attr::AriaInvalid, "true").attr(Attr::AriaDescribedby, "code-fault") } else { field }
}

fn apply(view: &View<'_>) -> Element {
    let dispatch = view.dispatch.clone();
    let on_click = Callback::from(move |event: MouseEvent| {
        if let Some(typed) = browser::value_beside(&event) {
            dispatch.emit(Action::ApplyCode(typed));
        }
    });
    button(Weight::Secondary, view.messages.apply().to_owned(), on_click)
}
