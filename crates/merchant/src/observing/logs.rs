//! Logs: JSON, a line for each event, where a program reads them, and words where a person does.

use std::io::{self, IsTerminal as _, Write};

use protocol::OrderId;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::OrderNumber;

/// What ids of orders begin with, how many characters follow, and how many are shown of what is no whole id: enough to tell orders
/// apart, too few to read one.
const ORDER: &[u8] = b"ord_";
const ID: usize = 22;
const SHOWN: usize = 6;

/// Writes logs to standard error from now on. `RUST_LOG` says how much; `info` if absent.
pub fn start_logs() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into());
    let logs = tracing_subscriber::fmt().with_writer(Discreet).with_env_filter(filter);
    if io::stderr().is_terminal() {
        logs.init();
    } else {
        logs.json().flatten_event(true).with_span_list(false).init();
    }
}

/// Standard error, with the numbers of orders in place of their ids.
struct Discreet;

impl<'a> MakeWriter<'a> for Discreet {
    type Writer = Discreet;

    fn make_writer(&'a self) -> Discreet {
        Discreet
    }
}

impl Write for Discreet {
    /// Each event comes as one piece.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        io::stderr().lock().write_all(&with_numbers(line))?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

/// An id is the right to read its order, and a log is read by many: people look an order up by its number.
fn with_numbers(line: &[u8]) -> Vec<u8> {
    let mut written = Vec::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.windows(ORDER.len()).position(|part| part == ORDER) {
        written.extend_from_slice(&rest[..at]);
        let random = &rest[at + ORDER.len()..];
        let length = random.iter().take(ID).take_while(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte)).count();
        let (id, after) = rest[at..].split_at(ORDER.len() + length);
        match std::str::from_utf8(id).ok().filter(|_| length == ID).and_then(OrderId::parse) {
            Some(id) => written.extend_from_slice(OrderNumber::of(&id).as_str().as_bytes()),
            None => written.extend_from_slice(&id[..id.len().min(ORDER.len() + SHOWN)]),
        }
        rest = after;
    }
    written.extend_from_slice(rest);
    written
}

#[cfg(test)]
mod tests {
    use protocol::OrderId;

    use super::with_numbers;
    use crate::OrderNumber;

    #[test]
    fn an_order_goes_by_its_number_and_never_by_its_id() {
        let ids = ["ord_AbCdEfGhIjKlMnOpQrStUv", "ord_-_CdEfGhIjKlMnOpQrStUv"];
        let [one, other] = ids.map(|id| OrderNumber::of(&OrderId::parse(id).unwrap()));
        let line = format!(r#"{{"order":"{}","path":"/v1/orders/{}","x":"ord_","cut":"ord_AbCdEfGhIj"}}"#, ids[0], ids[1]);
        let written = format!(r#"{{"order":"{one}","path":"/v1/orders/{other}","x":"ord_","cut":"ord_AbCdEf"}}"#);
        assert_eq!(String::from_utf8(with_numbers(line.as_bytes())).unwrap(), written);
    }
}
