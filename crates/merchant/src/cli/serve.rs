//! `serve` and `check-config`: running the backend, and what can be found wrong before it runs.

use std::process::ExitCode;

use clap::Args;
use merchant::{Clock, Config, Keys, Merchant, keygen};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::shared::{ConfigFile, said};

/// Serve shoppers until Ctrl-C or SIGTERM
#[derive(Args)]
pub(super) struct Serve {
    #[command(flatten)]
    config: ConfigFile,
    /// Make the signing key, and the key of sealed records, where their files are missing
    #[arg(long)]
    generate_key: bool,
}

/// Find what is wrong with the configuration, asking nobody else
#[derive(Args)]
pub(super) struct CheckConfig {
    #[command(flatten)]
    config: ConfigFile,
}

impl Serve {
    pub(super) async fn run(self, clock: Clock) -> Result<ExitCode, String> {
        let config = self.config.load()?;
        let seed_file = &config.signing.seed_file;
        if self.generate_key && !seed_file.exists() {
            keygen(seed_file).map_err(|error| format!("signing.seed_file: {}: {error}", seed_file.display()))?;
        }
        if self.generate_key {
            config.details.make_key_file(&config.store, clock()).await.map_err(said)?;
        }
        let listen = config.server.listen;
        let listener = TcpListener::bind(listen).await.map_err(|error| format!("server.listen: {listen}: {error}"))?;
        let merchant = Merchant::start(&config, listener, clock).await.map_err(said)?;
        // From before anybody can know of us, and until the end: none gets lost.
        let mut signals = Signals::new().map_err(said)?;
        println!("listening on http://{}", merchant.address());
        signals.next().await;
        tokio::select! {
            () = merchant.stop() => Ok(ExitCode::SUCCESS),
            // Whoever says so twice does not want to wait. Nothing that was answered is lost.
            () = signals.next() => Ok(ExitCode::FAILURE),
        }
    }
}

/// Ctrl-C and a service manager's SIGTERM.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    fn new() -> std::io::Result<Signals> {
        Ok(Signals { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

impl CheckConfig {
    pub(super) fn run(self, now: i64) -> Result<ExitCode, String> {
        for hint in judged(&self.config.load()?, now)? {
            println!("{hint}");
        }
        println!("the configuration is good");
        Ok(ExitCode::SUCCESS)
    }
}

/// What an operator should know of a configuration that is good; `now` in unix seconds.
pub(super) fn judged(config: &Config, now: i64) -> Result<Vec<String>, String> {
    Keys::of(config).map_err(said)?;
    config.details.sealer().map_err(said)?;
    config.writable_erased_file().map_err(said)?;
    config.catalog.check().map_err(said)?;
    config.check_selling().map_err(said)?;
    config.hints(now).map_err(said)
}
