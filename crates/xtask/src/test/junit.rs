//! Nextest's report of a run, which it writes for programs in the format of JUnit: what passed, what failed, what was slow.

use anyhow::{Context as _, Result, ensure};

/// A run.
pub struct Report {
    /// Names of tests that failed.
    pub failed: Vec<String>,
    /// Whether nextest has nothing else to complain of.
    pub ended_well: bool,
    /// Every test: its seconds, and its program and name.
    tests: Vec<(f64, String)>,
}

impl Report {
    /// Reads the file.
    pub fn read(text: &str, ended_well: bool) -> Result<Self> {
        let (mut tests, mut failed) = (Vec::new(), Vec::new());
        for case in text.split("<testcase").skip(1) {
            let case = case.split("</testcase>").next().unwrap_or_default();
            let (head, body) = case.split_once('>').context("a test case has an end")?;
            let [name, program, seconds] = [" name", " classname", " time"].map(|name| attribute(head, name));
            let (name, program) = (name.context("a test has a name")?, program.unwrap_or_default());
            tests.push((seconds.unwrap_or_default().parse().unwrap_or_default(), format!("{program} {name}")));
            if body.contains("<failure") || body.contains("<error") {
                failed.push(name.to_owned());
            }
        }
        ensure!(!tests.is_empty(), "no test was run");
        Ok(Self { failed, ended_well, tests })
    }

    pub fn passed(&self) -> usize {
        self.tests.len() - self.failed.len()
    }

    /// A line for each of the slowest.
    pub fn slowest(&self, number: usize) -> Vec<String> {
        let mut tests: Vec<&(f64, String)> = self.tests.iter().collect();
        tests.sort_by(|one, other| other.0.total_cmp(&one.0));
        tests.iter().take(number).map(|(seconds, name)| format!("{seconds:6.1} s  {name}")).collect()
    }
}

fn attribute<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.split_once(&format!("{name}=\""))?.1.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="nextest-run" tests="3" failures="1" errors="0">
    <testsuite name="checkout::races" tests="2">
        <testcase name="a_late_answer" classname="checkout::races" timestamp="2026-11-27T20:00:00Z" time="0.030">
        </testcase>
        <testcase name="two::tabs" classname="checkout::races" time="1.250">
            <failure message="assertion failed" type="test failure">said</failure>
            <system-out>test two::tabs ... FAILED</system-out>
        </testcase>
    </testsuite>
    <testsuite name="protocol"><testcase name="money" classname="protocol" time="0.010"/></testsuite>
</testsuites>"#;

    #[test]
    fn what_failed_and_what_was_slow_is_told() {
        let report = Report::read(REPORT, false).unwrap();
        assert_eq!((report.passed(), report.failed.as_slice()), (2, ["two::tabs".to_owned()].as_slice()));
        assert_eq!(report.slowest(2), ["   1.2 s  checkout::races two::tabs", "   0.0 s  checkout::races a_late_answer"]);
    }

    #[test]
    fn a_report_without_tests_is_no_success() {
        assert!(Report::read("<testsuites></testsuites>", true).is_err());
    }
}
