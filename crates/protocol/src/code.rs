//! The stable error codes of the signing profile (`area-reason`), how grave each is and what a developer should do.
//! Not here: what the shopper reads; that is the widget's, by locale.

/// How a failure is to be treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The merchant's set-up is wrong. Nothing is trusted; trying again may help once it is mended.
    Configuration,
    /// An answer that looks like ours and is not. Hide the QR, stop polling, never offer to go on anyway.
    Attack,
    /// The network, not the message. Try again later.
    Transient,
}

impl Severity {
    /// The word used in page events.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Configuration => "configuration",
            Severity::Attack => "attack-suspected",
            Severity::Transient => "transient",
        }
    }
}

macro_rules! codes {
    ($($variant:ident $text:literal $severity:ident $advice:literal;)*) => {
        /// Why an answer, a pin or a request was refused. The texts are public and never change their meaning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Code { $(#[doc = $advice] $variant,)* }

        impl Code {
            /// Every code, in the order of the profile.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)*];

            /// The stable text, `area-reason`.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$variant => $text,)* }
            }

            /// How grave it is.
            pub fn severity(self) -> Severity {
                match self { $(Code::$variant => Severity::$severity,)* }
            }

            /// One sentence for the developer: the likeliest cause and what to do. Not in the wasm, where every shopper would
            /// load it: `cargo xtask dist` writes these into a file that the loader fetches when a fault is told.
            #[cfg(not(target_arch = "wasm32"))]
            pub fn advice(self) -> &'static str {
                match self { $(Code::$variant => $advice,)* }
            }
        }
    };
}

