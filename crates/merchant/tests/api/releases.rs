//! Releases of the widget: each keeps an address of its own for as long as pages may pin it, across upgrades and on every node.

use std::process::{Command, Output};

use merchant::releases;
use reqwest::Response;
use sqlx::{Executor as _, Row as _};
use testing::backend::release::{Written, write};
use testing::backend::{Shop, text};

const DAY: i64 = 86_400;
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// A configuration in which the widget comes from that folder of the shop's.
fn with_widget(config: &str, dir: &str) -> String {
    let folder = folder_of(config);
    std::fs::create_dir_all(format!("{folder}/{dir}")).unwrap();
    format!("{config}\n[widget]\ndir = \"{folder}/{dir}\"\n")
}

/// Where the shop's records are.
fn folder_of(config: &str) -> &str {
    config.lines().find_map(|line| line.strip_prefix("path = \"")).unwrap().rsplit_once('/').unwrap().0
}

/// A shop whose program brings the release `one`.
async fn open() -> (Shop, Written) {
    let shop = Shop::open_with(|config| {
        write(folder_of(&config).as_ref(), "one", "one");
        with_widget(&config, "one")
    })
    .await;
    let one = write(shop.folder.path(), "one", "one");
    (shop, one)
}

/// Another program takes the place of this one, with the widget of that folder.
async fn upgrade(shop: &mut Shop, dir: &str) {
    shop.close().await;
    shop.open_again_with(|config| with_widget(&config, dir)).await;
}

async fn get(shop: &Shop, path: &str) -> Response {
    shop.client.get(shop.url(path)).send().await.unwrap()
}

async fn told(shop: &Shop, path: &str) -> (u16, String) {
    let reply = get(shop, path).await;
    (reply.status().as_u16(), reply.text().await.unwrap())
}

fn header<'a>(reply: &'a Response, name: &str) -> &'a str {
    reply.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn a_release_has_an_address_of_its_own_where_nothing_ever_changes() {
    let (shop, one) = open().await;
    let folder = format!("/r/{}", one.name);
    for (file, kind, content) in [
        ("qr-checkout.js", "text/javascript", "loader of one"),
        (&one.wasm, "application/wasm", "wasm of one"),
        ("themes/ink.css", "text/css", "theme of one"),
        ("qr-checkout.d.ts", "text/plain; charset=utf-8", "types of one"),
    ] {
        let reply = get(&shop, &format!("{folder}/{file}")).await;
        let seen =
            ["content-type", "cache-control", "access-control-allow-origin", "x-content-type-options"].map(|name| header(&reply, name));
        assert_eq!((reply.status().as_u16(), seen), (200, [kind, FOR_EVER, "*", "nosniff"]), "{file}");
        let tag = header(&reply, "etag").to_owned();
        assert_eq!(reply.text().await.unwrap(), content);
        let again = shop.client.get(shop.url(&format!("{folder}/{file}"))).header("if-none-match", &tag).send().await.unwrap();
        assert_eq!((again.status().as_u16(), header(&again, "cache-control")), (304, FOR_EVER));
    }
    // Pages are no part of a release, and what is not there now is not kept as absent.
    for path in [
        format!("{folder}/receipt/index.html"),
        format!("{folder}/"),
        folder.clone(),
        format!("{folder}/../qr-checkout.js"),
        format!("{folder}/%2e%2e/signing.seed"),
        format!("{folder}/manifest.json"),
        "/r/00000000000000000000000000000000/qr-checkout.js".to_owned(),
        format!("/r/{}/qr-checkout.js", one.name.to_uppercase()),
        format!("/{}", one.wasm.replace('-', "-f")),
    ] {
        let reply = get(&shop, &path).await;
        assert!(reply.status() == 404 || path.contains(".."), "{path}");
        if reply.status() == 404 {
            assert_eq!((header(&reply, "cache-control"), header(&reply, "content-type")), ("no-store", ""), "{path}");
        }
    }
    let posted = shop.client.post(shop.url(&format!("{folder}/qr-checkout.js"))).send().await.unwrap();
    assert_eq!((posted.status().as_u16(), header(&posted, "allow")), (405, "GET, HEAD"));
}

