//! Check digits of the identifiers that bank codes name: a slip of the pen is told at the start, and not by a shopper's bank. What
//! these sums say of a number is that it can exist, never that it does. Not here: its form (`form`).

use super::Account;
use crate::GatewayError;

impl Account {
    /// Whether the numbers that this account is known by can exist: those of which somebody has computed a part from the rest.
    ///
    /// # Errors
    /// `Configuration` with the setting that cannot.
    pub fn can_exist(&self) -> Result<(), GatewayError> {
        let told = |key, fits: bool, problem: &str| {
            if fits { Ok(()) } else { Err(GatewayError::Configuration { key, problem: problem.to_owned() }) }
        };
        match self {
            Account::Pix { key } => told(
                "key",
                is_pix_key(key),
                "is no CPF or CNPJ whose check digits fit, no e-mail address, no UUID, and no telephone number as +55, area and number",
            ),
            Account::PromptPay { target } => {
                let fits = match target.len() {
                    13 => is_thai_id(target),
                    // A number at a desk is nobody's here, and one with its leading 0 has ten digits.
                    9 => target.starts_with(['6', '8', '9']),
                    _ => !is_one_character(target),
                };
                let problem = "has 13 digits of which the last does not fit the others, 9 that are no mobile number without its leading 0, \
                               or 15 that are all the same";
                told("target", fits, problem)
            }
            Account::PayNow { proxy } => {
                told("proxy", proxy.starts_with('+') || is_paynow_uen(proxy), "is no UEN: its last letter does not fit the others")
            }
            Account::Qris { pan, national_id, .. } => {
                let number = |text: &str, prefix: &str| text.strip_prefix(prefix).is_some_and(|rest| !is_one_character(rest));
                told("pan", number(pan, "9360"), "is 9360 and one digit alone, which is nobody's number")?;
                told("national_id", number(national_id, "ID"), "is ID and one digit alone, which is nobody's number")
            }
            Account::VietQr { bank, account } => {
                told("bank", !is_one_character(bank), "is one digit alone, which is no bank's number")?;
                told("account", !is_one_character(account), "is one character alone, which is nobody's number")
            }
            Account::Fps { id } => told("id", !is_one_character(id), "is one digit alone, which is nobody's number"),
            Account::DuitNow { acquirer, merchant_id } => {
                told("acquirer", !is_one_character(acquirer), "is one digit alone, which is no acquirer's number")?;
                told("merchant_id", !is_one_character(merchant_id), "is one character alone, which is nobody's number")
            }
            Account::Khqr { merchant_id, .. } => {
                told("merchant_id", !is_one_character(merchant_id), "is one character alone, which is nobody's number")
            }
        }
    }
}

/// A tax number of a person or a company, a telephone number, an address or a UUID: what looks like a number has to be one.
fn is_pix_key(key: &str) -> bool {
    let is_address_or_uuid = key.contains('@') || key.len() == 36;
    is_address_or_uuid || is_cpf(key) || is_cnpj(key) || is_brazilian_number(key)
}

/// A UEN of nine or ten characters, and up to three capitals and digits that tell a merchant's accounts apart.
fn is_paynow_uen(proxy: &str) -> bool {
    [9, 10].into_iter().any(|length| proxy.split_at_checked(length).is_some_and(|(uen, suffix)| is_uen(uen) && suffix.len() <= 3))
}

/// A tax number of a person in Brazil: eleven digits, of which the last two check the others (Receita Federal, CPF).
fn is_cpf(text: &str) -> bool {
    let Some(digits) = digits(text).filter(|digits| digits.len() == 11 && !is_one_digit(digits)) else { return false };
    [9, 10].into_iter().all(|count| {
        let weights = (2..=i64::try_from(count).unwrap_or_default() + 1).rev();
        modulo_eleven(&digits[..count], weights) == digits[count]
    })
}

/// A tax number of a company in Brazil: twelve digits or, since 2026, capitals, and two digits that check them (Receita Federal, CNPJ;
/// a character counts as its code in ASCII less 48).
fn is_cnpj(text: &str) -> bool {
    const WEIGHTS: [i64; 13] = [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2];
    let is_written = text.len() == 14
        && text.bytes().take(12).all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
        && text.bytes().skip(12).all(|byte| byte.is_ascii_digit());
    if !is_written {
        return false;
    }
    let values: Vec<i64> = text.bytes().map(|byte| i64::from(byte) - 48).collect();
    !is_one_digit(&values)
        && modulo_eleven(&values[..12], WEIGHTS[1..].iter().copied()) == values[12]
        && modulo_eleven(&values[..13], WEIGHTS.iter().copied()) == values[13]
}

