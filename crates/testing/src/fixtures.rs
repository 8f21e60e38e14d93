//! What takes long to start, started once for all tests and named to them by variables. Who is given nothing starts its own.

use std::path::PathBuf;

use sandbox::Account;

use crate::Folder;
use crate::browser::seat::{SEATS, Seats};
use crate::browser::{Engine, SCREEN, Screen};
use crate::postgres::{Postgres, SERVER};
use crate::provider::{ACCOUNT, randomness};

/// At how many drivers of each engine tests sit at the same time; `.config/nextest.toml` lets no more of them run at once.
const DRIVERS: [(Engine, usize); 3] = [(Engine::Chromium, 2), (Engine::Firefox, 2), (Engine::Webkit, 2)];

/// All of it at work. It ends when it is dropped.
pub struct Fixtures {
    account: PathBuf,
    _folder: Folder,
    database: Option<Postgres>,
    browsers: Option<(Screen, Seats)>,
}

impl Fixtures {
    /// Without `everything`, what tests need that need neither browsers nor databases.
    pub fn start(everything: bool) -> Fixtures {
        let folder = Folder::new("fixtures");
        let account = folder.path().join("account.json");
        std::thread::scope(|scope| {
            let keys = scope.spawn(|| Account::load_or_create(&account, &randomness()).unwrap());
            let database = everything.then(|| scope.spawn(Postgres::start_for_others));
            let browsers = everything.then(browsers);
            keys.join().unwrap();
            let database = database.map(|starting| starting.join().unwrap());
            Fixtures { account: account.clone(), _folder: folder, database, browsers }
        })
    }

    /// The variables for whoever runs the tests.
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        let mut variables = vec![(ACCOUNT, self.account.display().to_string())];
        variables.extend(self.database.as_ref().map(|database| (SERVER, database.folder().display().to_string())));
        if let Some((screen, seats)) = &self.browsers {
            variables.extend([(SCREEN, screen.display().to_owned()), (SEATS, seats.folder().display().to_string())]);
        }
        variables
    }
}

fn browsers() -> (Screen, Seats) {
    let screen = Screen::start();
    let seats = Seats::start(&DRIVERS, &screen);
    (screen, seats)
}
