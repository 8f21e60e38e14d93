//! What a cart asks, as fields of HTML's own, so that browsers, keyboards and readers know them; what was typed, and what is wrong with it.

use maud::{Markup, html};
use protocol::{Answers, Ask, Fault};

use super::document::fill;
use crate::i18n::{PageWords, country_name};

/// Before the names of answers in a form.
const PREFIX: &str = "answer.";

/// The questions of a page.
pub(super) struct Questions<'a> {
    pub(super) texts: &'a PageWords,
    /// Of the names of countries.
    pub(super) lang: &'a str,
    pub(super) asks: &'a [Ask],
    /// What is wrong with the answers.
    pub(super) faults: &'a [Fault],
    /// What was typed already: name and answer.
    pub(super) typed: &'a [(String, String)],
    /// Whether something is sent, so that an address is where it goes.
    pub(super) is_sent: bool,
}

/// The answers of a form, in the order of the questions; no answer is empty. Browsers end lines by two characters, answers do by one.
pub(super) fn answered<'a>(asks: &[Ask], get: impl Fn(&str) -> Option<&'a str>) -> Vec<(String, String)> {
    let fields = asks.iter().filter(|ask| !ask.is_of_price()).flat_map(Ask::fields);
    let answer = |(_, name): (&Ask, String)| {
        let answer = get(&format!("{PREFIX}{name}"))?.replace("\r\n", "\n");
        (!answer.trim().is_empty()).then_some((name, answer))
    };
    fields.filter_map(answer).collect()
}

impl Questions<'_> {
    /// All that are answered with the order.
    pub(super) fn fields(&self) -> Markup {
        html! {
            @for ask in self.asks.iter().filter(|ask| !ask.is_of_price()) {
                @if ask.form.is_empty() {
                    (self.field(ask, ask, &ask.name))
                } @else {
                    fieldset {
                        legend { (self.label(ask)) }
                        @if let Some(hint) = &ask.hint { p.small { (hint) } }
                        @for (part, name) in ask.fields() { (self.field(ask, part, &name)) }
                    }
                }
            }
        }
    }

    /// What is wrong, above everything: each with a way to its field.
    pub(super) fn summary(&self) -> Option<Markup> {
        let fields = self.asks.iter().flat_map(Ask::fields);
        let wrong: Vec<_> = fields.filter_map(|(ask, name)| Some((ask, self.fault(ask, &name)?, name))).collect();
        (!wrong.is_empty()).then(|| {
            html! {
                div.faults role="alert" tabindex="-1" autofocus {
                    p { strong { (self.texts.faults) } }
                    ul { @for (ask, fault, name) in wrong { li { a href={ "#" (id(&name)) } { (ask.label) ": " (fault) } } } }
                }
            }
        })
    }

    /// A list of what goes into the price, and what is chosen of it.
    pub(super) fn list(&self, ask: &Ask, chosen: Option<&str>) -> Markup {
        let is_country = ask.kind == "country";
        let name_of = |value: &str, label: &str| if is_country { country_name(self.lang, value).to_owned() } else { label.to_owned() };
        let mut options: Vec<(String, &str)> =
            ask.options.iter().map(|choice| (name_of(&choice.value, &choice.label), &*choice.value)).collect();
        options.sort_unstable();
        let known = if is_country { "country" } else { "address-level1" };
        html! {
            div.field {
                label for=(id(&ask.name)) { (self.label(ask)) }
                select id=(id(&ask.name)) name=(ask.name) autocomplete=(known) {
                    option value="" { (self.texts.choose_from) }
                    @for (label, value) in options { option value=(value) selected[chosen == Some(value)] { (label) } }
                }
            }
        }
    }

    fn field(&self, of: &Ask, ask: &Ask, name: &str) -> Markup {
        let fault = self.fault(ask, name);
        let either = || self.either(ask).filter(|_| fault.is_none());
        let hint = ask.hint.clone().or_else(either);
        let told = [hint.as_ref().map(|_| format!("hint-{name}")), fault.as_ref().map(|_| format!("fault-{name}"))];
        let told = told.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let (told, is_wrong) = (Some(told).filter(|told| !told.is_empty()), fault.is_some().then_some("true"));
        let control = self.control(of, ask, name, told.as_deref(), is_wrong);
        let label = html! { label for=(id(name)) { (self.label(ask)) } };
        html! {
            div.field.tick[ask.kind == "checkbox"] {
                @if ask.kind == "checkbox" { (control) " " (label) } @else { (label) (control) }
                @if let Some(hint) = hint { p.small id={ "hint-" (name) } { (hint) } }
                @if let Some(link) = ask.link.as_ref().filter(|link| link.starts_with("https://")) {
                    p { a href=(link) target="_blank" rel="noopener noreferrer" { (self.texts.read_more) } }
                }
                @if let Some(fault) = fault { p.fault id={ "fault-" (name) } { (fault) } }
            }
        }
    }

    fn control(&self, of: &Ask, ask: &Ask, name: &str, told: Option<&str>, is_wrong: Option<&str>) -> Markup {
        let (id, field) = (id(name), format!("{PREFIX}{name}"));
        let typed = self.typed.iter().find(|(known, _)| known == name).map_or("", |(_, answer)| answer.as_str());
        let required = ask.required && ask.or.is_none() && (of.form.is_empty() || of.required);
        let known = match ask.autocomplete() {
            "off" => "off".to_owned(),
            known if self.is_sent && !of.form.is_empty() => format!("shipping {known}"),
            known => known.to_owned(),
        };
        match ask.kind.as_str() {
            "checkbox" => html! {
                input type="checkbox" id=(id) name=(field) value="true" checked[typed == "true"] required[required] aria-describedby=[told] aria-invalid=[is_wrong];
            },
            "multiline" => html! {
                textarea id=(id) name=(field) rows="4" maxlength=(ask.longest()) required[required] aria-describedby=[told] aria-invalid=[is_wrong] { (typed) }
            },
            _ if !ask.options.is_empty() => html! {
                select id=(id) name=(field) autocomplete=(known) required[required] aria-describedby=[told] aria-invalid=[is_wrong] {
                    option value="" { (self.texts.choose_from) }
                    @for choice in &ask.options { option value=(choice.value) selected[choice.value == typed] { (choice.label) } }
                }
            },
            kind => html! {
                input type=(input_type(kind)) id=(id) name=(field) value=(typed) autocomplete=(known) maxlength=(ask.longest()) required[required] aria-describedby=[told] aria-invalid=[is_wrong];
            },
        }
    }

    fn label(&self, ask: &Ask) -> String {
        if ask.required { ask.label.clone() } else { fill(self.texts.optional, &[("label", &ask.label)]) }
    }

    /// What is wrong with an answer.
    fn fault(&self, ask: &Ask, name: &str) -> Option<String> {
        let fault = self.faults.iter().find(|fault| fault.field.as_deref() == Some(name))?;
        let texts = self.texts;
        let text = match (&*fault.code, &*ask.kind) {
            // Said at the first of the two alone.
            ("answer-missing", _) if ask.or.is_some() => return self.either(ask),
            ("answer-missing", "checkbox") => texts.not_ticked,
            ("answer-missing", _) if !ask.options.is_empty() => texts.not_chosen,
            ("answer-missing", _) => texts.missing,
            ("answer-too-long", _) => texts.too_long,
            (_, "email") => texts.unfit_email,
            (_, "phone") => texts.unfit_phone,
            _ => texts.unfit,
        };
        Some(text.to_owned())
    }

    /// That of two questions one is enough, which is said at the first alone.
    fn either(&self, ask: &Ask) -> Option<String> {
        let behind = self.asks.iter().skip_while(|known| known.name != ask.name).skip(1);
        let other = behind.into_iter().find(|other| ask.or.as_deref() == Some(&*other.name))?;
        Some(fill(self.texts.either, &[("label", &ask.label), ("other", &other.label)]))
    }
}

