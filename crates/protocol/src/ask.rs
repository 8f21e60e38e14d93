//! What is asked of a shopper before a cart or an order can be paid, and what can be answered (docs/spec/http.md §4.6). The backend alone
//! knows what a cart needs; widget and backend judge an answer by the same rules, which are here.

use crate::json::{Fields, Value};
use crate::{Fault, decimal};

/// The longest answers, in characters, where an ask names no `max`.
const LONGEST: usize = 200;
const LONGEST_OF_SEVERAL_LINES: usize = 1000;
/// RFC 5321 §4.5.3.1.3: a path has 256 bytes, two of them brackets.
const LONGEST_EMAIL: usize = 254;
/// ITU-T E.164 §6.1: the most digits of an international number. Shorter than the fewest is none that is called from elsewhere.
const MOST_DIGITS: usize = 15;
const FEWEST_DIGITS: usize = 5;

/// A question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ask {
    /// By which it is answered; of an address's part, within the address.
    pub name: String,
    /// What is asked for; a client draws the kinds that it knows.
    pub kind: String,
    /// Whether nothing is sold without an answer.
    pub required: bool,
    /// Another ask, by its name, whose answer does as well.
    pub or: Option<String>,
    /// In the shopper's language.
    pub label: String,
    /// What helps to answer, in the shopper's language.
    pub hint: Option<String>,
    /// Between what there is a choice; empty for whatever the kind takes.
    pub options: Vec<Choice>,
    /// The most characters of an answer.
    pub max: Option<i64>,
    /// A regular expression (in the syntax that JavaScript and Rust's crate `regex` share) for the whole answer.
    pub pattern: Option<String>,
    /// What can be read about it: an https address.
    pub link: Option<String>,
    /// The parts of an address in the order of the chosen country.
    pub form: Vec<Ask>,
}

/// One of several answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The answer.
    pub value: String,
    /// What it is called, in the shopper's language.
    pub label: String,
}

impl Ask {
    /// Whether its answer goes into the price, and is given with the cart.
    pub fn is_of_price(&self) -> bool {
        self.kind == "country" || self.kind == "region"
    }

    /// Whether its answer goes into the price, has to be there, and is not, where so much is known of where something goes.
    pub fn is_open(&self, country: Option<&str>, region: Option<&str>) -> bool {
        let told = if self.kind == "region" { region } else { country };
        self.required && self.is_of_price() && told.is_none()
    }

