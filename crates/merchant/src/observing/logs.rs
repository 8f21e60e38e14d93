//! Logs: JSON, a line for each event, where a program reads them, and words where a person does.

use std::io::{self, IsTerminal as _, Write};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// What ids of orders begin with, how many characters follow, and how many of these are shown: enough to tell orders apart, too few to
/// read one.
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

/// Standard error, with ids of orders cut short.
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
        io::stderr().lock().write_all(&shortened(line))?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

fn shortened(line: &[u8]) -> Vec<u8> {
    let mut short = Vec::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.windows(ORDER.len()).position(|part| part == ORDER) {
        let (before, id) = rest.split_at(at + ORDER.len());
        short.extend_from_slice(before);
        let length = id.iter().take(ID).take_while(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte)).count();
        short.extend_from_slice(&id[..length.min(SHOWN)]);
        rest = &id[length..];
    }
    short.extend_from_slice(rest);
    short
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn of_an_orders_id_only_the_beginning_is_written() {
        let line = br#"{"order":"ord_AbCdEfGhIjKlMnOpQrStUv","path":"/v1/orders/ord_-_CdEfGhIjKlMnOpQrStUv","x":"ord_"}"#;
        let short = br#"{"order":"ord_AbCdEf","path":"/v1/orders/ord_-_CdEf","x":"ord_"}"#;
        assert_eq!(String::from_utf8(shortened(line)).unwrap(), std::str::from_utf8(short).unwrap());
    }
}
