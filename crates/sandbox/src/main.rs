//! The binary `qr-checkout-sandbox`: arguments, the real clock, logging and signals. Nothing else.

use std::io::{ErrorKind, IsTerminal as _};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use sandbox::{Account, Randomness, Sandbox, Settings, TimeSource};
use tokio::net::TcpListener;

const USAGE: &str = "\
The local payment providers of qr-checkout: the servers of WeChat Pay, its Official Account and Alipay, and a phone page that pays.

Usage: qr-checkout-sandbox [--port PORT] [--keys FILE] [--payee NAME] [--mail-port PORT] [--mail-ca FILE]

  --port PORT    port on 127.0.0.1, 0 for any free one (default 8081)
  --keys FILE    keeps the generated account and keys, so that merchants stay configured
  --payee NAME   the shop's name on the phone
  --mail-port PORT  serves SMTP there, too; letters are read under /mailbox
  --mail-ca FILE    writes there what mail servers' clients have to believe

Log levels come from QR_CHECKOUT_LOG (default info).";

struct Arguments {
    port: u16,
    keys: Option<std::path::PathBuf>,
    payee: Option<String>,
    mail_port: Option<u16>,
    mail_ca: Option<std::path::PathBuf>,
}

#[expect(clippy::print_stdout, reason = "the address is this program's output; logs go to stderr")]
#[expect(clippy::print_stderr, reason = "a start that fails is told in one line, before logging exists")]
fn main() -> ExitCode {
    let arguments = match parse(std::env::args().skip(1)) {
        Ok(Some(arguments)) => arguments,
        Ok(None) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(problem) => {
            eprintln!("qr-checkout-sandbox: {problem}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    log_to_stderr();
    let started = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|error| error.to_string());
    match started.and_then(|runtime| runtime.block_on(serve(arguments, |url| println!("listening on {url}")))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("qr-checkout-sandbox: {problem}");
            ExitCode::FAILURE
        }
    }
}

/// `None` asks for the usage.
fn parse(mut words: impl Iterator<Item = String>) -> Result<Option<Arguments>, String> {
    let mut arguments = Arguments { port: 8081, keys: None, payee: None, mail_port: None, mail_ca: None };
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or(format!("{word} needs a value"));
        match word.as_str() {
            "--port" => arguments.port = port(&word, &value()?)?,
            "--mail-port" => arguments.mail_port = Some(port(&word, &value()?)?),
            "--mail-ca" => arguments.mail_ca = Some(value()?.into()),
            "--keys" => arguments.keys = Some(value()?.into()),
            "--payee" => arguments.payee = Some(value()?),
            "--help" | "-h" => return Ok(None),
            _ => return Err(format!("unknown argument {word:?}")),
        }
    }
    Ok(Some(arguments))
}

fn port(option: &str, text: &str) -> Result<u16, String> {
    text.parse().map_err(|_| format!("{option}: {text:?} is no port"))
}

async fn serve(arguments: Arguments, announce: impl FnOnce(String)) -> Result<(), String> {
    let random: Randomness = Arc::new(|buffer| {
        aws_lc_rs::rand::fill(buffer).expect("the operating system has randomness");
    });
    let account = match &arguments.keys {
        Some(path) => Account::load_or_create(path, &random).map_err(|error| format!("--keys {}: {error}", path.display()))?,
        None => Account::generate(&random).map_err(|error| error.to_string())?,
    };
    let account = match &arguments.payee {
        Some(payee) => account.with_payee(payee),
        None => account,
    };
    let listener = bind(arguments.port, "--port").await?;
    let settings = Settings { account, time: real_time(), random };
    let mut sandbox = Sandbox::start(settings, listener).await.map_err(|error| error.to_string())?;
    if let Some(port) = arguments.mail_port {
        let server = sandbox.serve_mail(bind(port, "--mail-port").await?).map_err(|error| error.to_string())?;
        if let Some(file) = &arguments.mail_ca {
            std::fs::write(file, server.authority()).map_err(|error| format!("--mail-ca {}: {error}", file.display()))?;
        }
    }
    announce(sandbox.url());
    asked_to_stop().await;
    tracing::info!("stopping");
    sandbox.stop().await.map_err(|error| error.to_string())
}

async fn bind(port: u16, option: &str) -> Result<TcpListener, String> {
    TcpListener::bind(("127.0.0.1", port)).await.map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => format!("port {port} is in use; choose another with {option}"),
        _ => format!("port {port}: {error}"),
    })
}

fn real_time() -> TimeSource {
    Arc::new(|| {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
    })
}

/// Ctrl-C, or SIGTERM where there is one.
async fn asked_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    // Without a handler for signals the process ends by the signal itself.
    interrupt.await.ok();
}

fn log_to_stderr() {
    let filter =
        tracing_subscriber::EnvFilter::try_from_env("QR_CHECKOUT_LOG").unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(std::io::stderr().is_terminal()).with_writer(std::io::stderr).init();
}