    /// HTML's word for what it is, by which browsers fill it in (HTML §4.10.18.7.1). Never one for cards and passwords; what is left is the
    /// shopper's to type.
    pub fn autocomplete(&self) -> &'static str {
        match self.kind.as_str() {
            "name" => "name",
            "email" => "email",
            "phone" => "tel",
            "company" => "organization",
            "line1" => "address-line1",
            "line2" => "address-line2",
            "city" => "address-level2",
            "district" => "address-level3",
            "region" => "address-level1",
            "postal_code" => "postal-code",
            _ => "off",
        }
    }

    /// What is wrong with the answers: a fault for each ask, and each part of an address, in the order in which they stand. `given` is the
    /// answer by name, a part's by the address's name, a dot and its own; `fits` tells whether a text matches a pattern. What goes into the price is not judged.
    pub fn judge_all<'a>(asks: &[Ask], given: impl Fn(&str) -> Option<&'a str>, fits: impl Fn(&str, &str) -> bool) -> Vec<Fault> {
        // What nobody sees is no answer.
        let given = |name: &str| given(name).map(str::trim).filter(|answer| answer.chars().any(|c| !is_invisible(c)));
        let mut faults = Vec::new();
        for ask in asks.iter().filter(|ask| !ask.is_of_price()) {
            let begun = ask.form.iter().any(|part| given(&part.path(ask)).is_some());
            for (part, name) in ask.fields() {
                // Who gives half of an address has given none; nobody has to give one that is not required.
                let is_required = part.required && (ask.form.is_empty() || ask.required || begun);
                let is_missing = || is_required && part.or.as_deref().is_none_or(|other| given(other).is_none());
                let fault = match given(&name) {
                    Some(answer) => part.fault(answer, &fits),
                    None => is_missing().then_some("answer-missing"),
                };
                faults.extend(fault.map(|code| Fault { code: code.to_owned(), field: Some(name), ..Fault::default() }));
            }
        }
        faults
    }

    /// What is to be filled in, by the name of its answer: the ask itself, or the parts of an address.
    pub fn fields(&self) -> Vec<(&Ask, String)> {
        if self.form.is_empty() {
            return vec![(self, self.name.clone())];
        }
        let mut fields = Vec::new();
        for part in &self.form {
            fields.push((part, part.path(self)));
        }
        fields
    }

    fn path(&self, address: &Ask) -> String {
        [&*address.name, ".", &self.name].concat()
    }

    /// What is wrong with an answer that is not empty.
    fn fault(&self, answer: &str, fits: impl Fn(&str, &str) -> bool) -> Option<&'static str> {
        let count = answer.chars().count();
        if count > self.longest() {
            return Some("answer-too-long");
        }
        let is_odd = |c: char| (c.is_control() && (c != '\n' || self.kind != "multiline")) || turns_around(c);
        let has_control = answer.chars().any(is_odd);
        let of_kind = match self.kind.as_str() {
            "email" => is_email(answer),
            "phone" => is_phone(answer),
            "date" => is_date(answer),
            "checkbox" => answer == "true",
            _ => self.options.is_empty() || self.options.iter().any(|option| option.value == answer),
        };
        let is_fit = of_kind && !has_control && self.pattern.as_deref().is_none_or(|pattern| fits(pattern, answer));
        (!is_fit).then_some("answer-unfit")
    }

    /// The most characters that an answer has.
    pub fn longest(&self) -> usize {
        match self.max.map(usize::try_from) {
            Some(Ok(max)) => max,
            _ if self.kind == "multiline" => LONGEST_OF_SEVERAL_LINES,
            _ => LONGEST,
        }
    }

    pub(crate) fn read_list(fields: &mut Fields<'_>, name: &str) -> Vec<Ask> {
        if fields.has(name) { fields.each(name, Ask::read) } else { Vec::new() }
    }

    fn read(fields: &mut Fields<'_>) -> Ask {
        Ask {
            name: fields.string("name"),
            kind: fields.string("kind"),
            required: fields.truth("required"),
            or: fields.maybe_string("or"),
            label: fields.string("label"),
            hint: fields.maybe_string("hint"),
            options: Choice::read_list(fields),
            max: fields.has("max").then(|| fields.amount("max")),
            pattern: fields.maybe_string("pattern"),
            link: fields.maybe_string("link"),
            form: Ask::read_list(fields, "form"),
        }
    }

    fn to_json(&self) -> Value {
        let text = |name, text: &Option<String>| Some((name, text.as_deref()?.into()));
        let members = [
            Some(("name", self.name.as_str().into())),
            Some(("kind", self.kind.as_str().into())),
            Some(("required", self.required.into())),
            text("or", &self.or),
            Some(("label", self.label.as_str().into())),
            text("hint", &self.hint),
            (!self.options.is_empty()).then(|| ("options", self.options.iter().map(Choice::to_json).collect())),
            self.max.map(|max| ("max", max.into())),
            text("pattern", &self.pattern),
            text("link", &self.link),
            (!self.form.is_empty()).then(|| ("form", self.form.iter().map(Ask::to_json).collect())),
        ];
        Value::Object(members.into_iter().flatten().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// Adds the list to a body, where there is anything to ask.
    pub(crate) fn write(body: &mut Value, asks: &[Ask]) {
        if let (Value::Object(members), false) = (body, asks.is_empty()) {
            members.push(("asks".to_owned(), asks.iter().map(Ask::to_json).collect()));
        }
    }
}

impl Choice {
    /// An answer that is its own name.
    pub fn plain(value: &str) -> Choice {
        Choice { value: value.to_owned(), label: value.to_owned() }
    }

    fn read_list(fields: &mut Fields<'_>) -> Vec<Choice> {
        let mut choices = Vec::new();
        for choice in if fields.has("options") { fields.list("options") } else { &[] } {
            let choice = match choice {
                Value::Text(value) => Some(Choice::plain(value)),
                object => Fields::read(object, |fields| Choice { value: fields.string("value"), label: fields.string("label") }).ok(),
            };
            choices.push(fields.require(choice, Choice::plain("")));
        }
        choices
    }

    fn to_json(&self) -> Value {
        if self.value == self.label {
            return self.value.as_str().into();
        }
        Value::object([("value", self.value.as_str().into()), ("label", self.label.as_str().into())])
    }
}

/// Whether a character turns the order of what stands around it (Unicode's embeddings, overrides and isolates).
fn turns_around(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether nobody sees a character. Some of these join letters in scripts that need it, and stand in names.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Whether a text has the shape of an address that mail is sent to. Whether anybody reads it, only a mail can tell.
fn is_email(text: &str) -> bool {
    // In one pass and without the library's search in texts, which would weigh a kilobyte in the widget.
    let (mut at_signs, mut is_dotted, mut separates) = (0, false, true);
    for c in text.chars() {
        let separated = separates;
        separates = matches!(c, '.' | '@');
        let is_odd = c.is_whitespace() || is_invisible(c) || matches!(c, '<' | '>' | ',' | ';' | '"' | '(' | ')' | '[' | ']' | '\\');
        if is_odd || (separated && separates) {
            return false;
        }
        at_signs += u32::from(c == '@');
        is_dotted = c != '@' && (is_dotted || c == '.');
    }
    text.len() <= LONGEST_EMAIL && at_signs == 1 && is_dotted && !separates
}

/// Whether a text is a telephone number, as people write one: digits, and between them what separates them.
fn is_phone(text: &str) -> bool {
    let mut digits = 0;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'0'..=b'9' => digits += 1,
            b' ' | b'-' | b'.' | b'/' | b'(' | b')' => {}
            b'+' if at == 0 => {}
            _ => return false,
        }
    }
    (FEWEST_DIGITS..=MOST_DIGITS + 2).contains(&digits)
}

