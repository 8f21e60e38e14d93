//! What a shop sells that is never sent: files to load, licence keys, tickets.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Output, Stdio};

use merchant::api_keys::Scope;
use protocol::base64::{Alphabet, decode, encode};
use protocol::{Digest, Order, OwnerKey};
use reqwest::Response;
use serde_json::{Value, json};
use testing::backend::shop::configuration;
use testing::backend::{Shop, item, key, nonce, text};

pub const CATALOG: &str = r#"
currency = "CNY"
[[item]]
sku = "guide"
name = "Guide"
price = 1000
file = "guide é.pdf"
[[item]]
sku = "app"
name = "App"
price = 2000
keys = "keys.txt"
keys_low = 2
[[item]]
sku = "plugin"
name = "Plugin"
price = 2000
keys = "plugins"
[[item]]
sku = "seat"
name = "Workshop"
price = 3000
digital = true
ticket = true
event = "workshop"
starts = "2027-02-01 18:00"
place = "Tea room"
"#;
/// What the file that is sold holds.
pub const GUIDE: &[u8] = b"a guide of forty-two bytes for every taste";

pub async fn open() -> Shop {
    let shop = Shop::open_selling("currency = \"CNY\"\n").await;
    shop.folder.write("guide é.pdf", text(GUIDE));
    shop.folder.write("keys.txt", "KEY-1\nKEY-2\nKEY-3\n");
    shop.folder.write("catalog.toml", CATALOG);
    assert_eq!(shop.merchant().look_at_catalog().await, None);
    shop
}

/// An order of so many of each, not paid.
pub async fn ordered(shop: &Shop, things: &[(&str, u32)]) -> Order {
    let items: Vec<_> = things.iter().map(|(sku, quantity)| item(sku, *quantity)).collect();
    shop.order(&shop.wish(&items, key()).await).await.1
}

/// The money for it comes.
pub async fn pay(shop: &Shop, order: &Order) {
    let payment = order.payment.as_ref().unwrap().id.as_str().to_owned();
    shop.provider.pay(&payment);
    assert_eq!(shop.deliver(&shop.provider.notice(&payment, &format!("EV-{payment}"))).await, 204);
}

pub async fn sold(shop: &Shop, things: &[(&str, u32)]) -> Order {
    let order = ordered(shop, things).await;
    pay(shop, &order).await;
    order
}

/// A key of the order's owner, as their browser would have made it.
pub async fn owner_key(shop: &Shop, order: &Order) -> String {
    let key = OwnerKey::from_random([7; 16]);
    shop.merchant().store().add_owner_key(&order.id, key.digest(), 0).await.unwrap();
    key.as_str().to_owned()
}

pub async fn download(shop: &Shop, order: &Order, owner: &str, sku: &str) -> (u16, Value) {
    let told = shop.ask(&shop.backend.download(&order.id, (owner, sku), nonce(), key())).await;
    (told.status, serde_json::from_slice(&told.bytes).unwrap())
}

pub async fn load(shop: &Shop, url: &str, headers: &[(&str, &str)]) -> Response {
    headers.iter().fold(shop.client.get(url), |request, (name, value)| request.header(*name, *value)).send().await.unwrap()
}

