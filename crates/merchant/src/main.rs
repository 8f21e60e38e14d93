//! `qr-checkout-server`: serve, keygen, snippet, check-config, api-key, verify-receipt. Reads the clock and the command line; all else is in the library.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool speaks to its user")]

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use merchant::api_keys::{self, Scope};
use merchant::{Catalog, Clock, Config, Keys, Merchant, StoreError, keygen, receipts, snippet};
use protocol::Pins;
use tokio::net::TcpListener;

const USAGE: &str = "usage: qr-checkout-server serve --config FILE [--generate-key]
       qr-checkout-server keygen --out FILE
       qr-checkout-server snippet --config FILE
       qr-checkout-server check-config --config FILE
       qr-checkout-server api-key create --config FILE --name NAME --scopes SCOPE[,SCOPE]…    (read, orders, refunds, confirm)
       qr-checkout-server api-key list --config FILE
       qr-checkout-server api-key revoke ID --config FILE
       qr-checkout-server verify-receipt FILE --key PIN [--key PIN]… [--revoked PIN]…    (FILE may be -; exit code
           0 valid, 3 valid but its key has been revoked since, 4 unknown key, 5 invalid, 1 could not be judged)";

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into()))
        .init();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments).await {
        Ok(code) => code,
        Err(reason) => {
            eprintln!("{reason}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &[String]) -> Result<ExitCode, String> {
    let (command, options) = arguments.split_first().ok_or(USAGE)?;
    if command == "api-key" {
        let (verb, options) = options.split_first().ok_or(USAGE)?;
        api_key(verb, &Options::read(options)?).await?;
        return Ok(ExitCode::SUCCESS);
    }
    let options = Options::read(options)?;
    match command.as_str() {
        "serve" => serve(&options).await,
        "keygen" => make_key(&options),
        "snippet" => print_snippet(&options),
        "check-config" => check_config(&options),
        "verify-receipt" => return verify_receipt(&options),
        _ => Err(USAGE.to_owned()),
    }?;
    Ok(ExitCode::SUCCESS)
}

#[derive(Default)]
struct Options {
    config: Option<PathBuf>,
    out: Option<PathBuf>,
    generate_key: bool,
    name: Option<String>,
    scopes: Vec<Scope>,
    file: Option<PathBuf>,
    keys: Vec<Pins>,
    revoked: Vec<Pins>,
}

impl Options {
    fn read(arguments: &[String]) -> Result<Options, String> {
        let mut options = Options::default();
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--config" => options.config = Some(arguments.next().ok_or(USAGE)?.into()),
                "--out" => options.out = Some(arguments.next().ok_or(USAGE)?.into()),
                "--name" => options.name = Some(arguments.next().ok_or(USAGE)?.clone()),
                "--scopes" => options.scopes = scopes(arguments.next().ok_or(USAGE)?)?,
                "--generate-key" => options.generate_key = true,
                "--key" => options.keys.push(pin(arguments.next().ok_or(USAGE)?)?),
                "--revoked" => options.revoked.push(pin(arguments.next().ok_or(USAGE)?)?),
                file if options.file.is_none() && (file == "-" || !file.starts_with('-')) => options.file = Some(file.into()),
                other => return Err(format!("unknown option {other}\n{USAGE}")),
            }
        }
        Ok(options)
    }

    fn config(&self) -> Result<Config, String> {
        Config::load(self.config.as_ref().ok_or(USAGE)?).map_err(|error| error.to_string())
    }
}

/// The keys of one argument, as `merchant-key` has them on the page.
fn pin(text: &str) -> Result<Pins, String> {
    Pins::parse(text).map_err(|code| format!("{text}: {}: {}", code.as_str(), code.advice()))
}

/// Words separated by commas.
fn scopes(text: &str) -> Result<Vec<Scope>, String> {
    text.split(',').map(|word| Scope::parse(word).ok_or_else(|| format!("{word:?} is no scope\n{USAGE}"))).collect()
}