#[tokio::test]
async fn after_an_upgrade_and_a_roll_back_every_page_finds_what_it_asks_for() {
    let (mut shop, one) = open().await;
    let two = write(shop.folder.path(), "two", "two");
    assert_eq!(told(&shop, "/qr-checkout.js").await.1, "loader of one");
    upgrade(&mut shop, "two").await;
    assert_eq!(told(&shop, "/qr-checkout.js").await, (200, "loader of two".to_owned()));
    for (written, word) in [(&one, "one"), (&two, "two")] {
        assert_eq!(told(&shop, &format!("/r/{}/qr-checkout.js", written.name)).await, (200, format!("loader of {word}")));
        // What a script that was loaded under the plain name asks for, from an open page or out of a cache.
        let reply = get(&shop, &format!("/{}", written.wasm)).await;
        assert_eq!((reply.status().as_u16(), header(&reply, "cache-control")), (200, FOR_EVER));
        assert_eq!(reply.text().await.unwrap(), format!("wasm of {word}"));
    }
    assert_eq!(told(&shop, "/themes/ink.css").await.1, "theme of two");
    assert_eq!(told(&shop, "/receipt/index.html").await.1, "page of two");

    upgrade(&mut shop, "one").await;
    assert_eq!(told(&shop, "/qr-checkout.js").await.1, "loader of one");
    assert_eq!(told(&shop, &format!("/r/{}/{}", two.name, two.wasm)).await.1, "wasm of two");
}

#[tokio::test]
async fn a_program_without_a_widget_serves_what_others_brought() {
    let (mut shop, one) = open().await;
    upgrade(&mut shop, "none").await;
    std::fs::remove_dir_all(shop.folder.path().join("one")).unwrap();
    assert_eq!(told(&shop, "/qr-checkout.js").await, (200, "loader of one".to_owned()));
    assert_eq!(told(&shop, &format!("/r/{}/{}", one.name, one.wasm)).await.1, "wasm of one");
    assert_eq!(told(&shop, "/receipt/index.html").await.0, 404);
}

#[tokio::test]
async fn a_new_widget_in_the_folder_of_a_running_server_is_brought_and_half_a_one_is_not() {
    let (shop, one) = open().await;
    // As a copy that is under way: the list is there, and not everything that it names.
    let two = write(shop.folder.path(), "one", "two");
    shop.folder.write(&format!("one/{}", two.wasm), "half");
    shop.merchant().look_at_releases().await.unwrap();
    assert_eq!(told(&shop, "/qr-checkout.js").await.1, "loader of one");
    assert_eq!(told(&shop, &format!("/r/{}/qr-checkout.js", two.name)).await.0, 404);
    shop.folder.write(&format!("one/{}", two.wasm), "wasm of two");
    shop.merchant().look_at_releases().await.unwrap();
    assert_eq!(told(&shop, "/qr-checkout.js").await.1, "loader of two");
    assert_eq!(told(&shop, &format!("/{}", one.wasm)).await.1, "wasm of one");
}

#[tokio::test]
async fn a_folder_that_is_not_what_its_list_says_is_served_in_no_part_until_it_is_whole() {
    let shop = Shop::open_with(|config| {
        let one = write(folder_of(&config).as_ref(), "one", "one");
        std::fs::write(format!("{}/one/{}", folder_of(&config), one.wasm), "evil").unwrap();
        with_widget(&config, "one")
    })
    .await;
    let files = std::fs::read_dir(shop.folder.path().join("one")).unwrap();
    let wasm = files.map(|file| file.unwrap().file_name().into_string().unwrap()).find(|name| name.ends_with(".wasm")).unwrap();
    for path in ["/qr-checkout.js".to_owned(), format!("/{wasm}"), "/themes/ink.css".to_owned()] {
        assert_eq!(told(&shop, &path).await, (503, String::new()), "{path}");
    }
    assert_eq!(told(&shop, "/receipt/index.html").await.1, "page of one");
    let one = write(shop.folder.path(), "one", "one");
    shop.merchant().look_at_releases().await.unwrap();
    assert_eq!(told(&shop, &format!("/{}", one.wasm)).await.1, "wasm of one");
}