codes! {
    EnvNoRandom "env-no-random" Configuration "crypto.getRandomValues is missing, so no request can be made safely.";
    PinMissing "pin-missing" Configuration "Write the backend's public key into merchant-key.";
    PinSyntax "pin-syntax" Configuration "A pin is ed25519- followed by strict standard base64.";
    PinLength "pin-length" Configuration "A pin holds exactly 32 bytes.";
    PinWeak "pin-weak" Configuration "The pinned key is not canonical or of small order; make a new key.";
    PinTestKey "pin-test-key" Configuration "The pinned key is the public test key of an RFC; anyone can sign with it.";
    PinDuplicate "pin-duplicate" Configuration "The same pin stands twice in merchant-key.";
    PinTooMany "pin-too-many" Configuration "merchant-key takes at most three pins.";
    NetFailed "net-failed" Transient "No answer: backend down, blocked by CORS, CSP or offline.";
    NetTimeout "net-timeout" Transient "No complete answer in time.";
    NetRedirect "net-redirect" Configuration "The backend redirects; point the backend attribute at the final address.";
    NetOpaque "net-opaque" Configuration "The answer cannot be read; the backend must allow this origin by CORS.";
    NetUnsignedError "net-unsigned-error" Transient "An error without a signature: something in front of the backend answered.";
    SigMissing "sig-missing" Configuration "The answer has no Signature and Signature-Input; sign every answer, errors too.";
    SigNotExposed "sig-not-exposed" Configuration "Signature headers are missing or not named in Access-Control-Expose-Headers.";
    SigHalf "sig-half" Configuration "Only one of Signature and Signature-Input came; expose and send both.";
    SigMalformed "sig-malformed" Attack "Signature or Signature-Input is not a well-formed structured field.";
    SigTooLarge "sig-too-large" Attack "A signature header is over 4 kB or has too many members.";
    SigDuplicateLabel "sig-duplicate-label" Attack "A signature label stands twice; a proxy may have added a header line.";
    SigLabelMismatch "sig-label-mismatch" Attack "Signature and Signature-Input do not name the same labels.";
    SigNoTag "sig-no-tag" Attack "No signature has tag=\"qr-checkout\".";
    SigAmbiguous "sig-ambiguous" Attack "More than one signature has tag=\"qr-checkout\".";
    SigExtra "sig-extra" Attack "More than two signatures came.";
    CompMissing "comp-missing" Attack "A required component is not covered by the signature.";
    CompDuplicate "comp-duplicate" Attack "A component is covered twice.";
    CompNotAllowed "comp-not-allowed" Attack "A component outside the profile is covered.";
    CompParam "comp-param" Attack "A component has wrong parameters; only req is used, and only where the profile says.";
    CompValue "comp-value" Attack "A covered header has a value that cannot stand in a signature base.";
    CompUnresolvable "comp-unresolvable" Attack "A covered header is absent from the answer or not exposed.";
    ParamMissing "param-missing" Attack "created, expires, nonce or keyid is missing.";
    ParamType "param-type" Attack "A signature parameter has the wrong type.";
    ParamAlgPresent "param-alg-present" Attack "Leave the alg parameter out: the pin names the algorithm.";
    ParamDuplicate "param-duplicate" Attack "A signature parameter stands twice.";
    KeyUnknown "key-unknown" Attack "Signed with a key that is not pinned; keyid is the RFC 7638 thumbprint.";
    NonceMismatch "nonce-mismatch" Attack "The signed nonce is not the n of this request; a cache may have answered.";
    NonceReused "nonce-reused" Attack "An answer to an earlier request was sent again.";
    NonceStale "nonce-stale" Transient "The answer came too long after its request.";
    TimeLifetime "time-lifetime" Configuration "expires must be after created and at most 300 s after it.";
    TimeCreatedSkew "time-created-skew" Configuration "created is over 60 s from the backend's own time; check the nodes' clocks.";
    TimeExpired "time-expired" Attack "The signature has expired.";
    TimeRegression "time-regression" Attack "created went back more than 5 s; check the nodes' clocks.";
    TimeQuote "time-quote" Configuration "The price was over when it came; set its expires_at some minutes ahead, and check the nodes' clocks.";
    CryptoLength "crypto-length" Attack "An Ed25519 signature is 64 raw bytes, not DER.";
    CryptoInvalid "crypto-invalid" Attack "The signature does not fit; check the public base URL and that the bytes signed are the bytes sent.";
    DigestMissing "digest-missing" Attack "Unencoded-Digest is missing or not exposed.";
    DigestMalformed "digest-malformed" Attack "Unencoded-Digest must be one sha-256 member of 32 bytes.";
    DigestAlg "digest-alg" Attack "Unencoded-Digest must use sha-256.";
    DigestMismatch "digest-mismatch" Attack "The body is not the one digested: changed, cut, or digested after compression.";
    BodyType "body-type" Attack "Content-Type must be exactly application/json.";
    BodyTooLarge "body-too-large" Attack "The body is over 256 kB.";
    BodyEncoding "body-encoding" Attack "The body is not UTF-8 without a byte order mark.";
    BodyJson "body-json" Attack "The body is not strict JSON; numbers are integers of at most 15 digits.";
    BodyDuplicateKey "body-duplicate-key" Attack "An object in the body has the same key twice.";
    BodySchema "body-schema" Attack "The body lacks a member, has one of the wrong type, or its sums do not add up.";
    BindMerchant "bind-merchant" Attack "The answer is of another merchant.";
    BindOrder "bind-order" Attack "The answer is about another order.";
    BindQuote "bind-quote" Attack "The quote prices another cart than was asked for.";
    BindPrice "bind-price" Attack "The order's price is not the text that was agreed to, or not the one that it had before.";
    BindAnswers "bind-answers" Attack "The order's answers are not those that were given, or not those that it had before.";
    BindAmount "bind-amount" Attack "The amount is not the quoted one.";
    BindCurrency "bind-currency" Attack "The currency is not the quoted one.";
    BindSeq "bind-seq" Attack "seq went back.";
    BindState "bind-state" Attack "The state changed without a new seq, or in a way that is not legal.";
    QrScheme "qr-scheme" Attack "The QR payload is not of the payment method's form.";
    QrHost "qr-host" Attack "The QR payload names a host that is not the provider's.";
    QrAmount "qr-amount" Attack "The amount in the QR payload is not the order's.";
    QrPayee "qr-payee" Attack "The payee in the QR payload is not the merchant's.";
    QrCrc "qr-crc" Attack "The checksum of the QR payload is wrong.";
    QrTooLong "qr-too-long" Attack "The QR payload does not fit into a QR code.";
    LinkScheme "link-scheme" Attack "The wallet link is not of the payment method's form.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_of_the_form_area_reason() {
        for (at, code) in Code::ALL.iter().enumerate() {
            assert!(code.as_str().contains('-') && code.as_str().bytes().all(|b| b == b'-' || b.is_ascii_lowercase()));
            assert!(code.advice().ends_with('.'), "{}", code.as_str());
            assert!(Code::ALL[..at].iter().all(|other| other.as_str() != code.as_str()));
        }
    }
}
