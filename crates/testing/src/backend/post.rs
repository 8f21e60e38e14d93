//! The sandbox's mail server, for shops that write to their shoppers.

use std::sync::Arc;

use sandbox::{MailServer, Mailbox, PASSWORD, USERNAME};

pub use sandbox::{MailFault, MailView};

use crate::Folder;
use crate::listening::listen;

/// A mail server, and what it was handed.
pub struct Post {
    pub mailbox: Arc<Mailbox>,
    folder: Folder,
    server: MailServer,
}

impl Post {
    pub fn open() -> Post {
        let mailbox = Arc::new(Mailbox::default());
        let server = MailServer::start(listen(), Arc::clone(&mailbox)).unwrap();
        let folder = Folder::new("post");
        folder.write("ca.pem", server.authority());
        folder.write("password", PASSWORD);
        Post { mailbox, folder, server }
    }

    /// Where the merchant's own words lie.
    pub fn folder(&self) -> &Folder {
        &self.folder
    }

    /// The section of a configuration by which letters go there.
    pub fn section(&self) -> String {
        let path = |name: &str| self.folder.path().join(name).display().to_string();
        format!(
            "[mail]\nserver = \"{}\"\nusername = \"{USERNAME}\"\npassword_file = \"{}\"\nca_file = \"{}\"\n\
             from = \"Mountain Tea <tea@shop.example>\"\nreply_to = \"help@shop.example\"\n",
            self.server.address(),
            path("password"),
            path("ca.pem"),
        )
    }
}