#[tokio::test]
async fn nothing_is_served_that_is_not_what_its_release_was_named_by() {
    let (mut shop, one) = open().await;
    let mut records = shop.records().await;
    records.execute("UPDATE release_files SET bytes = CAST('evil' AS BLOB) WHERE name LIKE '%.wasm'").await.unwrap();
    // A packed form that holds something else is left out, and the file itself served.
    records
        .execute("INSERT INTO release_files SELECT release, name, 'br', bytes FROM release_files WHERE name = 'qr-checkout.js'")
        .await
        .unwrap();
    upgrade(&mut shop, "none").await;
    assert_eq!(told(&shop, &format!("/r/{}/{}", one.name, one.wasm)).await, (503, String::new()));
    assert_eq!(told(&shop, &format!("/{}", one.wasm)).await, (503, String::new()));
    let script = shop.url(&format!("/r/{}/qr-checkout.js", one.name));
    let reply = shop.client.get(script).header("accept-encoding", "br").send().await.unwrap();
    assert_eq!((header(&reply, "content-encoding"), reply.status().as_u16()), ("", 200));
    assert_eq!(reply.text().await.unwrap(), "loader of one");

    // Another list under the name.
    records.execute("UPDATE releases SET listing = replace(listing, 'ink.css', 'inc.css')").await.unwrap();
    shop.merchant().look_at_releases().await.unwrap();
    for path in [format!("/r/{}/qr-checkout.js", one.name), format!("/r/{}/themes/inc.css", one.name), "/qr-checkout.js".to_owned()] {
        assert_eq!(told(&shop, &path).await, (404, String::new()), "{path}");
    }
}

#[tokio::test]
async fn a_revoked_release_answers_410_for_ever_and_pages_that_pin_none_get_another() {
    let (mut shop, one) = open().await;
    let two = write(shop.folder.path(), "two", "two");
    upgrade(&mut shop, "two").await;
    let store = shop.merchant().store().clone();
    let another = releases::revoke(&store, &two.name, shop.now()).await.unwrap();
    assert!(another, "the first one is left");
    assert!(releases::revoke(&store, &two.name, shop.now()).await.is_err());
    shop.merchant().look_at_releases().await.unwrap();
    let gone = [format!("/r/{}/qr-checkout.js", two.name), format!("/r/{}/{}", two.name, two.wasm), format!("/{}", two.wasm)];
    for path in &gone {
        let reply = get(&shop, path).await;
        assert_eq!((reply.status().as_u16(), header(&reply, "cache-control")), (410, "no-store"), "{path}");
    }
    assert_eq!(told(&shop, "/manifest.json").await.0, 410, "nor is it named as the one to pin");
    assert_eq!(told(&shop, "/qr-checkout.js").await.1, "loader of one");
    // Neither the next start of that program nor its folder brings it back.
    upgrade(&mut shop, "two").await;
    assert_eq!(told(&shop, &gone[0]).await.0, 410);
    assert_eq!(told(&shop, "/qr-checkout.js").await.1, "loader of one");
    let refused = releases::add(shop.merchant().store(), &shop.folder.path().join("two"), shop.now()).await.unwrap_err();
    assert!(refused.contains("is revoked"), "{refused}");
    // With none left, what lies in the folder is not served past the records.
    assert!(!releases::revoke(shop.merchant().store(), &one.name, shop.now()).await.unwrap());
    shop.merchant().look_at_releases().await.unwrap();
    for path in ["/qr-checkout.js", "/themes/ink.css", &gone[2]] {
        assert_eq!(told(&shop, path).await.0, 410, "{path}");
    }
    assert_eq!(told(&shop, "/receipt/index.html").await.0, 200);
}

#[tokio::test]
async fn only_a_release_that_nobody_used_for_ninety_days_is_forgotten() {
    let (mut shop, one) = open().await;
    write(shop.folder.path(), "two", "two");
    upgrade(&mut shop, "two").await;
    let forget = async |shop: &Shop| releases::forget(shop.merchant().store(), &one.name, shop.now()).await;
    assert!(forget(&shop).await.unwrap_err().contains("was added today"));
    let old = format!("/r/{}/qr-checkout.js", one.name);
    shop.advance(80 * DAY);
    assert_eq!(told(&shop, &old).await.0, 200);
    shop.merchant().look_at_releases().await.unwrap();
    shop.advance(89 * DAY);
    assert!(forget(&shop).await.unwrap_err().contains("was used 89 days ago"));
    // Somebody's open page, the day before.
    assert_eq!(told(&shop, &format!("/{}", one.wasm)).await.0, 200);
    shop.merchant().look_at_releases().await.unwrap();
    shop.advance(DAY);
    assert!(forget(&shop).await.unwrap_err().contains("was used yesterday"));
    shop.advance(89 * DAY);
    forget(&shop).await.unwrap();
    shop.merchant().look_at_releases().await.unwrap();
    assert_eq!(told(&shop, &old).await.0, 404);
    assert_eq!(told(&shop, "/qr-checkout.js").await.1, "loader of two");
    assert!(forget(&shop).await.unwrap_err().contains("no such release"));
    let two = releases::Pinned::of(&shop_config(&shop, "two")).await.unwrap().unwrap();
    shop.advance(1000 * DAY);
    let refused = releases::forget(shop.merchant().store(), two.release(), shop.now()).await.unwrap_err();
    assert!(refused.contains("a running server"), "{refused}");
}

