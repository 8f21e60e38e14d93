//! How long a shopper waits for a cart that can be paid and for its code, on a slow line and a slow device: our page, beside one with Yew
//! and a code alone, Adyen's components, and the widget of another commit. What matters are the ratios, all of one run.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};
use serde::Deserialize;

use super::figure::{Figure, Unit};
use crate::command;
use crate::dist::{self, Plan};
use crate::progress::say;
use crate::setup;
use crate::workspace::{self, Workspace};

/// The pages as `benches/start` calls them, what the table calls them, and beside which others ours are set.
const PAGES: [(&str, &str, &[&str]); 9] = [
    ("cart mode", "a cart", &["cart mode, beside", "adyen", "bare"]),
    ("cart mode, preload tags", "a cart, with preload tags", &["cart mode, beside", "adyen", "bare"]),
    ("order mode", "an order", &["order mode, beside", "bare"]),
    ("frame mode", "a cart in a frame", &["cart mode"]),
    ("hosted page", "an order's page of the backend", &["order mode"]),
    ("cart mode, beside", "a cart of the other build", &[]),
    ("order mode, beside", "an order of the other build", &[]),
    ("bare", "Yew and a code alone", &[]),
    ("adyen", "Adyen's WeChat Pay", &[]),
];

/// Another build of the widget to set beside this one.
#[derive(clap::Args)]
pub struct Beside {
    /// A dist of another commit, for `start` to measure beside this one's
    #[arg(id = "beside", long = "beside", value_name = "DIR")]
    dist: Option<PathBuf>,
    /// The server of that commit, if this one's cannot serve it
    #[arg(long = "beside-server", value_name = "PROGRAM", requires = "beside")]
    server: Option<PathBuf>,
}

/// Builds what is loaded and measures; takes some five minutes, once all is built.
pub fn run(workspace: &Workspace, beside: &Beside) -> Result<Vec<Figure>> {
    dist::build_if_changed(workspace, &Plan::for_merchants(workspace))?;
    say("building the page with Yew and a code alone");
    let bare = workspace.target.join("bench-start/bare");
    dist::build_page(workspace, "qr-checkout-bare-page", &bare)?;
    let adyen = adyen(workspace).inspect_err(|why| say(&format!("Adyen's components are left out: {why:#}")));
    let mut cargo = command::cargo();
    // What is measured runs in the browser, behind round trips that a server's own time is nothing beside.
    cargo.current_dir(&workspace.root).args(["bench", "--locked", "--quiet", "--profile", "dev", "--workspace", "--bench", "start"]);
    cargo.env("BENCH_BARE", bare).stderr(Stdio::inherit());
    let variables =
        [("BENCH_ADYEN", adyen.as_ref().ok()), ("BENCH_BESIDE", beside.dist.as_ref()), ("BENCH_BESIDE_SERVER", beside.server.as_ref())];
    for (name, path) in variables.into_iter().filter_map(|(name, path)| Some((name, path?))) {
        cargo.env(name, path.canonicalize().with_context(|| format!("there is no {}", path.display()))?);
    }
    say("measuring");
    let printed = command::output(&mut cargo)?;
    let lines = printed.lines().map(|line| serde_json::from_str(line).with_context(|| format!("the bench printed: {line}")));
    let mut figures = figures(&lines.collect::<Result<Vec<_>>>()?);
    figures.extend(
        adyen.err().map(|why| Figure { missing: Some(format!("{why:#}")), ..figure("Adyen's WeChat Pay", Unit::Milliseconds, None) }),
    );
    Ok(figures)
}

/// Bundles of Adyen's components what one method needs; where npm reaches nothing, the error says so.
fn adyen(workspace: &Workspace) -> Result<PathBuf> {
    let (tools, out) = (setup::adyen(workspace)?, workspace.target.join("bench-start/adyen"));
    let page = workspace.root.join("benches/start/adyen/page.js");
    workspace::write(&tools.join("page.js"), workspace::read_bytes(&page)?)?;
    let mut esbuild = Command::new("node");
    esbuild.current_dir(&tools).args(["node_modules/esbuild/bin/esbuild", "page.js", "--bundle", "--minify", "--format=esm"]);
    command::run_quietly(esbuild.arg("--target=es2022").arg(format!("--outdir={}", out.display())))?;
    dist::compress(workspace, &out)?;
    Ok(out)
}

