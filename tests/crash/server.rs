//! The server in a process of its own: this test program once more, told by the environment to be the server and not the test. It tells
//! of every round of its jobs, so that nobody has to guess how long one takes.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use merchant::{Config, Merchant};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::killing::Death;
use crate::time;

/// The server's configuration, and the file with the time.
const CONFIG: &str = "QR_CHECKOUT_CRASH_CONFIG";
const TIME: &str = "QR_CHECKOUT_CRASH_TIME";
const LISTENS: &str = "listening on http://";
const LOOKED: &str = "looked at ";
/// The pause between two rounds of the reconciler, of real time.
const PAUSE: Duration = Duration::from_millis(30);

/// Whether this process is to be the server.
pub fn is_wanted() -> bool {
    std::env::var_os(CONFIG).is_some()
}

/// Serves until it is killed, or until the test is gone.
pub async fn serve() {
    let [config, file] = [CONFIG, TIME].map(|variable| PathBuf::from(std::env::var_os(variable).unwrap()));
    std::thread::spawn(|| {
        // Standard input ends when the test does, however it does.
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let now = file.clone();
    let clock: merchant::Clock = Arc::new(move || time::read(&now));
    let merchant = Merchant::start(&Config::load(&config).unwrap(), listener, clock).await.unwrap();
    println!("\n{LISTENS}{}", merchant.address());
    loop {
        let since = time::read(&file);
        // What fails now is tried again, as in a real server.
        let _ = merchant.reconcile().await;
        let _ = merchant.tell_shoppers().await;
        let _ = merchant.send_messages().await;
        let _ = merchant.tell_merchant().await;
        println!("{LOOKED}{since}");
        tokio::time::sleep(PAUSE).await;
    }
}

/// The server's process.
pub struct Server {
    child: Child,
    /// The time at which its latest whole round began; closed when it is dead.
    rounds: watch::Receiver<i64>,
}

impl Server {
    pub fn is_alive(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    pub fn kill(&mut self) {
        // It may be dead already.
        let _ = self.child.kill();
        self.child.wait().unwrap();
    }

    pub fn rounds(&self) -> watch::Receiver<i64> {
        self.rounds.clone()
    }
}

/// Starts that process; the test of that name becomes the server. Answers its address, unless it dies before it has one.
pub fn start(story: &str, config: &Path, file: &Path, database: Option<&str>, death: &Death) -> (Server, Option<String>) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([story, "--exact", "--nocapture"])
        .env(CONFIG, config)
        .env(TIME, file)
        .env_remove("DATABASE_PATH")
        .env_remove("DATABASE_URL")
        .envs(database.map(|address| ("DATABASE_URL", address)))
        .envs(death.environment())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let address = lines.find_map(|line| line.strip_prefix(LISTENS).map(str::to_owned));
    let (tell, rounds) = watch::channel(0);
    std::thread::spawn(move || {
        for round in lines.filter_map(|line| line.strip_prefix(LOOKED)?.parse().ok()) {
            tell.send_replace(round);
        }
    });
    (Server { child, rounds }, address)
}