#[tokio::test]
async fn a_revoked_release_is_remembered_when_its_files_are_forgotten() {
    let (mut shop, one) = open().await;
    write(shop.folder.path(), "two", "two");
    upgrade(&mut shop, "two").await;
    releases::revoke(shop.merchant().store(), &one.name, shop.now()).await.unwrap();
    shop.advance(91 * DAY);
    releases::forget(shop.merchant().store(), &one.name, shop.now()).await.unwrap();
    let mut records = shop.records().await;
    let files = "SELECT COUNT(*) AS files FROM release_files WHERE release = $1";
    let files: i64 = sqlx::query(files).bind(&one.name).fetch_one(&mut records).await.unwrap().get("files");
    assert_eq!(files, 0);
    shop.merchant().look_at_releases().await.unwrap();
    assert_eq!(told(&shop, &format!("/r/{}/qr-checkout.js", one.name)).await.0, 410);
}

#[tokio::test]
async fn that_a_release_is_used_is_written_once_a_day_and_not_once_a_request() {
    let (shop, one) = open().await;
    let mut records = shop.records().await;
    let mut used =
        async || -> Option<i64> { sqlx::query("SELECT used_at FROM releases").fetch_one(&mut records).await.unwrap().get("used_at") };
    let path = format!("/r/{}/qr-checkout.js", one.name);
    for _ in 0..20 {
        assert_eq!(told(&shop, &path).await.0, 200);
    }
    assert_eq!(used().await, None, "nobody waits for a write");
    shop.merchant().look_at_releases().await.unwrap();
    let first = shop.now();
    assert_eq!(used().await, Some(first));
    for hours in [1, 22] {
        shop.advance(hours * 3600);
        told(&shop, &path).await;
        shop.merchant().look_at_releases().await.unwrap();
        assert_eq!(used().await, Some(first));
    }
    shop.advance(3600);
    shop.merchant().look_at_releases().await.unwrap();
    assert_eq!(used().await, Some(first), "nobody asked since");
    told(&shop, &path).await;
    shop.merchant().look_at_releases().await.unwrap();
    assert_eq!(used().await, Some(first + DAY));
}

/// The shop's configuration with that widget, in a file beside its records.
fn written(shop: &Shop, dir: &str) -> String {
    let config = testing::backend::shop::configuration(&shop.folder, shop.backend.as_str(), &shop.provider.settings_url());
    shop.folder.write("merchant.toml", with_widget(&config, dir)).display().to_string()
}

fn shop_config(shop: &Shop, dir: &str) -> merchant::Config {
    merchant::Config::load(written(shop, dir).as_ref()).unwrap()
}

