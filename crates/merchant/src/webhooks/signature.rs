//! The signature of Standard Webhooks 1.0: HMAC-SHA256 over `id.timestamp.body`, one for each secret while secrets change.

use std::fmt;

use aws_lc_rs::hmac;
use protocol::base64::{Alphabet, decode, encode};

/// How a secret begins.
const PREFIX: &str = "whsec_";

/// The secrets that the shop knows; never shown.
#[derive(Clone)]
pub(crate) struct Secrets(Vec<hmac::Key>);

impl Secrets {
    /// Reads secrets, `whsec_…` with 24 to 64 bytes in base64 each, separated by spaces.
    ///
    /// # Errors
    /// What they should be; never what they are.
    pub(crate) fn parse(text: &str) -> Result<Secrets, &'static str> {
        let keys = text.split_whitespace().map(|secret| {
            let bytes = secret.strip_prefix(PREFIX).and_then(|secret| decode(Alphabet::Standard, secret))?;
            (24..=64).contains(&bytes.len()).then(|| hmac::Key::new(hmac::HMAC_SHA256, &bytes))
        });
        let keys: Option<Vec<_>> = keys.collect();
        let usable = keys.filter(|keys| (1..=3).contains(&keys.len()));
        usable.map(Secrets).ok_or("one to three times whsec_ and 24 to 64 bytes in base64, separated by spaces")
    }

    /// The value of `webhook-signature`. `timestamp` is that of the attempt, unix seconds.
    pub(crate) fn sign(&self, id: &str, timestamp: i64, body: &str) -> String {
        let signed = format!("{id}.{timestamp}.{body}");
        let signatures = self.0.iter().map(|key| format!("v1,{}", encode(Alphabet::Standard, hmac::sign(key, signed.as_bytes()).as_ref())));
        signatures.collect::<Vec<_>>().join(" ")
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Secrets(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::Secrets;

    #[test]
    fn a_secret_has_its_prefix_and_enough_bytes() {
        let good = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        assert!(Secrets::parse(good).is_ok() && Secrets::parse(&format!("{good}  {good}")).is_ok());
        for bad in ["", "whsec_", "whsec_AAAA", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", &[good; 4].join(" "), &format!("{good} x")] {
            assert!(Secrets::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_specifications_example_is_signed_as_it_says() {
        let secrets = Secrets::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signature = secrets.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
