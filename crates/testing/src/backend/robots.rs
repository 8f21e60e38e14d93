//! The sandbox's robots of groups, for shops that tell their merchants.

use std::sync::Arc;

use sandbox::{ROBOT_SECRET, RobotServer, Robots, robot_paths};

pub use sandbox::{Posted, RobotFault};

use crate::Folder;
use crate::listening::listen;

/// Robots, and what they posted.
pub struct Groups {
    pub robots: Arc<Robots>,
    folder: Folder,
    server: RobotServer,
}

impl Groups {
    /// Robots whose clock stands.
    pub fn open(now: i64) -> Groups {
        let robots = Arc::new(Robots::default());
        let server = RobotServer::start(listen(), Arc::clone(&robots), Arc::new(move || now)).unwrap();
        Groups { robots, folder: Folder::new("groups"), server }
    }

    /// The section of a configuration by which the merchant is told by these, with further keys.
    pub fn section(&self, kinds: &[&str], more: &str) -> String {
        section(&self.server.url(), &self.folder, kinds, more)
    }

    /// Where they are, which is a secret.
    pub fn secret_files(&self) -> &Folder {
        &self.folder
    }
}

/// The section by which the merchant is told by robots at that place; their addresses are written into the folder.
pub fn section(url: &str, folder: &Folder, kinds: &[&str], more: &str) -> String {
    let mut section = format!("[notices]\n{more}\n");
    let paths = robot_paths();
    for (kind, path) in paths.iter().filter(|(kind, _)| kinds.contains(kind)) {
        let file = folder.write(&format!("{kind}.url"), format!("{url}{path}"));
        section += &format!("[[notices.robots]]\nkind = \"{kind}\"\nurl_file = \"{}\"\n", file.display());
        if *kind == "dingtalk" {
            section += &format!("secret_file = \"{}\"\n", folder.write("dingtalk.secret", ROBOT_SECRET).display());
        }
    }
    section
}