fn run(config: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qr-checkout-server"));
    command.args(arguments).args(["--config", config]).env_remove("DATABASE_PATH").env_remove("DATABASE_URL");
    command.output().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn releases_are_listed_added_revoked_and_forgotten_at_a_terminal() {
    let (shop, one) = open().await;
    let two = write(shop.folder.path(), "two", "two");
    let config = written(&shop, "one");
    let folder = shop.folder.path().join("two").display().to_string();
    let said = |arguments: &[&str]| {
        let output = run(&config, arguments);
        (output.status.code().unwrap(), text(&output.stdout) + &text(&output.stderr))
    };
    assert_eq!(said(&["releases", "add", &folder]), (0, format!("{} is served from now on\n", two.name)));
    assert_eq!(said(&["releases", "add", &folder]), (0, format!("{} was there already\n", two.name)));
    // The running server finds it when somebody asks.
    shop.advance(1);
    assert_eq!(told(&shop, &format!("/r/{}/qr-checkout.js", two.name)).await.1, "loader of two");
    assert_eq!(told(&shop, "/qr-checkout.js").await.1, "loader of one", "putting one there is not yet giving it to everybody");
    let (code, listed) = said(&["releases", "list"]);
    let words: Vec<Vec<&str>> = listed.lines().map(|line| line.split_whitespace().take(4).collect()).collect();
    assert_eq!((code, words), (0, vec![vec![&one.name, "newest", "one", "r1"], vec![&two.name, "kept", "two", "r1"]]));
    let (code, refused) = said(&["releases", "forget", &two.name]);
    assert!(code == 1 && refused.contains("a release is forgotten when nobody used it for 90 days"), "{refused}");
    let (code, revoked) = said(&["releases", "revoke", &two.name]);
    assert!(code == 0 && revoked.contains("is no longer served") && !revoked.contains("no release is left"), "{revoked}");
    let (_, last) = said(&["releases", "revoke", &one.name]);
    assert!(last.contains("no release is left"), "{last}");
    assert!(said(&["releases", "list"]).1.contains(&format!("{}  revoked", two.name)));
    for (arguments, complaint) in [
        (&["releases", "revoke", "gone"][..], "gone: there is no such release"),
        (&["releases", "forget", "gone"], "gone: there is no such release"),
        (&["releases", "add", "/nonexistent"], "/nonexistent: there is no manifest.json"),
    ] {
        let (code, told) = said(arguments);
        assert!(code == 1 && told.starts_with(complaint) && told.lines().count() == 1, "{told}");
    }
    let bad = shop.folder.path().join("two");
    std::fs::write(bad.join(&two.wasm), "other").unwrap();
    let (code, told) = said(&["releases", "add", bad.to_str().unwrap()]);
    assert!(code == 1 && told.contains(&format!("{} is not the file that manifest.json names", two.wasm)), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tags_pin_a_release_and_say_something_where_no_script_runs() {
    let (shop, one) = open().await;
    let config = written(&shop, "one");
    let said = |arguments: &[&str]| {
        let output = run(&config, arguments);
        assert!(output.status.success(), "{}", text(&output.stderr));
        text(&output.stdout)
    };
    let url = shop.backend.as_str();
    let pinned = said(&["snippet"]);
    let script = format!(
        "<script type=\"module\" src=\"{url}/r/{}/qr-checkout.js\" integrity=\"{}\" crossorigin=\"anonymous\"></script>",
        one.name, one.integrity
    );
    assert!(pinned.contains(&script), "{pinned}");
    assert!(pinned.starts_with(&format!("<link rel=\"preconnect\" href=\"{url}\" crossorigin>\n")), "{pinned}");
    assert!(!pinned.contains("preload"), "a page where nobody checks out loads the small script alone");
    let (_, inside) = pinned.split_once("<qr-checkout ").unwrap();
    assert!(
        inside.contains("<p lang=\"en\" dir=\"ltr\">The checkout cannot be shown.") && inside.contains("<p lang=\"zh-Hans\" "),
        "{inside}"
    );
    assert!(inside.ends_with("</qr-checkout>\n"));
    // The tags are of the release that the server serves under that very address.
    let address = pinned.split("src=\"").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(shop.client.get(address).send().await.unwrap().text().await.unwrap(), "loader of one");

    let checkout = said(&["snippet", "--page", "checkout"]);
    let folder = format!("{url}/r/{}", one.name);
    assert!(
        checkout.contains(&format!(
            "<link rel=\"modulepreload\" href=\"{folder}/{}\" integrity=\"sha384-",
            one.wasm.replace("_bg.wasm", ".js")
        ))
    );
    assert!(
        checkout.contains(&format!("<link rel=\"preload\" as=\"fetch\" type=\"application/wasm\" href=\"{folder}/{}\"", one.wasm)),
        "{checkout}"
    );
    let newest = said(&["snippet", "--newest"]);
    assert!(newest.contains(&format!("<script type=\"module\" src=\"{url}/qr-checkout.js\"></script>")), "{newest}");

    // Without a widget of its own the program pins the newest among the records; revoked ones are not handed out.
    assert!(text(&run(&written(&shop, "none"), &["snippet"]).stdout).contains(&script));
    releases::revoke(shop.merchant().store(), &one.name, shop.now()).await.unwrap();
    let refused = run(&written(&shop, "one"), &["snippet"]);
    assert!(!refused.status.success() && text(&refused.stderr).contains("was revoked"), "{}", text(&refused.stderr));
}
