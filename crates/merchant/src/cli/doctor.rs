//! `doctor`: what is wrong now, in words, asked of a running backend; and of the configuration before.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use merchant::Config;
use serde_json::Value;

use super::orders::admin::{Admin, Asking, read};
use super::orders::table::{each, text};
use super::serve::judged;
use super::shared::{print, said};

/// Say what is wrong now, and what to do about it; exit code 1 where something is
#[derive(Args)]
pub(super) struct Doctor {
    #[command(flatten)]
    asking: Asking,
    /// Check this configuration first, as check-config does
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl Doctor {
    pub(super) async fn run(self, now: i64) -> Result<ExitCode, String> {
        if let Some(file) = &self.config {
            let hints = judged(&Config::load(file).map_err(said)?, now)?;
            // What the backend answers is all that a program wants.
            hints.iter().for_each(|hint| eprintln!("{hint}"));
        }
        let admin = Admin::open(&self.asking)?;
        let answer = admin.get(&["doctor"], &[]).await?;
        let read = read(&answer)?;
        let is_well = read["findings"].as_array().ok_or("the backend's answer has no findings")?.is_empty();
        print(&if self.asking.json { answer } else { told(&read) })?;
        Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// Each finding with what to do, then what nobody looks at.
fn told(answer: &Value) -> String {
    let finding = |one: &Value| {
        format!("{} {}: {}\n  {}\n", text(&one["severity"]), text(&one["code"]), text(&one["words"]), text(&one["what_to_do"]))
    };
    let mut told: String = each(&answer["findings"]).map(finding).collect();
    if told.is_empty() {
        told += "Nothing is wrong.\n";
    }
    told.extend(each(&answer["not_checked"]).map(|what| format!("not checked: {}\n", text(what))));
    told
}