async fn serve(options: &Options) -> Result<(), String> {
    let config = options.config()?;
    let seed_file = &config.signing.seed_file;
    if options.generate_key && !seed_file.exists() {
        keygen(seed_file).map_err(|error| format!("signing.seed_file: {}: {error}", seed_file.display()))?;
    }
    let listen = config.server.listen;
    let listener = TcpListener::bind(listen).await.map_err(|error| format!("server.listen: {listen}: {error}"))?;
    let merchant = Merchant::start(&config, listener, system_clock()).await.map_err(|error| error.to_string())?;
    println!("listening on http://{}", merchant.address());
    told_to_stop().await.map_err(|error| error.to_string())?;
    merchant.stop().await;
    Ok(())
}

/// Ctrl-C or a service manager's SIGTERM.
async fn told_to_stop() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        result = tokio::signal::ctrl_c() => result,
        _ = terminate.recv() => Ok(()),
    }
}

fn make_key(options: &Options) -> Result<(), String> {
    let file = options.out.as_ref().ok_or(USAGE)?;
    keygen(file).map_err(|error| format!("{}: {error}", file.display()))?;
    println!("{} holds the signing seed; keep it secret. `snippet` prints the tags with its public key.", file.display());
    Ok(())
}

fn print_snippet(options: &Options) -> Result<(), String> {
    let config = options.config()?;
    let keys = Keys::of(&config).map_err(|error| error.to_string())?;
    let widget = config.widget.as_ref().map(|widget| widget.dir.as_path());
    print!("{}", snippet::snippet(config.public_url(), &keys, widget));
    Ok(())
}

fn check_config(options: &Options) -> Result<(), String> {
    let config = options.config()?;
    Keys::of(&config).map_err(|error| error.to_string())?;
    Catalog::load(&config.catalog.file).map_err(|error| format!("catalog.file: {error}"))?;
    config.check_accounts().map_err(|error| error.to_string())?;
    println!("the configuration is good");
    Ok(())
}

/// Makes, lists and revokes keys of the admin API.
async fn api_key(verb: &str, options: &Options) -> Result<(), String> {
    let said = |error: StoreError| error.to_string();
    let store = options.config()?.store.open().await.map_err(|error| error.to_string())?;
    match (verb, &options.name, &options.file) {
        ("create", Some(name), None) if !options.scopes.is_empty() => {
            let (key, secret) = api_keys::create(&store, name, &options.scopes, now()).await.map_err(said)?;
            println!("{secret}\nThis is {} ({}), shown this once. Send it as authorization: Bearer …", key.id, key.scopes);
        }
        ("list", None, None) => {
            for key in store.api_keys().await.map_err(said)? {
                let state = if key.revoked_at.is_some() { "revoked" } else { "good" };
                println!("{}  {state:7}  {:30}  {}", key.id, key.scopes, key.name);
            }
        }
        ("revoke", None, Some(id)) => {
            let id = id.to_string_lossy();
            if !store.revoke_api_key(&id, now()).await.map_err(said)? {
                return Err(format!("{id}: no such key, or revoked already"));
            }
            println!("{id} is void from now on");
        }
        _ => return Err(USAGE.to_owned()),
    }
    store.close().await;
    Ok(())
}

fn verify_receipt(options: &Options) -> Result<ExitCode, String> {
    let file = options.file.as_ref().ok_or(USAGE)?;
    if options.keys.is_empty() && options.revoked.is_empty() {
        return Err(USAGE.to_owned());
    }
    let receipt = if file.as_os_str() == "-" { std::io::read_to_string(std::io::stdin()) } else { std::fs::read_to_string(file) };
    let verdict = match receipt {
        Ok(receipt) => receipts::judge(receipt.trim(), &options.keys, &options.revoked),
        // Bytes that are no text are no receipt.
        Err(error) if error.kind() == std::io::ErrorKind::InvalidData => receipts::Verdict::Invalid(protocol::Code::BodyEncoding),
        Err(error) => return Err(format!("{}: {error}", file.display())),
    };
    println!("{verdict}");
    Ok(ExitCode::from(verdict.exit_code()))
}

fn system_clock() -> Clock {
    Arc::new(now)
}

/// Unix seconds.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
