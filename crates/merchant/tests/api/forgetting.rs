//! What waits for a way that was taken out of the configuration ends, and what is over is forgotten.

use testing::backend::post::{ASKING_CATALOG, paid};
use testing::backend::robots::RobotFault;
use testing::backend::{Groups, Post, Shop};

use crate::noticing::{OPENING, posted, rows, tell};

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_way_that_is_gone_ends_and_is_forgotten_with_the_rest() {
    ends_and_is_forgotten(|config| config).await;
}

/// The same of the records that a configuration is led to.
pub async fn ends_and_is_forgotten(kept: impl Fn(String) -> String + Clone) {
    let (groups, post) = (Groups::open(OPENING), Post::open());
    let events = "events = [\"sold\", \"mail\"]";
    let (slack, both) = (groups.section(&["slack"], events), groups.section(&["slack", "wecom"], events) + &post.section());
    let (before, after) = (kept.clone(), kept);
    let mut shop = Shop::open_as(ASKING_CATALOG, move |config| before(config) + &both).await;
    groups.robots.set_fault(RobotFault::Unavailable);
    paid(&shop, "en", "lin@example.org", "").await;
    shop.close().await;
    shop.open_again_with(move |config| after(config) + &slack).await;
    groups.robots.set_fault(RobotFault::None);
    let merchant = shop.merchant();
    let states = async || {
        let letters = merchant.store().messages(None, i64::MAX, 9).await.unwrap().into_iter().map(|row| {
            let state = row.state().as_str().to_owned();
            (row.channel, row.outcome.unwrap_or(state))
        });
        let notices = rows(&shop).await.into_iter().map(|row| {
            let state = row.state().to_owned();
            (row.channel, row.outcome.unwrap_or(state))
        });
        let mut states: Vec<(String, String)> = letters.chain(notices).collect();
        states.sort();
        states
    };
    let row = |channel: &str, outcome: &str| (channel.to_owned(), outcome.to_owned());
    // Whoever takes it back soon loses nothing.
    shop.advance(86_399);
    merchant.end_old_messages().await.unwrap();
    tell(&shop).await;
    assert_eq!(states().await, [row("email", "waiting"), row("slack", "sent"), row("wecom", "waiting")]);
    let gone = "given up: this way is not configured any more";
    shop.advance(2 * 86_400 + 1);
    for _ in 0..2 {
        merchant.end_old_messages().await.unwrap();
        tell(&shop).await;
    }
    assert_eq!(states().await, [row("email", gone), row("slack", "sent"), row("slack", "sent"), row("wecom", gone)]);
    let told = posted(&groups, "slack");
    assert!(told.len() == 2 && told[1].contains("E-mails to shoppers"), "{told:?}");
    shop.advance(91 * 86_400);
    merchant.end_old_messages().await.unwrap();
    assert_eq!(states().await, []);
}