/// Whether a text is a day of the calendar, `2026-11-27`.
fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    let number = |range: std::ops::Range<usize>| {
        let part = bytes.get(range)?;
        let (number, digits) = decimal::leading(part);
        (digits == part.len()).then_some(number)
    };
    let (Some(year), Some(month), Some(day)) = (number(0..4), number(5..7), number(8..10)) else { return false };
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + i64::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    bytes.len() == 10 && bytes[4] == b'-' && bytes[7] == b'-' && (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(name: &str, kind: &str) -> Ask {
        Ask { name: name.to_owned(), kind: kind.to_owned(), required: true, ..Ask::default() }
    }

    fn faults(asks: &[Ask], given: &[(&str, &str)]) -> Vec<String> {
        let answer = |name: &str| given.iter().find(|(known, _)| *known == name).map(|(_, answer)| *answer);
        let faults = Ask::judge_all(asks, answer, |pattern, text| pattern == "d+" && text.bytes().all(|b| b.is_ascii_digit()));
        faults.iter().map(|fault| format!("{} {}", fault.field.as_deref().unwrap(), fault.code)).collect()
    }

    #[test]
    fn each_kind_takes_what_it_is() {
        let choice = Ask { options: vec![Choice::plain("red")], ..ask("colour", "choice") };
        let short = Ask { max: Some(3), ..ask("note", "text") };
        let patterned = Ask { pattern: Some("d+".to_owned()), ..ask("code", "text") };
        for (ask, fit, unfit) in [
            (
                ask("a", "email"),
                &["lin@example.org", "o'x+1@a.b.example"][..],
                &["lin", "@b.c", "a@b", "a@.c", "a..b@c.d", "a b@c.d", "<a@b.c>", "a\u{200b}@b.c"][..],
            ),
            (ask("a", "phone"), &["+86 138 0000 0000", "(030) 12-34.5"], &["1234", "call me", "++123456", "+123456789012345678"]),
            (
                ask("a", "date"),
                &["2028-02-29", "2026-12-31"],
                &["2027-02-29", "2026-13-01", "2026-1-01", "2026-00-10", "26-01-01", "2026/01/01"],
            ),
            (ask("a", "checkbox"), &["true"], &["yes"]),
            (choice, &["red", " red "], &["blue"]),
            (short, &["abc", "äöü"], &["abcd"]),
            (patterned, &["12"], &["a"]),
            (ask("a", "text"), &["any thing"], &["two\nlines", "a\u{7}b", "a\u{202e}b"]),
            (ask("a", "multiline"), &["two\nlines"], &["a\u{7}b"]),
        ] {
            let name = ask.name.clone();
            for answer in fit {
                assert_eq!(faults(std::slice::from_ref(&ask), &[(&name, answer)]), [""; 0], "{answer}");
            }
            for answer in unfit {
                assert_eq!(faults(std::slice::from_ref(&ask), &[(&name, answer)]).len(), 1, "{answer}");
            }
            for nothing in ["  ", "\u{200b}\u{feff}"] {
                assert_eq!(faults(std::slice::from_ref(&ask), &[(&name, nothing)]), [format!("{name} answer-missing")]);
            }
        }
    }

    #[test]
    fn of_two_that_do_as_well_one_is_enough() {
        let email = Ask { or: Some("phone".to_owned()), ..ask("email", "email") };
        let phone = Ask { or: Some("email".to_owned()), ..ask("phone", "phone") };
        let asks = [email, phone];
        assert_eq!(faults(&asks, &[]), ["email answer-missing", "phone answer-missing"]);
        assert_eq!(faults(&asks, &[("phone", "+4930123456")]), [""; 0]);
        assert_eq!(faults(&asks, &[("email", "x"), ("phone", "+4930123456")]), ["email answer-unfit"]);
    }

    #[test]
    fn an_address_is_whole_or_not_given() {
        let form = vec![ask("line1", "line1"), Ask { required: false, ..ask("line2", "line2") }, ask("city", "city")];
        let address = Ask { form, ..ask("address", "address") };
        assert_eq!(faults(std::slice::from_ref(&address), &[]), ["address.line1 answer-missing", "address.city answer-missing"]);
        assert_eq!(faults(std::slice::from_ref(&address), &[("address.line1", "Weg 1"), ("address.city", "Ort")]), [""; 0]);
        let optional = Ask { required: false, ..address };
        assert_eq!(faults(std::slice::from_ref(&optional), &[]), [""; 0]);
        assert_eq!(faults(&[optional], &[("address.line2", "c/o")]), ["address.line1 answer-missing", "address.city answer-missing"]);
    }

    #[test]
    fn what_goes_into_the_price_is_told_with_the_cart() {
        assert_eq!(faults(&[ask("country", "country"), ask("region", "region")], &[]), [""; 0]);
    }

    #[test]
    fn asks_are_read_as_they_are_written() {
        let region = Choice { value: "CA".to_owned(), label: "California".to_owned() };
        let part = Ask { options: vec![region, Choice::plain("TX")], pattern: Some("d+".to_owned()), ..ask("region", "region") };
        let whole = Ask {
            or: Some("phone".to_owned()),
            hint: Some("for the courier".to_owned()),
            max: Some(9),
            link: Some("https://shop.example/terms".to_owned()),
            form: vec![part],
            ..ask("address", "address")
        };
        let mut body = Value::object([]);
        Ask::write(&mut body, std::slice::from_ref(&whole));
        assert_eq!(Fields::read(&body, |fields| Ask::read_list(fields, "asks")), Ok(vec![whole]));
    }
}
