//! What `tickets door` refuses before it lets anybody in: offline it could tell the backend nothing of it later.

use merchant::api_keys::Scope;
use testing::backend::text;

use crate::giving::{open, run, sold};

#[tokio::test(flavor = "multi_thread")]
async fn a_door_that_could_not_tell_whom_it_lets_in_does_not_open() {
    let shop = open().await;
    let (door, reader) = (shop.key(&[Scope::Doors]).await, shop.key(&[Scope::Read]).await);
    let order = sold(&shop, &[("seat", 1)]).await;
    let number = shop.merchant().store().tickets_of(&order.id).await.unwrap()[0].number.to_string();
    let state = shop.folder.path().join("gate.south");
    let at_door = |name| ["tickets", "door", "--event", "workshop", "--door", name, "--state", state.to_str().unwrap()];
    let long = "d".repeat(65);
    for name in ["", "   ", &long, "no\u{202e}rth"] {
        let refused = run(&shop, &door, &at_door(name), "").await;
        assert_eq!((refused.status.code(), text(&refused.stdout).as_str()), (Some(2), ""), "{name:?}");
    }
    // Nobody comes before that is said.
    let refused = run(&shop, &reader, &at_door("south"), "").await;
    assert_eq!((refused.status.code(), text(&refused.stderr).as_str()), (Some(1), "scope: this key has no scope doors\n"));
    let admitted = run(&shop, &door, &at_door("south"), &format!("{number}\n")).await;
    assert_eq!(text(&admitted.stdout), format!("ADMITTED  {number}\n"), "{}", text(&admitted.stderr));
    // It writes into no file that a door beside it, `gate.north`, would write into, too.
    assert!(state.exists() && !state.with_extension("next").exists());
}
