//! Base building: whatever components are named and whatever their values are, a base has one line each and no other.
#![no_main]

use libfuzzer_sys::fuzz_target;
use protocol::Code;
use protocol::signature::{Component, Resolve, base, parse_signature_input};

/// Answers with the lines of the input, in turn.
struct Values<'a>(&'a str);

impl Resolve for Values<'_> {
    fn resolve(&self, component: &Component) -> Result<String, Code> {
        let which = component.name.len();
        self.0.split('\u{1}').nth(which).map(str::to_owned).ok_or(Code::CompUnresolvable)
    }
}

fuzz_target!(|text: &str| {
    let (field, values) = text.split_once('\u{1}').unwrap_or((text, ""));
    let Ok(members) = parse_signature_input(field) else { return };
    for (_, input) in members {
        let Ok(base) = base(&input, &Values(values)) else { continue };
        let lines: Vec<&str> = base.split('\n').collect();
        assert_eq!(lines.len(), input.components.len() + 1);
        for (line, component) in lines.iter().zip(&input.components) {
            assert!(line.starts_with(&format!("{}: ", component.serialise())));
        }
        assert_eq!(lines.last().copied(), Some(format!("\"@signature-params\": {}", input.serialise()).as_str()));
        assert!(base.bytes().all(|byte| byte == b'\n' || (0x20..0x7f).contains(&byte)));
    }
});