#[tokio::test]
async fn a_file_is_loaded_by_its_owner_whole_or_in_parts() {
    let shop = open().await;
    let order = ordered(&shop, &[("guide", 1)]).await;
    let owner = owner_key(&shop, &order).await;
    assert_eq!(download(&shop, &order, &owner, "guide").await.1["code"], "download-gone", "nothing is paid");
    pay(&shop, &order).await;
    for (stranger, code) in
        [("", (400, "bad-request")), (order.id.as_str(), (400, "bad-request")), ("AAAAAAAAAAAAAAAAAAAAAA", (403, "not-owner"))]
    {
        let (status, refused) = download(&shop, &order, stranger, "guide").await;
        assert_eq!((status, refused["code"].as_str().unwrap()), code, "{stranger}");
    }
    assert_eq!(download(&shop, &order, &owner, "seat").await.1["code"], "download-gone", "it was not bought");
    let (status, told) = download(&shop, &order, &owner, "guide").await;
    assert_eq!(
        (status, &told["name"], &told["bytes"], &told["expires_at"]),
        (201, &json!("guide é.pdf"), &json!(42), &json!(shop.now() + 600))
    );
    assert_eq!(told["sha256"], Digest::of(GUIDE).to_base64());
    let url = told["url"].as_str().unwrap();
    assert!(!url.contains(&owner) && !url.contains(order.id.as_str()), "{url}");

    let head = shop.client.head(url).send().await.unwrap();
    assert_eq!((head.status().as_u16(), head.headers()["content-length"].to_str().unwrap()), (200, "42"));
    let whole = load(&shop, url, &[]).await;
    let header = |reply: &Response, name: &str| reply.headers()[name].to_str().unwrap().to_owned();
    for (name, value) in [
        ("content-type", "application/octet-stream"),
        ("content-disposition", "attachment; filename*=UTF-8''guide%20%C3%A9.pdf"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'; sandbox; frame-ancestors 'none'"),
        ("cache-control", "private, no-store"),
        ("referrer-policy", "no-referrer"),
        ("accept-ranges", "bytes"),
        ("content-length", "42"),
        ("repr-digest", &format!("sha-256=:{}:", Digest::of(GUIDE).to_base64())),
    ] {
        assert_eq!(header(&whole, name), value, "{name}");
    }
    let tag = header(&whole, "etag");
    assert_eq!((whole.status().as_u16(), whole.bytes().await.unwrap().as_ref()), (200, GUIDE));
    for (headers, status, range, body) in [
        (vec![("range", "bytes=2-6")], 206, Some("bytes 2-6/42"), &GUIDE[2..7]),
        (vec![("range", "bytes=-5")], 206, Some("bytes 37-41/42"), &GUIDE[37..]),
        (vec![("range", "bytes=40-"), ("if-range", &tag)], 206, Some("bytes 40-41/42"), &GUIDE[40..]),
        (vec![("range", "bytes=99-")], 416, Some("bytes */42"), &[][..]),
        (vec![("range", "bytes=1-2,4-5")], 200, None, GUIDE),
        (vec![("range", "bytes=2-6"), ("if-range", "\"another\"")], 200, None, GUIDE),
        (vec![("range", "bytes=2-6"), ("if-range", "Sat, 15 Jan 2028 08:00:00 GMT")], 200, None, GUIDE),
    ] {
        let reply = load(&shop, url, &headers).await;
        let told = reply.headers().get("content-range").map(|value| value.to_str().unwrap().to_owned());
        assert_eq!((reply.status().as_u16(), told.as_deref()), (status, range), "{headers:?}");
        assert_eq!(reply.bytes().await.unwrap().as_ref(), body, "{headers:?}");
    }
    // Four times whole; parts, what is not there, and a look at the head count nothing.
    assert_eq!(shop.merchant().store().promised(&order.id).await.unwrap()[0].taken, 4);

    shop.advance(601);
    let over = load(&shop, url, &[("accept-language", "de")]).await;
    assert_eq!((over.status().as_u16(), header(&over, "cache-control")), (410, "private, no-store".to_owned()));
    let page = over.text().await.unwrap();
    assert!(page.contains("<html lang=\"de\" dir=\"ltr\">") && page.contains("Diese Adresse gilt nicht mehr."), "{page}");
    assert_eq!(load(&shop, &shop.url("/d/AAAAAAAAAAAAAAAAAAAAAA"), &[]).await.status().as_u16(), 410);
    assert_eq!(shop.client.post(url).send().await.unwrap().status().as_u16(), 405);
}

pub async fn run(shop: &Shop, key: &str, arguments: &[&str], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qr-checkout-server"));
    command.args(arguments).env("QR_CHECKOUT_API_KEY", key).env("QR_CHECKOUT_BACKEND", shop.url(""));
    let input = input.to_owned();
    let run = move || {
        let mut running = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        running.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        running.wait_with_output().unwrap()
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn licence_keys_come_from_a_file_or_by_a_call_and_what_is_owed_is_given_later() {
    let shop = open().await;
    let admin = shop.key(&[Scope::Read, Scope::Orders]).await;
    let store = shop.merchant().store();
    let first = sold(&shop, &[("app", 2)]).await;
    assert_eq!(store.licence_keys_of(&first.id, "app").await.unwrap(), ["KEY-1", "KEY-2"]);
    let second = sold(&shop, &[("app", 1), ("plugin", 1)]).await;
    assert_eq!(store.licence_keys_of(&second.id, "app").await.unwrap(), ["KEY-3"]);
    let told = shop.call(&admin, "GET", &format!("orders/{}", second.id), None).await.json();
    assert_eq!((&told["order"]["status"], &told["attention"][0]["reason"]), (&json!("paid"), &json!("keys-short")));
    let figures = shop.call(&admin, "GET", "../../metrics", None).await.text;
    assert!(figures.contains("alarm_lines_total{kind=\"keys-low\"} 2\n"), "of each pool once: {figures}");
    // More by a call: who waits gets theirs, and a repeated call adds nothing.
    let more = json!({ "sku": "plugin", "keys": [" PLUG-1 ", "PLUG-2"] });
    let added = shop.call(&admin, "POST", "licence-keys", Some(("a", more.clone()))).await.json();
    assert_eq!(added, json!({ "pool": "plugins", "added": 2, "known": 0, "given": 1, "free": 1 }));
    let again = shop.call(&admin, "POST", "licence-keys", Some(("b", more))).await.json();
    assert_eq!(again, json!({ "pool": "plugins", "added": 0, "known": 2, "given": 0, "free": 1 }));
    assert_eq!(store.licence_keys_of(&second.id, "plugin").await.unwrap(), ["PLUG-1"]);
    let told = shop.call(&admin, "GET", &format!("orders/{}", second.id), None).await.json();
    assert_eq!(told["attention"], json!([]));
    assert!(!told.to_string().contains("PLUG-1"), "no key is told to whoever reads orders");
    // More in the file.
    shop.folder.write("keys.txt", "KEY-1\nKEY-2\nKEY-3\n\nKEY-4\nKEY-4\n");
    assert_eq!(shop.merchant().look_at_catalog().await, None);
    let listed = text(&run(&shop, &admin, &["keys", "list"], "").await.stdout);
    assert_eq!(listed, "      1 of 4           0 owed  keys.txt\n      1 of 2           0 owed  plugins\n");
    let file = shop.folder.write("more.txt", "PLUG-2\nPLUG-3\n");
    let added = run(&shop, &admin, &["keys", "add", "plugin", "--file", file.to_str().unwrap()], "").await;
    assert_eq!(text(&added.stdout), "1 added, 1 known before, 0 given to orders that waited, 2 free\n", "{}", text(&added.stderr));
    for (wish, code) in [
        (json!({ "sku": "guide", "keys": ["K"] }), (404, "not-found")),
        (json!({ "sku": "plugin", "keys": [] }), (400, "bad-request")),
        (json!({ "sku": "plugin", "keys": ["K", " "] }), (400, "bad-request")),
    ] {
        let (status, told) = shop.call(&admin, "POST", "licence-keys", Some(("c", wish))).await.code();
        assert_eq!((status, told.as_str()), code);
    }
    assert_eq!(shop.call(&shop.key(&[Scope::Read]).await, "POST", "licence-keys", Some(("d", json!({})))).await.status, 403);
    // No key lies open in the records.
    let file = std::fs::read(shop.folder.path().join("merchant.sqlite")).unwrap();
    let log = std::fs::read(shop.folder.path().join("merchant.sqlite-wal")).unwrap_or_default();
    for key in ["KEY-1", "KEY-4", "PLUG-1"] {
        let is_in = |bytes: &[u8]| bytes.windows(key.len()).any(|window| window == key.as_bytes());
        assert!(!is_in(&file) && !is_in(&log), "{key}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_admits_once_at_whichever_door_online_and_offline() {
    let mut shop = open().await;
    let (admin, door) = (shop.key(&Scope::ALL).await, shop.key(&[Scope::Doors]).await);
    let order = sold(&shop, &[("seat", 4)]).await;
    let listed = shop.call(&door, "GET", "tickets?event=workshop", None).await.json();
    let tickets = listed["tickets"].as_array().unwrap();
    assert_eq!(
        (tickets.len(), &tickets[0]["state"], &tickets[0]["place"], &listed["next"]),
        (4, &json!("good"), &json!("Tea room"), &Value::Null)
    );
    assert!(!listed.to_string().contains(order.id.as_str()), "doors are told no orders");
    let store = shop.merchant().store();
    let numbers: Vec<String> = store.tickets_of(&order.id).await.unwrap().iter().map(|ticket| ticket.number.to_string()).collect();
    let admit = async |number: &str, once: &str, body: Value| {
        shop.call(&door, "POST", &format!("tickets/{number}/admit"), Some((once, body))).await
    };
    let north = json!({ "door": "north", "event": "workshop" });
    let spaced = format!("{}-{}", numbers[0][..4].to_lowercase(), &numbers[0][4..]);
    let told = admit(&spaced, "a", north.clone()).await.json();
    assert_eq!((&told["outcome"], &told["ticket"]["door"]), (&json!("admitted"), &json!("north")));
    assert_eq!(admit(&numbers[0], "a", north.clone()).await.json()["outcome"], "admitted", "the same question");
    let south = json!({ "door": "south" });
    let told = admit(&numbers[0], "b", south.clone()).await.json();
    assert_eq!((&told["outcome"], &told["ticket"]["door"]), (&json!("already"), &json!("north")));
    assert_eq!(admit(&numbers[1], "c", json!({ "door": "south", "event": "concert" })).await.json()["outcome"], "other-event");
    assert_eq!(admit("000000000", "d", south.clone()).await.json(), json!({ "outcome": "unknown", "ticket": null }));
    assert_eq!(admit("nonsense", "e", south.clone()).await.json()["outcome"], "unknown");
    assert_eq!(
        shop.call(&shop.key(&[Scope::Read]).await, "POST", &format!("tickets/{}/admit", numbers[1]), Some(("f", south))).await.status,
        403
    );
    assert_eq!(shop.call(&door, "GET", "orders", None).await.status, 403, "a door reads nothing else");
    // One piece goes back: the last ticket that nobody used.
    let refund = json!({ "lines": [{ "sku": "seat", "quantity": 1 }], "by_hand": true });
    assert_eq!(shop.call(&admin, "POST", &format!("orders/{}/refunds", order.id), Some(("r", refund))).await.status, 201);
    assert_eq!(admit(&numbers[3], "g", north).await.json()["outcome"], "refunded");

    // A door of its own at a terminal, online and then without a network.
    let state = shop.folder.path().join("door.json");
    let at_door = ["tickets", "door", "--event", "workshop", "--door", "cellar", "--state", state.to_str().unwrap()];
    let jws = format!("x.{}.y", encode(Alphabet::Url, format!("{{\"number\":\"{}\"}}", numbers[1]).as_bytes()));
    let output = run(&shop, &door, &at_door, &format!("{jws}\n\n{}\nrubbish\n{}\n", numbers[0], numbers[3])).await;
    let lines = text(&output.stdout);
    let said: Vec<&str> = lines.lines().map(|line| line.split_whitespace().next().unwrap()).collect();
    assert_eq!(said, ["ADMITTED", "ALREADY", "UNKNOWN", "REFUNDED"], "{lines}{}", text(&output.stderr));
    assert_eq!(std::fs::metadata(&state).unwrap().permissions().mode() & 0o077, 0);
    let address = shop.url("");
    shop.close().await;
    let input = format!("{}\n{}\n{}\n", numbers[2], numbers[2], numbers[0]);
    let output = {
        let mut command = Command::new(env!("CARGO_BIN_EXE_qr-checkout-server"));
        command.args(at_door).env("QR_CHECKOUT_API_KEY", &door).env("QR_CHECKOUT_BACKEND", &address);
        tokio::task::spawn_blocking(move || {
            let mut running = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            running.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
            running.wait_with_output().unwrap()
        })
        .await
        .unwrap()
    };
    let lines = text(&output.stdout);
    let said: Vec<&str> = lines.lines().map(|line| line.split_whitespace().next().unwrap()).collect();
    assert_eq!(said, ["ADMITTED", "ALREADY", "ALREADY"], "{lines}{}", text(&output.stderr));
    assert!(lines.contains("(offline, list of 2027-01-15T08:00:00Z; 1 to tell)"), "{lines}");
    assert!(!output.status.success() && text(&output.stderr).contains("1 whom this door let in are not told"), "{}", text(&output.stderr));
    // Meanwhile another door let somebody in by the same ticket.
    shop.open_again().await;
    let told = shop.call(&door, "POST", &format!("tickets/{}/admit", numbers[2]), Some(("h", json!({ "door": "north" })))).await.json();
    assert_eq!(told["outcome"], "admitted");
    let output = run(&shop, &door, &at_door, "").await;
    let double = format!("DOUBLE    {}  was let in while offline, and was in since 2027-01-15T08:00:00Z by north\n", numbers[2]);
    assert!(output.status.success() && text(&output.stderr) == double, "{}", text(&output.stderr));
    let listed = text(&run(&shop, &admin, &["tickets", "list", "--event", "workshop"], "").await.stdout);
    assert_eq!((listed.lines().count(), listed.matches("DOUBLE").count()), (5, 1), "{listed}");
    let checked = text(&run(&shop, &door, &["tickets", "check", &numbers[3]], "").await.stdout);
    assert_eq!(checked, format!("{}  refunded  workshop\n", numbers[3]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sold_and_is_not_there_is_said_before_a_shopper_finds_out() {
    let shop = open().await;
    let file = shop.folder.write("merchant.toml", configuration(&shop.folder, shop.backend.as_str(), &shop.provider.settings_url()));
    let check = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_qr-checkout-server"));
        command.args(["check-config", "--config", file.to_str().unwrap()]).output().unwrap()
    };
    let good = check();
    assert!(good.status.success(), "{}", text(&good.stderr));
    std::fs::write(shop.folder.path().join("keys.txt"), "KEY-1\nKEY-2").unwrap();
    assert!(text(&check().stderr).contains("its last line has no end"), "{}", text(&check().stderr));
    std::fs::write(shop.folder.path().join("keys.txt"), "\n").unwrap();
    assert!(text(&check().stderr).contains("catalog.file: item \"app\"") && text(&check().stderr).contains("holds no keys"));
    std::fs::write(shop.folder.path().join("guide é.pdf"), "").unwrap();
    assert!(text(&check().stderr).contains("catalog.file: item \"guide\"") && text(&check().stderr).contains("it is empty"));
    std::fs::write(shop.folder.path().join("guide é.pdf"), GUIDE).unwrap();
    std::fs::remove_file(shop.folder.path().join("keys.txt")).unwrap();
    assert!(text(&check().stderr).contains("No such file"), "{}", text(&check().stderr));
    for (from, to, told) in [
        ("\"guide é.pdf\"", "\"../guide.pdf\"", "file: a path below"),
        ("\"guide é.pdf\"", "\"/etc/passwd\"", "file: a path below"),
        ("keys_low = 2", "keys_low = -1", "keys_low must be"),
        ("ticket = true", "ticket = false", "event stands on a ticket"),
        ("keys = \"plugins\"", "keys_low = 3", "keys_low goes with keys"),
    ] {
        shop.folder.write("catalog.toml", CATALOG.replacen(from, to, 1));
        let said = text(&check().stderr);
        assert!(said.contains(told), "{said}");
    }
}

#[tokio::test]
async fn the_owner_of_an_order_sees_what_it_gives_and_nobody_else_does() {
    let shop = open().await;
    let order = ordered(&shop, &[("guide", 1), ("app", 1), ("plugin", 2), ("seat", 2)]).await;
    let owner = OwnerKey::from_random([7; 16]);
    shop.merchant().store().add_owner_key(&order.id, owner.digest(), 0).await.unwrap();
    let empty = shop.open_order(&order, &owner).await.unwrap();
    assert!(empty.downloads.is_empty() && empty.licence_keys.is_empty() && empty.tickets.is_empty(), "nothing is paid");
    pay(&shop, &order).await;
    let opened = shop.open_order(&order, &owner).await.unwrap();
    let files: Vec<_> = opened.downloads.iter().map(|file| (file.sku.as_str(), file.name.as_str(), file.left)).collect();
    assert_eq!(files, [("guide", "guide é.pdf", 20)]);
    let keys: Vec<_> = opened.licence_keys.iter().map(|keys| (keys.sku.as_str(), keys.keys.len(), keys.owed)).collect();
    assert_eq!(keys, [("app", 1, 0), ("plugin", 0, 2)], "what is owed is told, too");
    assert_eq!(opened.licence_keys[0].keys, ["KEY-1"]);
    assert_eq!(opened.tickets.iter().map(|ticket| ticket.state.as_str()).collect::<Vec<_>>(), ["good", "good"]);
    // A ticket says where it admits to, and neither the order nor anybody.
    let jws = opened.tickets[0].ticket.clone().unwrap();
    let part = |at: usize| text(&decode(Alphabet::Url, jws.split('.').nth(at).unwrap()).unwrap());
    let claims: Value = serde_json::from_str(&part(1)).unwrap();
    let expected = json!({
        "merchant": "mountain-tea", "number": opened.tickets[0].number, "sku": "seat", "event": "workshop", "iat": shop.now(),
        "starts": "2027-02-01 18:00", "place": "Tea room",
    });
    assert_eq!(claims, expected);
    assert!(part(0).contains("\"typ\":\"qr-checkout-ticket+jwt\""), "{}", part(0));
    assert!(protocol::Ticket::open(&jws, &shop.pins).is_err(), "the key of receipts signs no tickets");
    assert_eq!(shop.open_order(&order, &OwnerKey::from_random([9; 16])).await.unwrap_err().1, "not-owner");
    // What whoever knows the id alone is told holds nothing of it.
    let told = format!("{:?}", shop.look(&order.id).await);
    assert!(!told.contains("KEY-1") && !told.contains(&opened.tickets[0].number) && !told.contains("guide é.pdf"), "{told}");
    let admin = shop.key(&Scope::ALL).await;
    let refund = json!({ "amount": order.amount, "by_hand": true });
    assert_eq!(shop.call(&admin, "POST", &format!("orders/{}/refunds", order.id), Some(("r", refund))).await.status, 201);
    let opened = shop.open_order(&order, &owner).await.unwrap();
    assert!(opened.downloads.is_empty() && opened.licence_keys.is_empty());
    assert_eq!(opened.tickets.iter().map(|ticket| ticket.state.as_str()).collect::<Vec<_>>(), ["refunded", "refunded"]);
}

#[tokio::test]
async fn half_a_licence_key_is_never_sold() {
    let shop = open().await;
    shop.folder.write("keys.txt", "KEY-1\nKEY-2\nKEY-3\nKEY-4-HA");
    assert_eq!(shop.merchant().look_at_catalog().await, None);
    let order = sold(&shop, &[("app", 4)]).await;
    let store = shop.merchant().store();
    assert_eq!(store.licence_keys_of(&order.id, "app").await.unwrap(), ["KEY-1", "KEY-2", "KEY-3"]);
    shop.folder.write("keys.txt", "KEY-1\nKEY-2\nKEY-3\nKEY-4-HALF\n");
    assert_eq!(shop.merchant().look_at_catalog().await, None);
    assert_eq!(store.licence_keys_of(&order.id, "app").await.unwrap()[3], "KEY-4-HALF");
}
