//! What a person can be found by: an e-mail address, a telephone number, an openid, each in one way of writing it.

use std::fmt;

/// Something by which a sealed record is found exactly. It shows itself to nobody.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Term(String);

impl Term {
    /// An e-mail address, whatever stands around it and in whichever letters; `None` where it is none.
    pub fn email(text: &str) -> Option<Term> {
        let text = text.trim().to_lowercase();
        let (name, host) = text.rsplit_once('@')?;
        let is_address = !name.is_empty() && !host.is_empty() && !name.contains('@') && !text.contains(char::is_whitespace);
        is_address.then(|| Term(format!("email:{text}")))
    }

    /// A telephone number with its country's code, `+` or `00` before it, however it is grouped; `None` where it is none.
    pub fn phone(text: &str) -> Option<Term> {
        // What is dialled within the country alone, as many write it there: +49 (0)30 …
        let text = text.trim();
        let text = if text.starts_with(['+', '0']) { text.replacen("(0)", "", 1) } else { text.to_owned() };
        let kept: String = text.chars().filter(|letter| !letter.is_whitespace() && !"-–()./\u{a0}".contains(*letter)).collect();
        let digits = kept.strip_prefix('+').or_else(|| kept.strip_prefix("00"))?;
        let is_number = (7..=15).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit());
        is_number.then(|| Term(format!("phone:{digits}")))
    }

    /// A wallet's or an account's id of a shopper; `None` where there is none.
    pub fn openid(text: &str) -> Option<Term> {
        let text = text.trim();
        (!text.is_empty()).then(|| Term(format!("openid:{text}")))
    }

    /// A licence key of a pool.
    pub(crate) fn licence_key(pool: &str, key: &str) -> Term {
        Term(format!("licence_key:{pool}:{key}"))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// As it was written down.
    pub(super) fn kept(text: String) -> Term {
        Term(text)
    }
}

impl fmt::Debug for Term {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Term(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::Term;

    #[test]
    fn one_person_is_one_term_however_it_is_written() {
        assert_eq!(Term::email("  Lin@Example.ORG\n"), Term::email("lin@example.org"));
        let phone = Term::phone("+8613800138000").unwrap();
        for text in ["+86 138 0013 8000", "0086-138-0013-8000", "+86 (138) 0013 8000 "] {
            assert_eq!(Term::phone(text).as_ref(), Some(&phone), "{text}");
        }
        assert_eq!(Term::phone("+49 (0)30 9018 2041"), Term::phone("+49 30 90182041"));
        for nobody in ["", "138 0013 8000", "+86", "+86 13a 0013 8000", "lin"] {
            assert_eq!((Term::phone(nobody), Term::email(nobody)), (None, None), "{nobody}");
        }
        assert_ne!(Term::openid("Ab"), Term::openid("aB"), "letters of an openid count");
        assert_eq!(format!("{phone:?}"), "Term(…)");
    }
}
