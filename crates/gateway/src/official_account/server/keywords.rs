//! What the keywords of a template may hold (gateways: Official Account, "template messages"): the kind stands in the name,
//! before its number, and WeChat refuses what does not fit with 47003. Written apart from what merchants send, so that each checks the
//! other.

/// One keyword of a template.
#[derive(Debug, PartialEq, Eq)]
pub struct Keyword {
    /// Kind and number, such as `thing2`.
    pub name: &'static str,
    /// What stands before it in the message.
    pub label: &'static str,
    /// The values that a `const` may have; empty for every other kind.
    pub choices: &'static [&'static str],
}

/// Most digits before the point of an amount.
const LONGEST_AMOUNT: usize = 10;

impl Keyword {
    /// One that holds what its kind allows.
    #[must_use]
    pub const fn new(name: &'static str, label: &'static str) -> Self {
        Self { name, label, choices: &[] }
    }

    /// The value as WeChat shows it: emoji and signs such as `①` are taken out.
    #[must_use]
    pub fn stripped(value: &str) -> String {
        value.chars().filter(|character| !is_taken_out(*character)).collect::<String>().trim().to_owned()
    }

    /// Whether a value fits, stripped.
    #[must_use]
    pub fn takes(&self, value: &str) -> bool {
        let fits = match self.name.trim_end_matches(|c: char| c.is_ascii_digit()) {
            "amount" => is_amount(value),
            "time" => value.split('~').count() <= 2 && value.split('~').all(|moment| is_time(moment.trim())),
            "phrase" => (1..=5).contains(&value.chars().count()) && value.chars().all(is_chinese),
            "number" => value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'),
            "letter" => value.bytes().all(|byte| byte.is_ascii_alphabetic()),
            "date" => is_date(value),
            "character_string" => value.bytes().all(|byte| byte.is_ascii_graphic()),
            "const" => self.choices.contains(&value),
            _ => true,
        };
        fits && !value.trim().is_empty() && self.longest().is_none_or(|limit| value.chars().count() <= limit)
    }

    /// How many characters the kind takes.
    fn longest(&self) -> Option<usize> {
        match self.name.trim_end_matches(|c: char| c.is_ascii_digit()) {
            "thing" => Some(20),
            "character_string" | "number" | "letter" => Some(32),
            _ => None,
        }
    }
}

/// Whether WeChat takes a character out: pictures, enclosed figures, arrows, boxes, and what belongs to pictures.
fn is_taken_out(character: char) -> bool {
    let code = u32::from(character);
    let is_ideograph = (0x2_0000..0x4_0000).contains(&code);
    let is_sign = matches!(code, 0x200d | 0x20d0..=0x20ff | 0x2190..=0x2bff | 0x3200..=0x33ff | 0xfe00..=0xfe0f);
    is_sign || (code > 0xffff && !is_ideograph)
}

fn is_chinese(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

/// A currency's sign if any, digits with two behind a point if any, and the word for yuan if any.
fn is_amount(text: &str) -> bool {
    let number = text.strip_prefix(['¥', '￥', '$', '€', '£']).unwrap_or(text);
    let number = number.strip_suffix('元').unwrap_or(number);
    let (whole, rest) = number.split_once('.').unwrap_or((number, "0"));
    (1..=LONGEST_AMOUNT).contains(&whole.len()) && digits(whole).is_some() && rest.len() <= 2 && digits(rest).is_some()
}

/// The time of a day, with a date before it if any: `15:01`, `2026-01-01 15:01:00`, `2026年1月1日 15:01`.
fn is_time(text: &str) -> bool {
    let (date, clock) = text.rsplit_once(' ').map_or((None, text), |(date, clock)| (Some(date.trim()), clock));
    let parts: Vec<_> = clock.split(':').map(digits).collect();
    let is_clock = match parts.as_slice() {
        [Some(hour), Some(minute)] => *hour < 24 && *minute < 60,
        [Some(hour), Some(minute), Some(second)] => *hour < 24 && *minute < 60 && *second < 60,
        _ => false,
    };
    is_clock && date.is_none_or(is_date)
}

fn is_date(text: &str) -> bool {
    let text = text.strip_suffix('日').unwrap_or(text);
    let parts: Vec<_> = text.split(['年', '月', '-', '/']).map(digits).collect();
    matches!(parts.as_slice(), [Some(1970..=9999), Some(1..=12), Some(1..=31)])
}

fn digits(text: &str) -> Option<u64> {
    let are_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    are_digits.then(|| text.parse().ok()).flatten()
}
