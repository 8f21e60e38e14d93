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
        Post { mailbox, folder, server }
    }

    /// Where the merchant's own words lie.
    pub fn folder(&self) -> &Folder {
        &self.folder
    }

    /// The section of a configuration by which letters go there.
    pub fn section(&self) -> String {
        section(&self.server, &self.folder)
    }
}

/// The section by which letters go to that server; what has to be known of it is written into the folder.
pub fn section(server: &MailServer, folder: &Folder) -> String {
    let ca_file = folder.write("ca.pem", server.authority());
    let password_file = folder.write("password", PASSWORD);
    format!(
        "[mail]\nserver = \"{}\"\nusername = \"{USERNAME}\"\npassword_file = \"{}\"\nca_file = \"{}\"\n\
         from = \"Mountain Tea <tea@shop.example>\"\nreply_to = \"help@shop.example\"\n",
        server.address(),
        password_file.display(),
        ca_file.display(),
    )
}
