//! `orders list` and `orders find`: pages of orders, and orders by whatever somebody has of one.

use clap::Args;
use protocol::Currency;

use super::super::amount::{is_currency, minor_units};
use super::super::label::id_of;
use super::admin::{Admin, read};

/// What both take beside.
#[derive(Args)]
pub(super) struct Which {
    /// pending, paid, expired, canceled, partly_refunded or refunded
    #[arg(long)]
    status: Option<String>,
    /// Of that amount: "120.00 EUR", or 120.00 beside --currency
    #[arg(long)]
    amount: Option<String>,
    /// ISO 4217 code
    #[arg(long)]
    currency: Option<String>,
    /// Whose latest payment is by that method
    #[arg(long)]
    method: Option<String>,
    /// How many
    #[arg(long, default_value_t = 50)]
    limit: i64,
    /// `next` of an earlier page
    #[arg(long)]
    after: Option<String>,
    /// Created at or after that time: 2026-11-27, 2026-11, today, yesterday, 2026-11-27T14:30, in the shop's time zone
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// Created before that time, or until the end of that day or month
    #[arg(long, value_name = "TIME")]
    to: Option<String>,
}

/// A page of orders.
#[derive(Args)]
pub(super) struct List {
    #[command(flatten)]
    which: Which,
    /// Those that a person has to look at, with the reason
    #[arg(long)]
    attention: bool,
    /// With that number of the shop
    #[arg(long)]
    reference: Option<String>,
    /// Made at that place: its id, its address, or its name
    #[arg(long)]
    place: Option<String>,
}

/// Orders by anything.
#[derive(Args)]
pub(super) struct Find {
    /// What you have of it, such as 7K3V0QM4TZ, A-1001, 120.00 EUR, 2026-11-27
    what: Vec<String>,
    #[command(flatten)]
    which: Which,
}

