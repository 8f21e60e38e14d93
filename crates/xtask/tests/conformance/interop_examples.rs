//! `cargo xtask conformance` against the example backends in other languages: nothing is wrong with what merchants copy.

use std::process::Command;

use testing::examples::Example;

const SEED: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc";
const PIN: &str = "ed25519-6kpsY+KcUgq+9VB7Ey7F+ZVHdq6+vnuSQh7qaRRG0iw=";

/// Starts the example where it is asked: its public URL is the address that it listens on.
fn is_conformant(example: Example) {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{port}");
    let _running = example.start(SEED, &url, port);
    let mut command = Command::new(env!("CARGO_BIN_EXE_qr-checkout-xtask"));
    command.args(["conformance", "--backend", &url, "--key", PIN, "--item", "tea-100g:2", "--origin", "https://shop.example"]);
    let output = command.output().unwrap();
    let table = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && table.ends_with("33 passed, 0 failed\n"), "{table}");
}

#[test]
fn the_example_in_python_is_conformant() {
    is_conformant(Example::Python);
}

#[test]
fn the_example_in_node_is_conformant() {
    is_conformant(Example::Node);
}

#[test]
fn the_example_in_node_with_a_library_is_conformant() {
    is_conformant(Example::NodeLibrary);
}

#[test]
fn the_example_in_php_is_conformant() {
    is_conformant(Example::Php);
}
