//! How long a shopper with a slow line and a slow device waits, from the navigation until there is something to read, until a cart can be paid and until
//! its code is painted:
//! a line of JSON for each visit. All pages are visited in turn, so that what else the machine does falls on all alike.
//! `cargo xtask bench start` builds what they load, runs it, and makes the table. Not here: gates.
#![expect(clippy::print_stdout, clippy::print_stderr, clippy::unwrap_used, reason = "a bench prints, and stops at the first surprise")]

mod backend;
mod files;
mod slow_line;
mod visitor;

use std::path::PathBuf;

use backend::Backend;
use serde_json::{Value, json};
use slow_line::{SlowLine, Speed};
use testing::{dist, serve, shop};
use visitor::Visitor;

/// How often each page is visited.
const ROUNDS: usize = 7;

/// Fetches the wasm beside its glue.
const BARE: &str = "<body><script type=\"module\">
    const wasm = fetch(\"{url}/page.wasm\");
    (await import(\"{url}/page.js\")).default({ module_or_path: wasm })</script></body>";
const ADYEN: &str = "<link rel=\"stylesheet\" href=\"{url}/page.css\"><script type=\"module\" src=\"{url}/page.js\"></script>
    <div id=\"adyen\"></div>";

/// A page with our element: of this commit, or of the one beside it.
struct Widget {
    /// What the table calls it, if it is not this commit's.
    whose: &'static str,
    backend: Backend,
    /// What a cart leaves in the browser.
    cart: Value,
    /// And one in a frame, which the commit beside may not have had.
    framed: Value,
}

#[tokio::main]
async fn main() {
    let speed = Speed::new();
    let visitor = Visitor::new(&speed).await;
    let variable = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let mut widgets = vec![Widget::open("", shop::server_binary(), dist(), &visitor, &speed).await];
    if let Some(beside) = variable("BENCH_BESIDE") {
        let program = variable("BENCH_BESIDE_SERVER").unwrap_or_else(shop::server_binary);
        widgets.push(Widget::open(", beside", program, beside, &visitor, &speed).await);
    }
    let mut pages = Vec::new();
    for (name, built, body) in [("bare", "BENCH_BARE", BARE), ("adyen", "BENCH_ADYEN", ADYEN)] {
        let Some(folder) = variable(built) else { continue };
        let url = SlowLine::before(&serve(files::router(folder)).await, &speed).await;
        pages.push((name, body.replace("{url}", &url)));
    }
    for round in 1..=ROUNDS {
        eprintln!("round {round} of {ROUNDS}");
        for widget in &widgets {
            widget.measure(&visitor).await;
        }
        for (name, body) in &pages {
            tell(name, &visitor.visit(name, body, &json!([])).await);
        }
    }
}

impl Widget {
    async fn open(whose: &'static str, program: PathBuf, widget: PathBuf, visitor: &Visitor, speed: &Speed) -> Widget {
        let backend = Backend::start(program, &widget, visitor.shop(), speed).await;
        let cart = visitor.cart(&backend.tags(&[])).await;
        let framed = if whose.is_empty() { visitor.cart(&framed(&backend.tags(&[]))).await } else { json!([]) };
        Widget { whose, backend, cart, framed }
    }

    /// A cart, and the order that it has become. What the commit beside may not have had: the order's page on the backend, a cart in a frame,
    /// and one on a page with preload tags.
    async fn measure(&self, visitor: &Visitor) {
        let tags = self.backend.tags(&[]);
        let report = visitor.visit("cart", &tags, &self.cart).await;
        tell(&format!("cart mode{}", self.whose), &report);
        let order = format!("<qr-checkout order={} ", report["order"]);
        let report = visitor.visit("order", &tags.replace("<qr-checkout ", &order), &json!([])).await;
        tell(&format!("order mode{}", self.whose), &report);
        if self.whose.is_empty() {
            let page = format!("{}/pay/{}", self.backend.url, report["order"].as_str().unwrap());
            tell("hosted page", &visitor.measure("hosted", &page).await);
            tell("frame mode", &visitor.visit("framed", &framed(&tags), &self.framed).await);
            let report = visitor.visit("cart", &self.backend.tags(&["--page", "checkout"]), &self.cart).await;
            tell("cart mode, preload tags", &report);
        }
    }
}

fn framed(tags: &str) -> String {
    tags.replace("<qr-checkout ", "<qr-checkout isolation=\"frame\" ")
}

fn tell(page: &str, report: &Value) {
    println!(
        "{}",
        json!({ "page": page, "read": report["read"], "cart": report["cart"], "code": report["code"], "blocking": report["blocking"] })
    );
}
