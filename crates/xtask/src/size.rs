//! `cargo xtask size`: what every shopper pays for, in bytes, against the budgets kept here.

use anyhow::{Result, ensure};
use serde::Serialize;

use crate::dist::{self, Entry, Manifest, Plan, Role};
use crate::setup;
use crate::workspace::{self, Workspace};

/// Everything the first payment loads in English, brotli, in bytes.
const TOTAL_BUDGET: usize = 124_200;
/// What a shopper of another language loads beside it, of the largest locale, brotli, in bytes.
const LOCALE_BUDGET: usize = 3_000;
/// The loader on a page where nobody checks out, brotli, in bytes.
const LOADER_BUDGET: usize = 6_500;

#[derive(Serialize)]
struct Report {
    parts: Vec<Part>,
    total: Sizes,
    /// English is in the wasm; a shopper of another language loads one file more, at worst this.
    largest_locale: Sizes,
    /// Of the style sheets in `src/ui`; they travel inside the wasm and are counted there.
    css_source_bytes: usize,
    loader_budget: usize,
    locale_budget: usize,
    total_budget: usize,
}

#[derive(Serialize)]
struct Part {
    part: &'static str,
    #[serde(flatten)]
    sizes: Sizes,
}

#[derive(Clone, Copy, Default, Serialize)]
struct Sizes {
    raw: usize,
    gzip: usize,
    brotli: usize,
}

/// What the command takes.
#[derive(clap::Args, Default)]
pub struct Options {
    /// As JSON, of the last build
    #[arg(long)]
    json: bool,
}

/// The command: builds when needed, prints, and fails past a budget.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let plan = Plan::for_merchants(workspace);
    if !options.json {
        setup::tools(workspace)?;
        dist::build_if_changed(workspace, &plan)?;
    }
    let report = Report::of(workspace, &Manifest::read(&plan.out)?)?;
    if options.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        report.print();
    }
    report.judge()
}

impl Report {
    fn of(workspace: &Workspace, manifest: &Manifest) -> Result<Self> {
        let part = |part, role| Ok(Part { part, sizes: Sizes::of(manifest.only(role)?) });
        let parts: Vec<Part> =
            [part("loader", Role::Loader), part("glue", Role::Glue), part("wasm", Role::Wasm)].into_iter().collect::<Result<_>>()?;
        let locales = manifest.files.iter().filter(|entry| entry.role == Role::Locale).map(Sizes::of);
        let largest_locale = locales.max_by_key(|sizes| sizes.brotli).unwrap_or_default();
        let total = parts.iter().fold(Sizes::default(), |sum, part| sum.plus(part.sizes));
        let mut css = 0;
        for file in workspace.files()?.iter().filter(|file| file.starts_with("src/ui/") && file.ends_with(".css")) {
            css += workspace::read_bytes(&workspace.root.join(file))?.len();
        }
        Ok(Self {
            parts,
            total,
            largest_locale,
            css_source_bytes: css,
            loader_budget: LOADER_BUDGET,
            locale_budget: LOCALE_BUDGET,
            total_budget: TOTAL_BUDGET,
        })
    }

    fn print(&self) {
        println!("{:<8} {:>9} {:>9} {:>9}", "part", "raw", "gzip", "brotli");
        for part in &self.parts {
            part.sizes.print(part.part);
        }
        self.total.print("total");
        self.largest_locale.print("locale");
        println!(
            "budgets: total {TOTAL_BUDGET} brotli, loader {LOADER_BUDGET} brotli, the largest locale {LOCALE_BUDGET} brotli beside them"
        );
        println!("inside the wasm: style sheets of {} bytes as written", self.css_source_bytes);
    }

    fn judge(&self) -> Result<()> {
        let loader = self.parts.iter().find(|part| part.part == "loader").map_or(0, |part| part.sizes.brotli);
        ensure!(loader <= LOADER_BUDGET, "the loader is {loader} bytes brotli; its budget is {LOADER_BUDGET}");
        let locale = self.largest_locale.brotli;
        ensure!(locale <= LOCALE_BUDGET, "the largest locale is {locale} bytes brotli; its budget is {LOCALE_BUDGET}");
        let total = self.total.brotli;
        ensure!(total <= TOTAL_BUDGET, "a first payment loads {total} bytes brotli; its budget is {TOTAL_BUDGET}");
        Ok(())
    }
}

impl Sizes {
    fn of(entry: &Entry) -> Self {
        Self { raw: entry.bytes, gzip: entry.gzip, brotli: entry.brotli }
    }

    fn plus(self, other: Self) -> Self {
        Self { raw: self.raw + other.raw, gzip: self.gzip + other.gzip, brotli: self.brotli + other.brotli }
    }

    fn print(self, name: &str) {
        println!("{name:<8} {:>9} {:>9} {:>9}", self.raw, self.gzip, self.brotli);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(loader: usize, wasm: usize, locale: usize) -> Report {
        let of = |brotli| Sizes { brotli, ..Sizes::default() };
        Report {
            parts: vec![Part { part: "loader", sizes: of(loader) }, Part { part: "wasm", sizes: of(wasm) }],
            total: of(loader + wasm),
            largest_locale: of(locale),
            css_source_bytes: 0,
            loader_budget: LOADER_BUDGET,
            locale_budget: LOCALE_BUDGET,
            total_budget: TOTAL_BUDGET,
        }
    }

    #[test]
    fn a_byte_past_a_budget_is_rejected() {
        assert!(report(LOADER_BUDGET, TOTAL_BUDGET - LOADER_BUDGET, LOCALE_BUDGET).judge().is_ok());
        assert!(report(LOADER_BUDGET + 1, 0, 0).judge().is_err());
        assert!(report(0, TOTAL_BUDGET + 1, 0).judge().is_err());
        assert!(report(0, 0, LOCALE_BUDGET + 1).judge().is_err());
    }
}
