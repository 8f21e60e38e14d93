//! The program that starts what tests share.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

#[test]
fn what_is_handed_over_is_there_until_standard_input_ends() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qr-checkout-fixtures"));
    let mut program = command.arg("fast").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(program.stdout.take().unwrap()).lines().map(Result::unwrap);
    let told: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
    let [line] = &told[..] else { panic!("{told:?}") };
    let file = line.strip_prefix("QR_CHECKOUT_ACCOUNT=").unwrap();
    assert!(std::fs::read_to_string(file).unwrap().contains("PRIVATE KEY"));
    drop(program.stdin.take());
    assert!(program.wait().unwrap().success());
    assert!(!std::path::Path::new(file).exists());
}
