//! An independent judge of accessibility: axe-core, as published.

use serde_json::json;

use super::Browser;
use crate::place::made_ready;

/// What axe-core finds wrong inside a selector's element: rule, place and reason; and how many rules it could apply.
const JUDGE: &str = "
    const done = arguments[arguments.length - 1];
    const where = ({ target }) => document.querySelector([target[0]].flat()[0])?.closest('figure')?.innerText + ' ' + JSON.stringify(target);
    axe.run(arguments[0], { resultTypes: ['violations'] }).then(
      ({ violations, passes }) => done({ rules: passes.length + violations.length, found: violations.flatMap(({ id, nodes }) =>
        nodes.map(node => [id, where(node), node.failureSummary].join(' | '))) }),
      failure => done({ rules: 0, found: [String(failure)] }));";

impl Browser {
    /// What axe-core finds wrong in the element of that selector on this page.
    pub async fn axe(&self, selector: &str) -> Vec<String> {
        let axe = made_ready("QR_CHECKOUT_AXE", "target/tools/axe/node_modules/axe-core/axe.min.js");
        self.run(&std::fs::read_to_string(axe).expect("axe-core is installed by cargo xtask setup"), json!([])).await;
        // Hundreds of states at once, beside other browsers: slower than anything a shopper waits for.
        self.post("timeouts", json!({ "script": 110_000 })).await;
        let verdict = self.ask(JUDGE, json!([selector])).await;
        assert!(verdict["rules"].as_u64().unwrap() > 5, "axe-core hardly looked: {verdict}");
        serde_json::from_value(verdict["found"].clone()).unwrap()
    }
}
