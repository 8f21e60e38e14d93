//! `keys`: licence keys that are sold. It asks a running backend, which never tells a key.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::orders::admin::{Admin, Asking, read};
use super::shared::{fresh, print};

/// How many keys go along in one call.
const BATCH: usize = 1000;

/// Put licence keys up for sale, and see how many are left
#[derive(Args)]
pub(super) struct Keys {
    #[command(flatten)]
    asking: Asking,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// A line for each pool: how many nobody has, of how many, and how many are sold and were not there
    List,
    /// Add keys for a product; what was added before is no news
    Add(Add),
}

#[derive(Args)]
struct Add {
    /// The product
    sku: String,
    /// The keys, a line each
    #[arg(long, value_name = "FILE")]
    file: PathBuf,
}

impl Keys {
    pub(super) async fn run(self) -> Result<ExitCode, String> {
        let admin = Admin::open(&self.asking)?;
        let told = match &self.what {
            What::List => {
                let answer = admin.get(&["licence-keys"], &[]).await?;
                if self.asking.json { answer } else { pools(&read(&answer)?) }
            }
            What::Add(add) => {
                let sum = add.ask(&admin).await?;
                if self.asking.json { sum.to_string() } else { added(&sum) }
            }
        };
        print(&told).map(|()| ExitCode::SUCCESS)
    }
}

impl Add {
    /// The answers to all calls as one.
    async fn ask(&self, admin: &Admin) -> Result<Value, String> {
        let text = std::fs::read_to_string(&self.file).map_err(|error| format!("{}: {error}", self.file.display()))?;
        let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim).filter(|line| !line.is_empty());
        let keys: Vec<&str> = lines.collect();
        if keys.is_empty() {
            return Err(format!("{}: holds no keys; write one a line", self.file.display()));
        }
        let mut sum = json!({});
        for some in keys.chunks(BATCH) {
            let told = read(&admin.post(&["licence-keys"], &fresh()?, &json!({ "sku": self.sku, "keys": some })).await?)?;
            let count = |name: &str| sum[name].as_i64().unwrap_or_default() + told[name].as_i64().unwrap_or_default();
            let (added, known, given) = (count("added"), count("known"), count("given"));
            sum = json!({ "pool": told["pool"], "added": added, "known": known, "given": given, "free": told["free"] });
        }
        Ok(sum)
    }
}

fn number(of: &Value, name: &str) -> i64 {
    of[name].as_i64().unwrap_or_default()
}

fn added(sum: &Value) -> String {
    let (added, known, given, free) = (number(sum, "added"), number(sum, "known"), number(sum, "given"), number(sum, "free"));
    format!("{added} added, {known} known before, {given} given to orders that waited, {free} free\n")
}

fn pools(told: &Value) -> String {
    let line = |pool: &Value| {
        let name = pool["pool"].as_str().unwrap_or("-");
        format!("{:>7} of {:<7} {:>5} owed  {name}\n", number(pool, "free"), number(pool, "added"), number(pool, "owed"))
    };
    told["pools"].as_array().into_iter().flatten().map(line).collect()
}
