//! What the reference backend does in a second and what it holds, on SQLite and PostgreSQL, however many orders are stored already;
//! beside each figure how far it is from the floor of the same run.

use std::process::Stdio;

use anyhow::{Context as _, Result};
use serde::Deserialize;

use super::figure::{Figure, Unit};
use crate::command;
use crate::progress::say;
use crate::workspace::Workspace;

/// The figures that have a floor, and which one, by how they begin.
const FLOORS: [(&str, &str); 2] = [("status reads/s", "answers/s"), ("orders/s", "inserts/s")];
/// Where a floor stands that both databases share.
const SHARED: &str = "floor";

/// Builds server and load as merchants run them, and measures; takes some ten minutes, and says where it is.
pub fn run(workspace: &Workspace) -> Result<Vec<Figure>> {
    say("building the server as merchants run it");
    let mut build = command::cargo();
    build.current_dir(&workspace.root).args(["build", "--locked", "--release", "--package", "qr-checkout-merchant"]);
    command::run_quietly(build.args(["--bin", "qr-checkout-server"]))?;
    say("measuring");
    let mut bench = command::cargo();
    bench.current_dir(&workspace.root).args(["bench", "--locked", "--quiet", "--package", "qr-checkout", "--bench", "backend"]);
    bench.env("QR_CHECKOUT_SERVER", workspace.target.join("release/qr-checkout-server")).stderr(Stdio::inherit());
    let printed = command::output(&mut bench)?;
    let lines = printed.lines().map(|line| serde_json::from_str(line).with_context(|| format!("the bench of the backend printed: {line}")));
    Ok(figures(&lines.collect::<Result<Vec<_>>>()?))
}

/// What the bench prints.
#[derive(Debug, Deserialize)]
struct Measured {
    place: String,
    stored: Option<u64>,
    what: String,
    value: f64,
    unit: Unit,
}

fn figures(measured: &[Measured]) -> Vec<Figure> {
    let mut figures = Vec::new();
    for one in measured {
        let stored = one.stored.map_or(String::new(), |stored| format!("{stored} stored: "));
        let figure =
            |what, unit, value| Figure { bench: "backend", place: one.place.clone(), what, value: Some(value), unit, missing: None };
        figures.push(figure(format!("{stored}{}", one.what), one.unit, one.value));
        let floor = FLOORS.iter().find(|(what, _)| one.what.starts_with(what)).and_then(|(_, floor)| {
            measured.iter().find(|other| other.what.starts_with(floor) && [SHARED, one.place.as_str()].contains(&other.place.as_str()))
        });
        figures.extend(floor.map(|floor| figure("  of its floor".to_owned(), Unit::Times, one.value / floor.value)));
    }
    figures
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_set_beside_the_floor_of_its_own_database() {
        let lines = [
            r#"{"place": "floor", "stored": null, "what": "answers/s, bare", "value": 8000, "unit": "per_second"}"#,
            r#"{"place": "sqlite", "stored": null, "what": "inserts/s, bare", "value": 500, "unit": "per_second"}"#,
            r#"{"place": "sqlite", "stored": 1000, "what": "status reads/s", "value": 4000, "unit": "per_second"}"#,
            r#"{"place": "postgres", "stored": null, "what": "inserts/s, bare", "value": 1000, "unit": "per_second"}"#,
            r#"{"place": "postgres", "stored": 1000, "what": "orders/s, a code", "value": 100, "unit": "per_second"}"#,
            r#"{"place": "postgres", "stored": 1000, "what": "wake, p50", "value": 2.5, "unit": "milliseconds"}"#,
        ];
        let measured: Vec<Measured> = lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
        let told: Vec<String> = figures(&measured).iter().map(|figure| format!("{figure}")).collect();
        let words: Vec<Vec<&str>> = told.iter().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(words[3], ["backend", "sqlite", "of", "its", "floor", "0.50", "times"]);
        assert_eq!(words[6], ["backend", "postgres", "of", "its", "floor", "0.10", "times"]);
        assert_eq!(words[7], ["backend", "postgres", "1000", "stored:", "wake,", "p50", "2.50", "ms"]);
        assert_eq!(words.len(), 8);
    }
}