/// One visit of a page, milliseconds.
#[derive(Debug, Deserialize)]
struct Visit {
    page: String,
    /// Until there is something to read.
    read: f64,
    /// Until a cart can be paid; none where there is no cart.
    cart: Option<f64>,
    /// Until the code is painted.
    code: f64,
    /// What long tasks took until then, over 50 ms each.
    blocking: f64,
}

/// What is told of a page, and how a visit tells it.
type Moment = (&'static str, fn(&Visit) -> Option<f64>);

const READ: Moment = ("first readable paint", |visit| Some(visit.read));
const CART: Moment = ("can be paid", |visit| visit.cart);
const CODE: Moment = ("its code is painted", |visit| Some(visit.code));
const BLOCKING: Moment = ("total blocking time", |visit| Some(visit.blocking));

fn figures(visits: &[Visit]) -> Vec<Figure> {
    let of = |page: &str, (_, read): Moment| median(visits.iter().filter(|visit| visit.page == page).filter_map(read).collect());
    let mut figures = Vec::new();
    for (page, title, others) in PAGES {
        for moment in [READ, CART, CODE, BLOCKING] {
            let Some(value) = of(page, moment) else { continue };
            figures.push(figure(&format!("{title}: {}", moment.0), Unit::Milliseconds, Some(value)));
            // Nothing may block at all, and by nothing nothing is divided.
            for other in others.iter().filter(|_| moment.0 != BLOCKING.0) {
                let named = PAGES.iter().find(|(name, ..)| name == other).map_or(*other, |(_, title, _)| title);
                let ratio = of(other, moment).map(|other| figure(&format!("  of {named}"), Unit::Times, Some(value / other)));
                figures.extend(ratio);
            }
        }
    }
    figures
}

/// The one in the middle, or the mean of the two.
fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let middle = values.get(values.len().checked_sub(1)? / 2..=values.len() / 2)?;
    Some(middle.iter().sum::<f64>() / middle.len() as f64)
}

fn figure(what: &str, unit: Unit, value: Option<f64>) -> Figure {
    Figure { bench: "start", place: "chromium".to_owned(), what: what.to_owned(), value, unit, missing: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_one_in_the_middle_or_between_the_two() {
        let of = |values: &[f64]| median(values.to_vec()).map(|value| format!("{value:.2}"));
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[7.0]).as_deref(), Some("7.00"));
        assert_eq!(of(&[900.0, 1.0, 5.0]).as_deref(), Some("5.00"));
        assert_eq!(of(&[4.0, 1.0, 900.0, 5.0]).as_deref(), Some("4.50"));
    }

    #[test]
    fn ours_are_set_beside_the_others_that_were_visited() {
        let visit = |page: &str, cart, code| Visit { page: page.to_owned(), read: 500.0, cart, code, blocking: 80.0 };
        let ours = [1000.0, 1200.0, 9000.0].map(|cart| visit("cart mode", Some(cart), cart + 400.0));
        let others = [visit("adyen", Some(1600.0), 2000.0), visit("bare", None, 800.0)];
        let told: Vec<String> = figures(&ours.into_iter().chain(others).collect::<Vec<_>>()).iter().map(ToString::to_string).collect();
        let words = |line: &String| line.split_whitespace().skip(2).collect::<Vec<_>>().join(" ");
        let expected = [
            "a cart: first readable paint 500.00 ms",
            "of Adyen's WeChat Pay 1.00 times",
            "of Yew and a code alone 1.00 times",
            "a cart: can be paid 1200.00 ms",
            "of Adyen's WeChat Pay 0.75 times",
            "a cart: its code is painted 1600.00 ms",
            "of Adyen's WeChat Pay 0.80 times",
            "of Yew and a code alone 2.00 times",
            "a cart: total blocking time 80.00 ms",
            "Yew and a code alone: first readable paint 500.00 ms",
            "Yew and a code alone: its code is painted 800.00 ms",
            "Yew and a code alone: total blocking time 80.00 ms",
            "Adyen's WeChat Pay: first readable paint 500.00 ms",
            "Adyen's WeChat Pay: can be paid 1600.00 ms",
            "Adyen's WeChat Pay: its code is painted 2000.00 ms",
            "Adyen's WeChat Pay: total blocking time 80.00 ms",
        ];
        assert_eq!(told.iter().map(words).collect::<Vec<_>>(), expected);
    }
}
