//! What a test writes into an answer on its way.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::line::Letter;

impl Letter {
    /// The same answer with another body and the digest of that, which browsers may check by themselves.
    pub fn saying(mut self, body: String) -> Letter {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, body.as_bytes());
        let field = format!("sha-256=:{}:", STANDARD.encode(digest.as_ref()));
        self.headers.insert("unencoded-digest", field.parse().unwrap());
        self.body = body.into();
        self
    }
}
