//! Whether a text is a number by which a tax office knows a business: its form and its check digits. Whether such a business is there, its
//! tax office alone knows.

/// What may stand between the characters of a number.
const BETWEEN: &str = " -./";

/// Whether it is one of that country, or one that names its own; where the country's rules are not known, whether it could be one.
pub(super) fn is_tax_id(text: &str, country: Option<&str>) -> bool {
    let plain: String = text.chars().filter(|c| !BETWEEN.contains(*c)).collect::<String>().to_uppercase();
    if !plain.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return false;
    }
    let of = |country: &str| of_country(country, plain.strip_prefix(country).unwrap_or(&plain));
    let own = country.and_then(of);
    // A business may have the number of another country than the one that something is sent to.
    let named = || plain.get(..2).filter(|prefix| plain.len() > 4 && Some(*prefix) != country).and_then(of);
    match own {
        Some(true) => true,
        Some(false) => named() == Some(true),
        None => named().unwrap_or((4..=20).contains(&plain.len()) && plain.bytes().any(|byte| byte.is_ascii_digit())),
    }
}

/// By the rules of one country, without its prefix; `None` where they are not known.
fn of_country(country: &str, text: &str) -> Option<bool> {
    Some(match country {
        "AT" => text.strip_prefix('U').is_some_and(|text| is_of(text, 8, austria)),
        "AU" => is_of(text, 11, australia),
        "BE" => is_of(text, 10, |d| d[0] <= 1 && 97 - number(&d[..8]) % 97 == number(&d[8..])),
        "BR" => brazil(text),
        "CH" => text.strip_prefix("E").or(text.strip_prefix("CHE")).is_some_and(switzerland),
        "CN" => china(text),
        "DE" => is_of(text, 9, germany),
        "ES" => spain(text).unwrap_or(false),
        "FR" => france(text),
        "GB" => matches!(text.len(), 9 | 12) && is_of(&text[..9], 9, britain) && is_digits(&text[9..]),
        "IN" => india(text),
        "IT" => is_of(text, 11, luhn),
        "NL" => netherlands(text),
        "PL" => is_of(text, 10, |d| weighted(d, &[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 == d[9]),
        _ => return None,
    })
}

fn austria(d: &[u32]) -> bool {
    let sum: u32 = d[..7].iter().zip([1, 2, 1, 2, 1, 2, 1]).map(|(digit, weight)| digit_sum(digit * weight)).sum();
    (10 - (sum + 4) % 10) % 10 == d[7]
}

/// ABN: the first digit is one more than what is weighted.
fn australia(d: &[u32]) -> bool {
    d[0] > 0 && (weighted(d, &[10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]) - 10).is_multiple_of(89)
}

fn britain(d: &[u32]) -> bool {
    let sum = weighted(d, &[8, 7, 6, 5, 4, 3, 2]) + number(&d[7..]);
    sum.is_multiple_of(97) || (sum + 55).is_multiple_of(97)
}

/// ISO 7064, MOD 11,10.
fn germany(d: &[u32]) -> bool {
    let product = d[..8].iter().fold(10, |product, digit| {
        let sum = (digit + product) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    d[0] > 0 && (11 - product) % 10 == d[8]
}

/// CNPJ of a business, with letters since 2026, or CPF of a person.
fn brazil(text: &str) -> bool {
    let values: Vec<u32> = text.bytes().map(|byte| u32::from(byte) - u32::from(b'0')).collect();
    let check = |count: usize, longest: u32| {
        let weights = (2..=longest).cycle();
        let sum: u32 = values[..count].iter().rev().zip(weights).map(|(value, weight)| value * weight).sum();
        if sum % 11 < 2 { 0 } else { 11 - sum % 11 }
    };
    let fits = |count: usize, longest: u32| check(count, longest) == values[count] && check(count + 1, longest) == values[count + 1];
    match text.len() {
        11 => is_digits(text) && fits(9, 11),
        14 => is_digits(&text[12..]) && fits(12, 9),
        _ => false,
    }
}

/// UID, with or without the words for VAT behind it.
fn switzerland(text: &str) -> bool {
    let text = ["MWST", "TVA", "IVA", "TPV"].iter().find_map(|word| text.strip_suffix(word)).unwrap_or(text);
    is_of(text, 9, |d| (11 - weighted(d, &[5, 4, 3, 2, 7, 6, 5, 4]) % 11) % 11 == d[8])
}

/// The unified social credit code, GB 32100-2015.
fn china(text: &str) -> bool {
    const LETTERS: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let values: Option<Vec<usize>> = text.chars().map(|c| LETTERS.find(c)).collect();
    let Some(values) = values.filter(|values| values.len() == 18) else { return false };
    let weights = std::iter::successors(Some(1), |weight| Some(weight * 3 % 31));
    let sum: usize = values[..17].iter().zip(weights).map(|(value, weight)| value * weight).sum();
    (31 - sum % 31) % 31 == values[17]
}

/// NIF of a person, NIE of a foreigner, CIF of a business.
fn spain(text: &str) -> Option<bool> {
    const PERSONS: &[u8] = b"TRWAGMYFPDXBNJZSQVHLCKE";
    const BUSINESSES: &[u8] = b"JABCDEFGHI";
    let bytes = text.as_bytes();
    let ([first, middle @ .., last], 9) = (bytes, bytes.len()) else { return None };
    let seven = digits(std::str::from_utf8(middle).ok()?)?;
    let of_person = |lead: u32| usize::try_from((lead * 10_000_000 + number(&seven)) % 23).is_ok_and(|at| PERSONS[at] == *last);
    Some(match first {
        b'0'..=b'9' => of_person(u32::from(first - b'0')),
        b'X'..=b'Z' => of_person(u32::from(first - b'X')),
        b'K' | b'L' | b'M' => of_person(0),
        b'A'..=b'H' | b'J' | b'N' | b'P'..=b'S' | b'U'..=b'W' => {
            let sum: u32 = seven.iter().zip([2, 1].into_iter().cycle()).map(|(digit, weight)| digit_sum(digit * weight)).sum();
            let check = (10 - sum % 10) % 10;
            u32::from(*last) == u32::from(b'0') + check || usize::try_from(check).is_ok_and(|at| BUSINESSES[at] == *last)
        }
        _ => false,
    })
}

/// A key of two characters and a SIREN. What a key with letters is made by, few know: it is taken as it is.
fn france(text: &str) -> bool {
    let Some((key, siren)) = text.split_at_checked(2) else { return false };
    let number = digits(siren).filter(|d| d.len() == 9 && luhn(d)).map(|d| number(&d));
    number.is_some_and(|number| !is_digits(key) || digits(key).is_some_and(|key| self::number(&key) == (12 + 3 * (number % 97)) % 97))
}

/// GSTIN.
fn india(text: &str) -> bool {
    let value = |c: char| c.to_digit(36);
    let form = "00AAAAA0000A*Z*";
    let fits = |(c, kind): (char, char)| match kind {
        '0' => c.is_ascii_digit(),
        'A' => c.is_ascii_uppercase(),
        'Z' => c == 'Z',
        _ => true,
    };
    let Some(values) = text.chars().map(value).collect::<Option<Vec<_>>>().filter(|values| values.len() == 15) else { return false };
    let sum: u32 =
        values[..14].iter().zip([1, 2].into_iter().cycle()).map(|(value, factor)| value * factor / 36 + value * factor % 36).sum();
    text.chars().zip(form.chars()).all(fits) && (36 - sum % 36) % 36 == values[14]
}

/// Nine digits of a business, or of a sole trader by a number that tells nothing of them, `B` and two more.
fn netherlands(text: &str) -> bool {
    let Some((nine, two)) = text.split_once('B') else { return false };
    if nine.len() != 9 || two.len() != 2 || !is_digits(two) {
        return false;
    }
    let of_business = is_of(nine, 9, |d| weighted(d, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11 == d[8]);
    let rest = "NL".chars().chain(text.chars()).try_fold(0, |rest, c| {
        let value = c.to_digit(36)?;
        Some((rest * if value > 9 { 100 } else { 10 } + value) % 97)
    });
    is_digits(nine) && (of_business || rest == Some(1))
}

fn luhn(d: &[u32]) -> bool {
    let sum: u32 = d.iter().rev().zip([1, 2].into_iter().cycle()).map(|(digit, weight)| digit_sum(digit * weight)).sum();
    sum.is_multiple_of(10)
}

/// The digits of a number of two digits, added up.
fn digit_sum(number: u32) -> u32 {
    number / 10 + number % 10
}

fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum()
}

fn number(digits: &[u32]) -> u32 {
    digits.iter().fold(0, |number, digit| number * 10 + digit)
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn digits(text: &str) -> Option<Vec<u32>> {
    text.chars().map(|c| c.to_digit(10)).collect()
}

/// Whether it is so many digits, which hold.
fn is_of(text: &str, count: usize, holds: impl Fn(&[u32]) -> bool) -> bool {
    digits(text).is_some_and(|digits| digits.len() == count && holds(&digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made up; the check digits are by python-stdnum.
    const GOOD: [(&str, &str); 22] = [
        ("AT", "ATU12345675"),
        ("AU", "18 123 456 789"),
        ("BE", "BE 0123.456.749"),
        ("BR", "12.345.678/0001-95"),
        ("BR", "12.ABC.345/01DE-35"),
        ("BR", "123.456.789-09"),
        ("CH", "CHE-123.456.788 MWST"),
        ("CH", "CHE123456771"),
        ("CN", "91350100M12345678B"),
        ("CN", "91350100M000000127"),
        ("DE", "DE123456788"),
        ("ES", "ESB12345674"),
        ("ES", "12345678Z"),
        ("ES", "X1234567L"),
        ("FR", "FR 11 123456782"),
        ("GB", "GB 123 4567 27"),
        ("IN", "27AAACE1234F1Z6"),
        ("IT", "12345670017"),
        ("NL", "NL123456782B01"),
        ("NL", "NL123456789B13"),
        ("PL", "123-456-78-83"),
        ("DE", "123456788"),
    ];

    #[test]
    fn a_number_with_its_check_digits_is_one_and_with_others_is_none() {
        for (country, text) in GOOD {
            assert!(is_tax_id(text, Some(country)), "{country} {text}");
            assert!(is_tax_id(&text.to_lowercase(), Some(country)), "{country} {text}");
            // A business of the Netherlands may have several numbers that differ in what is behind the B.
            let checked = text.split_once("B01").map_or(text, |(checked, _)| checked);
            let at = checked.rfind(|c: char| c.is_ascii_digit()).unwrap();
            let other = char::from_digit((text[at..=at].parse::<u32>().unwrap() + 1) % 10, 10).unwrap();
            let wrong = [&text[..at], &other.to_string(), &text[at + 1..]].concat();
            assert!(!is_tax_id(&wrong, Some(country)), "{country} {wrong}");
            assert!(!is_tax_id(&text[..text.len() - 1], Some(country)), "{country} {text}");
        }
    }

    #[test]
    fn a_number_may_be_of_a_country_that_it_names() {
        assert!(is_tax_id("DE123456788", Some("FR")) && is_tax_id("DE123456788", None) && is_tax_id("ATU12345675", Some("US")));
        assert!(!is_tax_id("DE123456789", Some("FR")) && !is_tax_id("DE123456789", None) && !is_tax_id("123456788", Some("FR")));
        for text in ["", "abc", "12", "é1234", "DE", "FR1"] {
            assert!(!is_tax_id(text, Some("FR")) && !is_tax_id(text, Some("DE")), "{text}");
        }
        assert!(is_tax_id("12-3456789", Some("US")) && !is_tax_id("none", Some("US")));
    }
}
