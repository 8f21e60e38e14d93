//! Addresses that browsers visit. Tests share browsers, which keep what they once got from an address: scripts in their cache, carts in
//! their storage. Ports are given anew by the system when they are free, so each is taken note of, and taken once in a run.

use std::fs::File;
use std::io::ErrorKind;
use std::net::TcpListener;
use std::path::Path;

use super::browser::seat::SEATS;

/// As [`listener`], inside of the runtime.
pub(crate) fn listen() -> tokio::net::TcpListener {
    let listener = listener();
    listener.set_nonblocking(true).unwrap();
    tokio::net::TcpListener::from_std(listener).unwrap()
}

/// Listens on a port of this machine that no page of this run has been on.
pub fn listener() -> TcpListener {
    let shared = std::env::var_os(SEATS);
    let mut refused = Vec::new();
    loop {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        if shared.as_ref().is_none_or(|folder| is_new(Path::new(folder), port)) {
            return listener;
        }
        // Held, so that the system does not give it again.
        refused.push(listener);
    }
}

/// Whether nobody has taken this port before, in whichever process.
fn is_new(folder: &Path, port: u16) -> bool {
    match File::create_new(folder.join(format!("{port}.port"))) {
        Ok(_) => true,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => false,
        Err(error) => panic!("{}: {error}", folder.display()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Folder;

    #[test]
    fn a_port_is_new_once() {
        let folder = Folder::new("ports");
        assert!(is_new(folder.path(), 1) && is_new(folder.path(), 2));
        assert!(!is_new(folder.path(), 1) && !is_new(folder.path(), 2));
    }
}