/// A number of a business, a company or another body in Singapore (ACRA, UEN), without the suffix that PayNow may add.
fn is_uen(text: &str) -> bool {
    let weighed = |text: &str, weights: &[i64]| digits(text).map(|digits| weigh(&digits, weights.iter().copied()));
    let Some((body, check)) = text.split_at_checked(text.len().saturating_sub(1)).filter(|_| text.is_ascii()) else { return false };
    let fits = |sum: i64, letters: &str| {
        let letter = usize::try_from(sum.rem_euclid(11)).ok().and_then(|at| letters.get(at..=at));
        letter == Some(check)
    };
    match body.len() {
        8 => weighed(body, &[10, 4, 9, 3, 8, 2, 7, 1]).is_some_and(|sum| fits(sum, "XMKECAWLJDB")),
        9 if body.starts_with(['R', 'S', 'T']) => {
            const ALPHABET: &str = "ABCDEFGHJKLMNPQRSTUVWX0123456789";
            let is_written = body.bytes().enumerate().all(|(at, byte)| match at {
                0 | 3 | 4 => byte.is_ascii_uppercase(),
                _ => byte.is_ascii_digit(),
            });
            let values = body.chars().map(|letter| ALPHABET.find(letter).and_then(|at| i64::try_from(at).ok()));
            let values: Option<Vec<i64>> = values.collect();
            is_written && values.is_some_and(|values| fits(weigh(&values, [4, 3, 5, 3, 10, 2, 2, 5, 7].into_iter()) - 5, ALPHABET))
        }
        9 => weighed(body, &[10, 8, 6, 4, 9, 7, 5, 3, 1]).is_some_and(|sum| fits(sum, "ZKCMDNERGWH")),
        _ => false,
    }
}

/// A number of a person or a company in Thailand: thirteen digits, of which the last checks the others.
fn is_thai_id(text: &str) -> bool {
    let Some(digits) = digits(text).filter(|digits| digits.len() == 13 && !is_one_digit(digits)) else { return false };
    (11 - weigh(&digits[..12], (2..=13).rev()) % 11) % 10 == digits[12]
}

/// A telephone number of Brazil, as Pix takes it: +55, an area of two digits without zeros, and eight or nine more.
fn is_brazilian_number(text: &str) -> bool {
    let Some(number) = text.strip_prefix("+55").and_then(digits) else { return false };
    matches!(number.len(), 10 | 11) && number[..2].iter().all(|digit| *digit != 0) && (number.len() == 10 || number[2] == 9)
}

/// The check digit after values that are weighed so: 11 less the rest, and 0 for 10 and 11.
fn modulo_eleven(values: &[i64], weights: impl Iterator<Item = i64>) -> i64 {
    match weigh(values, weights) % 11 {
        0 | 1 => 0,
        rest => 11 - rest,
    }
}

fn weigh(values: &[i64], weights: impl Iterator<Item = i64>) -> i64 {
    values.iter().zip(weights).map(|(value, weight)| value * weight).sum()
}

fn digits(text: &str) -> Option<Vec<i64>> {
    text.bytes().map(|byte| byte.is_ascii_digit().then(|| i64::from(byte) - 48)).collect()
}

/// Numbers of one digit alone pass these sums and belong to nobody.
fn is_one_digit(values: &[i64]) -> bool {
    values.windows(2).all(|pair| pair[0] == pair[1])
}

/// The same of a text.
fn is_one_character(text: &str) -> bool {
    text.len() > 1 && text.bytes().all(|byte| text.as_bytes().first() == Some(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_can_exist_pass_and_those_with_a_slip_do_not() {
        type Judge = fn(&str) -> bool;
        let cases: [(Judge, &[&str]); 4] = [
            (is_cpf, &["11144477735", "52998224725"]),
            (is_cnpj, &["11222333000181", "12ABC34501DE35", "SYL8KCNA1DHV79"]),
            (is_uen, &["201403121W", "31403957X", "01407351W", "199696838H", "R17GA1723E", "T13LL1433E"]),
            (is_thai_id, &["5279665468544", "3151316262701", "0993000133978"]),
        ];
        for (judge, numbers) in cases {
            for number in numbers {
                assert!(judge(number), "{number}");
                let (body, last) = number.split_at(number.len() - 1);
                for other in (b'0'..=b'9').chain(b'A'..=b'Z').map(char::from).filter(|other| !last.contains(*other)) {
                    assert!(!judge(&format!("{body}{other}")), "{body}{other}");
                }
                let exchanged = format!("{}{}{}", &number[1..2], &number[..1], &number[2..]);
                assert!(number[..1] == number[1..2] || !judge(&exchanged), "{exchanged} for {number}");
                assert!(!judge(&number[1..]) && !judge(&format!("{number}0")), "{number}");
            }
            for bad in [
                "",
                "0",
                "00000000000",
                "11111111111",
                "00000000000000",
                "0000000000000",
                "é",
                "ééééééééé",
                "12345678000100",
                "11987654321",
            ] {
                assert!(!judge(bad), "{bad}");
            }
        }
    }

    #[test]
    fn a_number_of_brazil_has_its_country_its_area_and_eight_or_nine_digits() {
        assert!(is_brazilian_number("+5511987654321") && is_brazilian_number("+551132654321"));
        for bad in ["11987654321", "+55119876543210", "+5501987654321", "+5511887654321", "+441134960000", "+55", "+55é1987654321"] {
            assert!(!is_brazilian_number(bad), "{bad}");
        }
    }

    #[test]
    fn a_number_of_nine_digits_in_thailand_is_a_mobile_one() {
        let can_exist = |target: &str| Account::PromptPay { target: target.to_owned() }.can_exist().is_ok();
        assert!(["612345678", "812345678", "912345678"].into_iter().all(can_exist));
        assert!(!["012345678", "212345678", "712345678"].into_iter().any(can_exist));
    }
}
