//! An address with the name of whom it is, as people write the two: `Mountain Tea <tea@shop.example>`.

use lettre::Address;
pub(crate) use lettre::message::Mailbox;

use crate::shown::{MAX_NAME, judge_text};

/// Reads one.
///
/// # Errors
/// Says how it is written.
pub(crate) fn mailbox(text: &str) -> Result<Mailbox, String> {
    let form = || "an address, or a name and an address: Mountain Tea <tea@shop.example>".to_owned();
    let text = text.trim();
    let (name, address) = match text.strip_suffix('>').and_then(|text| text.rsplit_once('<')) {
        Some((name, address)) => (name.trim().trim_matches('"').trim(), address),
        None => ("", text),
    };
    let address: Address = address.parse().map_err(|_| form())?;
    if name.is_empty() {
        return Ok(Mailbox::new(None, address));
    }
    judge_text(name, MAX_NAME)?;
    Ok(Mailbox::new(Some(name.to_owned()), address))
}

#[cfg(test)]
mod tests {
    use super::mailbox;

    #[test]
    fn an_address_is_read_with_its_name_in_any_script_and_nothing_else() {
        for (text, name, address) in [
            ("tea@shop.example", None, "tea@shop.example"),
            (" Mountain Tea <tea@shop.example> ", Some("Mountain Tea"), "tea@shop.example"),
            ("\"Tea, Cups & Co.\" <tea@shop.example>", Some("Tea, Cups & Co."), "tea@shop.example"),
            ("山间茶舍 <tea@shop.example>", Some("山间茶舍"), "tea@shop.example"),
        ] {
            let read = mailbox(text).unwrap();
            assert_eq!((read.name.as_deref(), read.email.to_string().as_str()), (name, address));
        }
        for bad in ["", "tea", "Tea <tea>", "a@b.example, c@d.example", "Tea\r\nBcc: x@y.example <tea@shop.example>", "a b@shop.example"] {
            assert!(mailbox(bad).is_err(), "{bad}");
        }
    }
}
