//! The port on which letters come in: a task for each connection, and for all of them.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::certificate::acceptor;
use super::mailbox::Mailbox;
use super::session;

/// A running mail server; it ends when it is dropped.
pub struct MailServer {
    address: SocketAddr,
    authority: String,
    serving: JoinHandle<()>,
}

impl MailServer {
    /// Serves on a bound listener, and puts into that mailbox what comes.
    ///
    /// # Errors
    /// The listener's, or those of making a certificate.
    pub fn start(listener: TcpListener, mailbox: Arc<Mailbox>) -> io::Result<MailServer> {
        let address = listener.local_addr()?;
        let (acceptor, authority) = acceptor()?;
        let serving = tokio::spawn(async move {
            loop {
                // One that breaks before it is there is nobody else's trouble.
                let Ok((stream, _)) = listener.accept().await else { continue };
                let (mailbox, acceptor) = (Arc::clone(&mailbox), acceptor.clone());
                tokio::spawn(async move {
                    if let Err(error) = session::serve(stream, &acceptor, &mailbox).await {
                        tracing::debug!(%error, "a connection of the mail server ended");
                    }
                });
            }
        });
        Ok(MailServer { address, authority, serving })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The certificate of the authority that its own is signed by, in PEM.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
