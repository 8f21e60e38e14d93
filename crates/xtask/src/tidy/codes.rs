//! `docs/codes.md`: every code that an event or a problem can carry, made from the lists that the code itself is made of.

use anyhow::{Context as _, Result};
use protocol::Code;
use serde_json::{Map, Value};

use super::violation::Violation;
use crate::workspace::{self, Workspace};

const DOCUMENT: &str = "docs/codes.md";
/// The widget's and the loader's own codes, and a sentence for each.
const OWN: &str = "src/advice.json";
/// Where the backend's refusals are listed.
const REFUSALS: &str = "crates/merchant/src/response.rs";
/// Where those of the admin API are.
const ADMIN: &str = "crates/merchant/src/routes/admin/codes.rs";
/// Whose codes are written out where they are used.
const LOADER: [&str; 3] = ["www/qr-checkout.js", "www/loader/", "www/framing.js"];
/// The severity that stands among the widget's sentences, and is no code.
const SEVERITY: &str = "refused";

const BEGIN: &str = "\
# Codes

What stands in `code`, and what to do about it. Codes are stable: act on them, and not on messages. This page is made from the code's own
lists by `cargo xtask tidy --write`; change those, not this.

## On your page

`qr-checkout-error` has `code`, `severity` and `message`, `qr-checkout-unsure` has `code`; the console says the same. Shoppers read words of
their own, and the code where they may have to tell it to you.

