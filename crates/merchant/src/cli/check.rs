//! `check`: whether all records are what their ledgers make of them, beside a server at work.

use std::process::ExitCode;

use clap::Args;
use merchant::Keys;
use merchant::audit::{Auditor, Finding};

use super::shared::{ConfigFile, find, print, said};

/// How often progress is told, in orders.
const STRIDE: usize = 10_000;

/// Rebuild every order from its ledger and compare it with the records
///
/// Only reads, and may run beside the server. Each thing that is wrong is a line on standard output; exit code: 0 nothing is wrong,
/// 3 something is, 1 could not be checked: there are no records, or they are of another version.
#[derive(Args)]
pub(super) struct Check {
    #[command(flatten)]
    config: ConfigFile,
    /// This order only, by its number or its id
    #[arg(long, value_name = "ORDER")]
    order: Option<String>,
}

impl Check {
    pub(super) async fn run(self) -> Result<ExitCode, String> {
        let config = self.config.load()?;
        let keys = Keys::of(&config).map_err(said)?;
        let store = config.store.look().await.map_err(said)?;
        let mut auditor = Auditor::new(&store, &keys);
        let wrong = match &self.order {
            Some(order) => tell(&auditor.look_at(&find(&store, order).await?).await.map_err(said)?)?,
            None => check_all(&mut auditor).await?,
        };
        store.close().await;
        Ok(if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::from(3) })
    }
}

async fn check_all(auditor: &mut Auditor<'_>) -> Result<usize, String> {
    let (mut checked, mut wrong) = (0, 0);
    while let Some((orders, findings)) = auditor.go_on().await.map_err(said)? {
        wrong += tell(&findings)?;
        if (checked + orders) / STRIDE > checked / STRIDE {
            eprintln!("{} orders checked", checked + orders);
        }
        checked += orders;
    }
    wrong += tell(&auditor.count().await.map_err(said)?)?;
    eprintln!("{checked} orders checked, {wrong} things are wrong");
    Ok(wrong)
}

fn tell(findings: &[Finding]) -> Result<usize, String> {
    print(&findings.iter().map(|finding| format!("{finding}\n")).collect::<String>())?;
    Ok(findings.len())
}
