//! Header parsing: any text is read within the limits or refused, and what is read is written and read back alike.
#![no_main]

use libfuzzer_sys::fuzz_target;
use protocol::signature::{MAX_COMPONENTS, MAX_HEADER, MAX_MEMBERS, MAX_PARAMETERS, parse_digest, parse_signature, parse_signature_input};

fuzz_target!(|field: &str| {
    if let Ok(members) = parse_signature_input(field) {
        assert!(field.len() <= MAX_HEADER && field.is_ascii() && (1..=MAX_MEMBERS).contains(&members.len()));
        for (label, input) in &members {
            assert!(input.components.len() <= MAX_COMPONENTS && input.parameters.len() <= MAX_PARAMETERS);
            let written = format!("{label}={}", input.serialise());
            // The canonical text may be a little longer: it spells nothing that the received one did not.
            if written.len() <= MAX_HEADER {
                assert_eq!(parse_signature_input(&written).as_deref(), Ok(&[(label.clone(), input.clone())][..]));
            }
        }
    }
    if let Ok(members) = parse_signature(field) {
        assert!((1..=MAX_MEMBERS).contains(&members.len()));
        assert!(members.iter().all(|(_, bytes)| bytes.len() <= field.len()));
        assert_eq!(parse_digest(field), Ok(members));
    }
});
