//! The description against the server: Schemathesis makes up requests from the one, good ones and bad ones, and finds nothing that the
//! other answers differently. The same seed each time, so that what is found once is found again. Most of the good ones are about orders
//! that there are, and every call has to be seen to succeed.
//!
//! One of its checks is left out: that whatever fits the description is accepted. A description cannot say that nothing may stand twice in
//! a cart, and calls 61.0 an integer, which bodies about money refuse.

use merchant::api_keys::{self, Scope};
use testing::Folder;
use testing::backend::Groups;
use testing::backend::bank::FPS;
use testing::backend::post;
use testing::backend::receiver::Receiver;
use testing::backend::{SHOP_CATALOG, Shop, item, key as idempotency_key};

#[tokio::test(flavor = "multi_thread")]
async fn schemathesis_finds_nothing_that_differs_from_the_description() {
    let receiver = Receiver::start().await;
    let folder = Folder::new("merchant");
    let hooks = receiver.section(folder.path(), "");
    let stocked = SHOP_CATALOG.replacen("price = 6800", "price = 6800\nstock = 100000", 1);
    let given = "[[item]]\nsku = \"app\"\nname = \"App\"\nprice = 100\nkeys = \"apps\"\nticket = true\n";
    let stocked = stocked.replacen("[[discount]]", &format!("{given}[[discount]]"), 1);
    let stocked = stocked + "[[ask]]\nkind = \"email\"\nrequired = false\n";
    // Nobody listens there, so that messages wait.
    let mail = "[mail]\nserver = \"127.0.0.1:9\"\nsecurity = \"none\"\nfrom = \"tea@shop.example\"\n";
    let groups = Groups::open(1_800_000_000);
    let notices = groups.section(&["slack"], "");
    let shop = Shop::open_as(&stocked, |config| config + FPS + &hooks + mail + &notices).await;
    post::paid(&shop, "en", "lin@example.org", "").await;
    let (_, key) = api_keys::create(shop.merchant().store(), "tests", &Scope::ALL, shop.now()).await.unwrap();
    // A ticket that doors may ask about.
    let (_, order) = shop.order(&shop.wish(&[item("app", 2)], idempotency_key()).await).await;
    let payment = order.payment.unwrap().id;
    shop.provider.pay(payment.as_str());
    assert_eq!(shop.deliver(&shop.provider.notice(payment.as_str(), "EV-1")).await, 204);
    let mut program = testing::judges::python("tests/interop/openapi/run.py");
    program.args([shop.url("/openapi.json"), shop.url(""), key]);
    let done = tokio::task::spawn_blocking(move || program.output().unwrap()).await.unwrap();
    assert!(done.status.success(), "{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
}