| `severity` | Means | What the widget does |
|---|---|---|
| `configuration` | the page or the backend is not set up right | trusts nothing, and tries again where it may have been mended |
| `attack-suspected` | an answer that looks like the backend's and is not | hides the code, asks no more, offers to check again; never says that a payment failed |
| `transient` | the network, or something between page and backend | tries again by itself |
| `refused` | the backend said no, and that was verified | tells the shopper what to change; the codes are [the backend's](#from-the-backend) |

### Answers and keys

What the widget finds when it verifies. A backend of your own is judged by the same codes (`cargo xtask conformance`).

";

const OWN_CODES: &str = "
### The page and its script

";

const BACKEND: &str = "
## From the backend

A signed no under `/v1`: `code`, `status`, `detail`, and where one line or field is at fault `faults`, each with a `code` of its own. The
event's `severity` is `refused`. Faults of `answers-refused` are `answer-missing`, `answer-unfit`, `answer-too-long` and, where the answers are
about another country, region or delivery than the order, `answer-elsewhere`. What cannot be bound to its request is refused without a signature, by `bad-request`, `digest-mismatch`,
`idempotency-key-missing` or `method-not-allowed`.

";

const ADMIN_API: &str = "
## From the admin API

`application/problem+json` with `code`, `status` and `detail` ([admin.md](admin.md)).

";

/// A code, what it belongs to, and a sentence.
type Row = (String, String, String);

/// Compares the document with the lists, and the loader's codes with the sentences that there are.
pub fn check(workspace: &Workspace) -> Result<Vec<Violation>> {
    let own = own(workspace)?;
    let mut violations = Vec::new();
    for path in workspace.files()?.iter().filter(|path| LOADER.iter().any(|loader| path.starts_with(loader))) {
        let text = workspace::read(&workspace.root.join(path))?;
        let unknown = written(&text).into_iter().filter(|(_, code)| !is_explained(code, &own));
        violations.extend(unknown.map(|(line, code)| Violation {
            path: path.clone(),
            line,
            rule: format!("`{code}` has no sentence: add one to {OWN}"),
        }));
    }
    if workspace::read(&workspace.root.join(DOCUMENT)).unwrap_or_default() != document(workspace)? {
        let rule = "is not what the lists of codes make: cargo xtask tidy --write writes it".to_owned();
        violations.push(Violation { path: DOCUMENT.to_owned(), line: 1, rule });
    }
    Ok(violations)
}

/// Writes the document.
pub fn write(workspace: &Workspace) -> Result<()> {
    workspace::write(&workspace.root.join(DOCUMENT), document(workspace)?)
}

fn document(workspace: &Workspace) -> Result<String> {
    let profile = Code::ALL.iter().map(|code| (code.as_str().to_owned(), code.severity().as_str().to_owned(), code.advice().to_owned()));
    let own = own(workspace)?.into_iter().filter(|(code, _)| code != SEVERITY);
    let own: Vec<(String, String)> = own.map(|(code, sentence)| (code, sentence.as_str().unwrap_or_default().to_owned())).collect();
    let of = |path: &str, read: fn(&str) -> Vec<Row>| -> Result<Vec<Row>> {
        let mut rows = read(&workspace::read(&workspace.root.join(path))?);
        rows.sort_by(|one, other| (&one.1, &one.0).cmp(&(&other.1, &other.0)));
        Ok(rows)
    };
    let (refusals, admin) = (of(REFUSALS, refusals)?, of(ADMIN, tuples)?);
    Ok([
        BEGIN,
        &table("Severity", profile),
        OWN_CODES,
        &plain(own),
        BACKEND,
        &table("Status", refusals),
        ADMIN_API,
        &table("Status", admin),
    ]
    .concat())
}

fn own(workspace: &Workspace) -> Result<Map<String, Value>> {
    serde_json::from_str(&workspace::read(&workspace.root.join(OWN))?).context(OWN)
}

fn is_explained(code: &str, own: &Map<String, Value>) -> bool {
    own.contains_key(code) || Code::ALL.iter().any(|known| known.as_str() == code)
}

fn table(of: &str, rows: impl IntoIterator<Item = Row>) -> String {
    let rows = rows.into_iter().map(|(code, of, sentence)| format!("| `{code}` | {of} | {sentence} |\n"));
    format!("| Code | {of} | |\n|---|---|---|\n{}", rows.collect::<String>())
}

fn plain(rows: Vec<(String, String)>) -> String {
    let rows = rows.into_iter().map(|(code, sentence)| format!("| `{code}` | {} |\n", sentence.replace('|', "\\|")));
    format!("| Code | |\n|---|---|\n{}", rows.collect::<String>())
}

/// The refusals of the backend: `Name 400 "code" "A sentence.";`, and those with more to them as [`tuples`].
fn refusals(source: &str) -> Vec<Row> {
    let read = |line: &str| {
        let mut words = line.trim().splitn(3, ' ');
        let (_, status, rest) = (words.next()?, words.next()?, words.next()?);
        let [code, sentence] = quoted(rest.strip_suffix(';')?)?;
        status.parse::<u16>().ok()?;
        Some((code.to_owned(), status.to_owned(), sentence.to_owned()))
    };
    source.lines().filter_map(read).chain(tuples(source)).collect()
}

/// Lines such as `("code", 400, "A sentence."),`.
fn tuples(source: &str) -> Vec<Row> {
    let read = |line: &str| {
        let line = line.trim().strip_prefix('(')?.strip_suffix("),")?;
        let mut parts = line.splitn(3, ", ");
        let (code, status, sentence) = (parts.next()?, parts.next()?, parts.next()?);
        status.parse::<u16>().ok()?;
        let bare = |text: &str| Some(text.strip_prefix('"')?.strip_suffix('"')?.to_owned());
        Some((bare(code)?, status.to_owned(), bare(sentence)?))
    };
    source.lines().filter_map(read).collect()
}

/// Two texts in quotation marks.
fn quoted(text: &str) -> Option<[&str; 2]> {
    let (first, second) = text.strip_prefix('"')?.strip_suffix('"')?.split_once("\" \"")?;
    Some([first, second])
}

/// The codes that a script writes out, as `code: "…"` or `code = "…"`, and what it warns of on the console; with their lines.
fn written(script: &str) -> Vec<(usize, String)> {
    let mut codes = Vec::new();
    for (index, line) in script.lines().enumerate() {
        for before in ["code: \"", "code = \"", "code === \"", "warn(TAG, \""] {
            let found = line.split(before).skip(1).filter_map(|rest| rest.split('"').next());
            codes.extend(found.map(|code| (index + 1, code.to_owned())));
        }
    }
    codes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_read_as_the_backend_has_them() {
        let workspace = Workspace::find().unwrap();
        let of = |path: &str, read: fn(&str) -> Vec<Row>| {
            let mut rows = read(&workspace::read(&workspace.root.join(path)).unwrap());
            rows.sort();
            rows
        };
        let listed = |list: &[(&str, u16, &str)]| {
            let mut rows: Vec<Row> =
                list.iter().map(|(code, status, said)| (code.to_string(), status.to_string(), said.to_string())).collect();
            rows.sort();
            rows
        };
        assert_eq!(of(REFUSALS, refusals), listed(merchant::ApiError::ALL));
        assert_eq!(of(ADMIN, tuples), listed(merchant::ADMIN_CODES));
    }

    #[test]
    fn codes_are_found_where_scripts_write_them() {
        let script = "let code = \"load-failed\";\ntell({ code: \"config-for\", severity });\nif (detail.code === \"net-failed\") {}\nlet mode = \"x\";";
        let codes: Vec<String> = written(script).into_iter().map(|(_, code)| code).collect();
        assert_eq!(codes, ["load-failed", "config-for", "net-failed"]);
        let own = Map::from_iter([("load-failed".to_owned(), Value::from("It failed."))]);
        assert!(is_explained("load-failed", &own) && is_explained("net-failed", &own) && !is_explained("config-for", &own));
    }
}
