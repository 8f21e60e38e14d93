//! Reads what a divan bench prints: a tree of names, and behind each fastest, slowest, median, mean and counts.

use anyhow::{Context as _, Result, ensure};

use crate::command;
use crate::workspace::Workspace;

/// Runs the bench of that package, optimised as cargo's `bench` profile says; names and medians in microseconds.
pub fn medians(workspace: &Workspace, package: &str, bench: &str) -> Result<Vec<(String, f64)>> {
    let mut cargo = command::cargo();
    cargo.current_dir(&workspace.root).args(["bench", "--locked", "--quiet", "--package", package, "--bench", bench]);
    let printed = command::output(&mut cargo)?;
    let medians: Vec<(String, f64)> = printed.lines().filter_map(median).collect();
    ensure!(!medians.is_empty(), "the bench {bench} of {package} printed no medians:\n{printed}");
    Ok(medians)
}

/// Of a line such as `├─ one_answer  101.9 µs  │ 200.1 µs  │ 103.4 µs  │ …`; other lines have none.
fn median(line: &str) -> Option<(String, f64)> {
    let line = line.trim_start().trim_start_matches(['├', '╰', '─', ' ']);
    let (name, cells) = line.split_once(' ')?;
    let (number, unit) = cells.split('│').nth(2)?.trim().split_once(' ')?;
    Some((name.to_owned(), number.parse::<f64>().ok()? * microseconds(unit).ok()?))
}

fn microseconds(unit: &str) -> Result<f64> {
    const UNITS: [(&str, f64); 4] = [("ns", 1e-3), ("µs", 1.0), ("ms", 1e3), ("s", 1e6)];
    UNITS.iter().find(|(name, _)| *name == unit).map(|(_, each)| *each).with_context(|| format!("{unit} is no unit of time"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_are_read_and_other_lines_are_not() {
        let printed = "Timer precision: 20 ns
verify            fastest       │ slowest       │ median        │ mean          │ samples │ iters
├─ one_answer     101.9 µs      │ 200.1 µs      │ 103.5 µs      │ 105.2 µs      │ 100     │ 100
├─ part_digest    950 ns        │ 2.1 µs        │ 981 ns        │ 1 µs          │ 100     │ 800
╰─ part_slow      1 ms          │ 2.5 ms        │ 1.25 ms       │ 1.3 ms        │ 100     │ 100";
        let read: Vec<_> = printed.lines().filter_map(median).collect();
        let names: Vec<&str> = read.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["one_answer", "part_digest", "part_slow"]);
        let values: Vec<String> = read.iter().map(|(_, value)| format!("{value:.3}")).collect();
        assert_eq!(values, ["103.500", "0.981", "1250.000"]);
    }
}