fn id(name: &str) -> String {
    format!("ask-{name}")
}

fn input_type(kind: &str) -> &'static str {
    match kind {
        "email" => "email",
        "phone" => "tel",
        "date" => "date",
        _ => "text",
    }
}

/// What is bound to an order at that place, with a salt.
pub(super) fn bound(salt: [u8; 16], price: &protocol::Price, given: Vec<(String, String)>) -> Answers {
    let delivery = price.delivery.as_ref().and_then(|delivery| delivery.id.clone());
    Answers { salt, country: price.country.clone(), region: price.region.clone(), delivery, given }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::of_browser;

    fn ask(name: &str, kind: &str) -> Ask {
        Ask { name: name.to_owned(), kind: kind.to_owned(), required: true, label: name.to_uppercase(), ..Ask::default() }
    }

    #[test]
    fn what_was_typed_and_what_is_wrong_stands_at_its_field_and_never_becomes_markup() {
        let address = Ask { form: vec![ask("city", "city")], ..ask("address", "address") };
        let asks =
            [Ask { or: Some("phone".to_owned()), ..ask("email", "email") }, ask("phone", "phone"), address, ask("terms", "checkbox")];
        let fault = |code: &str, field: &str| Fault { code: code.to_owned(), field: Some(field.to_owned()), ..Fault::default() };
        let faults = [fault("answer-unfit", "email"), fault("answer-missing", "address.city"), fault("answer-missing", "terms")];
        let typed = [("email".to_owned(), "\"><script>".to_owned())];
        let texts = &of_browser("en").pages;
        let questions = Questions { texts, lang: "en", asks: &asks, faults: &faults, typed: &typed, is_sent: true };
        let html = questions.fields().into_string();
        assert!(html.contains("value=\"&quot;&gt;&lt;script&gt;\" autocomplete=\"email\"") && !html.contains("<script"), "{html}");
        assert!(html.contains("autocomplete=\"shipping address-level2\" maxlength=\"200\" required"), "{html}");
        assert!(html.contains("aria-describedby=\"fault-address.city\" aria-invalid=\"true\""), "{html}");
        let summary = questions.summary().unwrap().into_string();
        assert!(summary.contains("<a href=\"#ask-terms\">TERMS: Please tick this box.</a>"), "{summary}");
        assert_eq!(summary.matches("<li>").count(), 3);
    }

    #[test]
    fn answers_are_read_by_what_is_asked_alone() {
        let asks = [ask("note", "multiline"), ask("name", "name"), ask("country", "country")];
        let form = [("answer.note", "a\r\nb"), ("answer.name", " "), ("answer.country", "DE"), ("answer.card", "4111")];
        let get = |name: &str| form.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
        assert_eq!(answered(&asks, get), [("note".to_owned(), "a\nb".to_owned())]);
    }
}
