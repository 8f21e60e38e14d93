//! Files of anybody's making: the judge gives a verdict or a reason, and never falls over.
#![no_main]

use libfuzzer_sys::fuzz_target;
use protocol::Code;
use protocol::verify::vector::{ACCEPT, Vector};

fuzz_target!(|bytes: &[u8]| {
    match Vector::parse(bytes) {
        Ok(vector) => {
            let verdict = vector.verdict();
            assert!(verdict == ACCEPT || Code::ALL.iter().any(|code| code.as_str() == verdict));
        }
        Err(reason) => assert!(!reason.is_empty()),
    }
});