type Query = Vec<(&'static str, String)>;

impl Which {
    fn query(&self) -> Result<Query, String> {
        let mut query = vec![("limit", self.limit.to_string())];
        let texts = [("status", &self.status), ("method", &self.method), ("after", &self.after), ("from", &self.from), ("to", &self.to)];
        query.extend(texts.into_iter().filter_map(|(name, text)| Some((name, text.clone()?))));
        match (&self.amount, &self.currency) {
            (Some(amount), currency) => query.extend(of_amount(amount, currency.as_deref())?),
            (None, Some(currency)) => query.push(("currency", currency.clone())),
            (None, None) => {}
        }
        Ok(query)
    }
}

impl List {
    pub(super) async fn ask(&self, admin: &Admin) -> Result<String, String> {
        let mut query = self.which.query()?;
        query.extend(self.attention.then(|| ("attention", "true".to_owned())));
        query.extend(self.reference.clone().map(|reference| ("reference", reference)));
        query.extend(self.place.as_deref().map(|place| ("place", id_of(place).to_owned())));
        admin.get(&["orders"], &query).await
    }
}

impl Find {
    /// The page of those that there are.
    pub(super) async fn ask(&self, admin: &Admin) -> Result<String, String> {
        let (typed, query) = (self.what.join(" "), self.which.query()?);
        let typed = typed.trim();
        // An amount may have its currency behind it, or as an option.
        let what = match &self.which.currency {
            Some(currency) if is_amount(typed) => format!("{typed} {currency}"),
            _ => typed.to_owned(),
        };
        let is_anything = !what.is_empty() || query.len() > 1;
        if !is_anything {
            return Err("say what you have of it, such as a number, an id, a reference, \"120.00 EUR\" or 2026-11-27".to_owned());
        }
        let found = match page(admin, &query, by_form(&what)?).await? {
            // It may be a number of the shop that has the form of an amount.
            None if as_amount(&what).is_some() => page(admin, &query, vec![("find", typed.to_owned())]).await?,
            found => found,
        };
        found.ok_or_else(|| nothing(&what))
    }
}

/// The page of orders that there are of both; none where there are none.
async fn page(admin: &Admin, query: &Query, asked: Query) -> Result<Option<String>, String> {
    let mut query = query.clone();
    for (name, value) in asked {
        query.retain(|(known, _)| *known != name);
        query.push((name, value));
    }
    let answer = admin.get(&["orders"], &query).await?;
    let page = read(&answer)?;
    let is_empty = page["orders"].as_array().is_some_and(Vec::is_empty);
    Ok((!is_empty).then_some(answer))
}

/// What somebody means, by the form of what was typed.
fn by_form(what: &str) -> Result<Query, String> {
    if what.is_empty() {
        return Ok(Vec::new());
    }
    if let Some((amount, currency)) = as_amount(what) {
        return of_amount(amount, Some(currency));
    }
    if is_day(what) {
        return Ok(vec![("from", what.to_owned()), ("to", what.to_owned())]);
    }
    Ok(vec![("find", what.to_owned())])
}

/// The same of something that may be another thing: of a currency that there is, and behind that of all the digits that it has, for many
/// numbers of shops begin with letters.
fn as_amount(text: &str) -> Option<(&str, &str)> {
    let (amount, currency) = with_currency(text).filter(|(_, currency)| is_currency(currency))?;
    (text.starts_with(amount) || minor_units(amount, currency).is_ok()).then_some((amount, currency))
}

/// An amount and the currency behind or before it.
fn with_currency(text: &str) -> Option<(&str, &str)> {
    let (first, second) = text.trim().split_once(' ')?;
    let second = second.trim_start();
    let is_currency = |text: &str| Currency::parse(text).is_some();
    match [first, second].map(|text| text.starts_with(|letter: char| letter.is_ascii_digit())) {
        [true, _] if is_currency(second) => Some((first, second)),
        [_, true] if is_currency(first) && !second.contains(' ') => Some((second, first)),
        _ => None,
    }
}

/// Digits, as those of an amount: none have more, and none more than one point or comma.
fn is_amount(text: &str) -> bool {
    let (whole, part) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    (1..=12).contains(&whole.len()) && part.len() <= 4 && is_number(whole) && is_number(part)
}

/// A day or a month, as the backend reads them.
fn is_day(text: &str) -> bool {
    let is_form = |form: &str| {
        let fits = |(letter, place): (u8, u8)| if place == b'0' { letter.is_ascii_digit() } else { letter == place };
        text.len() == form.len() && text.bytes().zip(form.bytes()).all(fits)
    };
    ["today", "yesterday"].contains(&text) || is_form("0000-00-00") || is_form("0000-00")
}

fn of_amount(text: &str, currency: Option<&str>) -> Result<Query, String> {
    let (amount, currency) = match (with_currency(text), currency) {
        (Some((amount, own)), None) => (amount, own),
        (Some((amount, own)), Some(currency)) if own == currency => (amount, own),
        (Some(_), Some(currency)) => return Err(format!("--amount names another currency than {currency}")),
        (None, Some(currency)) => (text, currency),
        (None, None) => return Err(format!("{text:?}: name the currency, as in \"{text} EUR\"")),
    };
    Ok(vec![("amount", minor_units(amount, currency)?.to_string()), ("currency", currency.to_owned())])
}

/// That there is none, and what else may have been meant.
fn nothing(what: &str) -> String {
    let is_date = |mark: char| what.split(mark).count() == 3 && what.split(mark).all(|part| part.parse::<u16>().is_ok());
    match what {
        "" => "there is no such order".to_owned(),
        what if is_day(what) || as_amount(what).is_some() => format!("there is no such order of {what}"),
        what if is_amount(what) => format!("nothing is known by {what:?}; an amount has its currency beside it, as in \"{what} EUR\""),
        what if is_date('.') || is_date('/') => format!("nothing is known by {what:?}; a day is written as in 2026-11-27"),
        what => format!("nothing is known by {what:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{by_form, nothing};

    #[test]
    fn what_is_typed_is_told_apart_by_its_form() {
        let read =
            |text: &str| by_form(text).unwrap().into_iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&");
        for (text, query) in [
            ("7K3V0QM4TZ", "find=7K3V0QM4TZ"),
            ("A-1001", "find=A-1001"),
            ("120.00", "find=120.00"),
            ("order 7 EUR", "find=order 7 EUR"),
            ("120.00 EUR", "amount=12000&currency=EUR"),
            ("1500 JPY", "amount=1500&currency=JPY"),
            ("EUR 120.00", "amount=12000&currency=EUR"),
            ("CNY 7 EUR", "find=CNY 7 EUR"),
            ("INV 2026", "find=INV 2026"),
            ("2026 INV", "find=2026 INV"),
            ("EUR 2026", "find=EUR 2026"),
            ("JPY 2026", "amount=2026&currency=JPY"),
            ("2026-11-27", "from=2026-11-27&to=2026-11-27"),
            ("2026-11", "from=2026-11&to=2026-11"),
            ("yesterday", "from=yesterday&to=yesterday"),
            ("2026-1127", "find=2026-1127"),
            ("", ""),
        ] {
            assert_eq!(read(text), query, "{text}");
        }
        assert_eq!(by_form("120 EUR"), Err("\"120\": write 120.00".to_owned()));
    }

    #[test]
    fn who_finds_nothing_is_told_how_an_amount_or_a_day_is_written() {
        for (text, said) in [
            ("36.90", "beside it, as in \"36.90 EUR\""),
            ("3690", "beside it, as in \"3690 EUR\""),
            ("4200000000202611298421276649", "by \"4200000000202611298421276649\""),
            ("28.11.2026", "a day is written as in 2026-11-27"),
            ("11/28/2026", "a day is written as in 2026-11-27"),
            ("yesterday", "no such order of yesterday"),
            ("120.00 EUR", "no such order of 120.00 EUR"),
            ("A-1001", "nothing is known by \"A-1001\""),
            ("INV 2026", "nothing is known by \"INV 2026\""),
        ] {
            assert!(nothing(text).ends_with(said), "{}", nothing(text));
        }
    }
}
