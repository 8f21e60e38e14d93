//! Where the records are: the same place for every command, for their owner alone, and for one server at a time.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};

use merchant::Store;

use crate::configuring::live;
use crate::operating::{Running, demo, server};
use testing::Folder;
use testing::backend::text;

/// A configuration whose section of the store is that.
fn config(folder: &Folder, config: &str, store: &str) -> String {
    let (before, after) = config.split_once("[store]\n").unwrap();
    let after = after.split_once('\n').unwrap().1;
    let store = store.replace("FOLDER", folder.path().to_str().unwrap());
    folder.write("merchant.toml", format!("{before}[store]\n{store}\n{after}")).to_str().unwrap().to_owned()
}

/// Every command that opens the records, as far as it needs no more than they.
const COMMANDS: [&[&str]; 8] = [
    &["serve"],
    &["check-config"],
    &["check"],
    &["snippet"],
    &["backup", "--out", "/nonexistent/copy.sqlite"],
    &["api-key", "list"],
    &["webhooks", "list"],
    &["releases", "list"],
];

fn run(command: &[&str], config: &str, environment: &[(&str, &str)]) -> Output {
    server(&[command, &["--config", config]].concat()).envs(environment.iter().copied()).output().unwrap()
}

#[test]
fn two_places_for_the_records_are_refused_by_every_command() {
    let (folder, live) = live();
    let address = "postgres://shop:word@127.0.0.1:1/shop";
    folder.write("database.url", address);
    let (path, url, file) = ("path = \"FOLDER/merchant.sqlite\"", format!("url = \"{address}\""), "url_file = \"FOLDER/database.url\"");
    let other = folder.path().join("other.sqlite").display().to_string();
    for (store, environment) in [
        (format!("{path}\n{file}"), vec![]),
        (format!("{path}\n{url}"), vec![]),
        (format!("{url}\n{file}"), vec![]),
        (String::new(), vec![("DATABASE_URL", address), ("DATABASE_PATH", other.as_str())]),
        (file.to_owned(), vec![("DATABASE_PATH", other.as_str())]),
        (path.to_owned(), vec![("DATABASE_PATH", other.as_str())]),
        (path.to_owned(), vec![("DATABASE_URL", address)]),
    ] {
        let config = config(&folder, &live, &store);
        for command in COMMANDS {
            let output = run(command, &config, &environment);
            let complaint = text(&output.stderr);
            assert_eq!((output.status.code(), complaint.trim_end().lines().count()), (Some(1), 1), "{command:?} {store}: {complaint}");
            assert!(complaint.starts_with("store: ") && !complaint.contains("word"), "{command:?} {store}: {complaint}");
        }
    }
    assert!(!folder.path().join("merchant.sqlite").exists() && !Path::new(&other).exists());
}

#[test]
fn no_place_for_the_records_is_told_by_every_command() {
    let (folder, live) = live();
    let config = config(&folder, &live, "");
    for command in COMMANDS {
        let complaint = text(&run(command, &config, &[]).stderr);
        assert!(complaint.starts_with("store.path: is missing") && complaint.lines().count() == 1, "{command:?}: {complaint}");
    }
}

#[test]
fn a_copy_of_nothing_is_not_made() {
    let (folder, live) = live();
    let config = config(&folder, &live, "path = \"FOLDER/merchant.sqlite\"");
    let copy = folder.path().join("copy.sqlite");
    let output = run(&["backup", "--out", copy.to_str().unwrap()], &config, &[]);
    assert_eq!((output.status.code(), copy.exists(), folder.path().join("merchant.sqlite").exists()), (Some(1), false, false));
    assert!(text(&output.stderr).starts_with("store.path: "), "{}", text(&output.stderr));
}

fn mode(file: &Path) -> u32 {
    std::fs::metadata(file).unwrap().permissions().mode() & 0o777
}

/// The server and every command under a umask by which everybody may read what they write.
fn under_umask(words: &[&str]) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", "umask 022; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_qr-checkout-server")]).args(words);
    command.env_remove("DATABASE_PATH").env_remove("DATABASE_URL").env_remove("QR_CHECKOUT_SIGNING_SEED").env("RUST_LOG", "off");
    command
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_written_is_for_its_owner_alone_under_any_umask() {
    let folder = Folder::new("merchant");
    let (_provider, _, demo) = demo(&folder).await;
    let config = config(&folder, &std::fs::read_to_string(demo).unwrap(), "path = \"FOLDER/new/records/merchant.sqlite\"");
    let running = Running::of(under_umask(&["serve", "--config", &config]));
    let copy = folder.path().join("copies/copy.sqlite");
    std::fs::create_dir(copy.parent().unwrap()).unwrap();
    for command in [&["api-key", "create", "--name", "x", "--scopes", "read"][..], &["backup", "--out", copy.to_str().unwrap()]] {
        let output = under_umask(&[command, &["--config", &config]].concat()).output().unwrap();
        assert!(output.status.success(), "{}", text(&output.stderr));
    }
    let records = folder.path().join("new/records");
    let mut seen = Vec::new();
    for folder in [records.as_path(), copy.parent().unwrap()] {
        for file in std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()) {
            assert_eq!(mode(&file), 0o600, "{}", file.display());
            seen.push(file.file_name().unwrap().to_string_lossy().into_owned());
        }
    }
    seen.sort();
    assert_eq!(seen, ["copy.sqlite", "merchant.sqlite", "merchant.sqlite-lock", "merchant.sqlite-shm", "merchant.sqlite-wal"]);
    drop(running);
}

#[test]
fn records_that_everybody_may_read_are_refused_with_what_mends_it() {
    let (folder, live) = live();
    let config = config(&folder, &live, "path = \"FOLDER/merchant.sqlite\"");
    assert!(run(&["api-key", "list"], &config, &[]).status.success());
    let (file, log) = (folder.path().join("merchant.sqlite"), folder.write("merchant.sqlite-wal", ""));
    for open in [&file, &log] {
        std::fs::set_permissions(open, std::fs::Permissions::from_mode(0o644)).unwrap();
        for command in COMMANDS {
            let complaint = text(&run(command, &config, &[]).stderr);
            let mend = format!("mend it by: chmod 600 {}\n", open.display());
            assert!(complaint.starts_with("store.path: ") && complaint.ends_with(&mend), "{command:?}: {complaint}");
        }
        std::fs::set_permissions(open, std::fs::Permissions::from_mode(0o640)).unwrap();
    }
    let good = run(&["check"], &config, &[]);
    assert!(good.status.success(), "as with seeds, a group may be let in: {}", text(&good.stderr));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_server_on_one_file_says_why_it_does_not_start_and_commands_run_beside_the_first() {
    let folder = Folder::new("merchant");
    let (_provider, _, demo) = demo(&folder).await;
    // Each on a port of its own, as two of them would be.
    let text_of = std::fs::read_to_string(demo).unwrap();
    let (before, after) = text_of.split_once("listen = ").unwrap();
    let text_of = format!("{before}listen = \"127.0.0.1:0\"\n{}", after.split_once('\n').unwrap().1);
    let config = folder.write("merchant.toml", text_of).to_str().unwrap().to_owned();
    let first = Running::of(server(&["serve", "--config", &config]));
    // By any way to the same file.
    std::os::unix::fs::symlink(folder.path().join("merchant.sqlite"), folder.path().join("alias.sqlite")).unwrap();
    let alias = std::fs::read_to_string(&config).unwrap().replace("merchant.sqlite", "alias.sqlite");
    let alias = folder.write("alias.toml", alias).to_str().unwrap().to_owned();
    std::fs::hard_link(folder.path().join("merchant.sqlite"), folder.path().join("other.sqlite")).unwrap();
    let other = std::fs::read_to_string(&config).unwrap().replace("merchant.sqlite", "other.sqlite");
    let other = folder.write("other.toml", other).to_str().unwrap().to_owned();
    for (turn, config) in [&config, &alias, &other, &config].into_iter().enumerate() {
        if turn == 3 {
            // Whoever tidied up took the lock away.
            std::fs::remove_file(folder.path().join("merchant.sqlite-lock")).unwrap();
        }
        let second = run(&["serve"], config, &[]);
        let complaint = text(&second.stderr);
        assert_eq!((second.status.code(), complaint.trim_end().lines().count()), (Some(1), 1), "{complaint}");
        assert!(complaint.starts_with("store.path: ") && complaint.contains("another server works on these records"), "{complaint}");
    }
    let copy = folder.path().join("copy.sqlite").display().to_string();
    for command in [
        &["check-config"][..],
        &["check"],
        &["api-key", "create", "--name", "x", "--scopes", "read"],
        &["backup", "--out", &copy],
        &["webhooks", "list"],
        &["releases", "list"],
    ] {
        let output = run(command, &config, &[]);
        assert!(output.status.success(), "{command:?}: {}", text(&output.stderr));
    }
    // However the first one ends, the next may begin.
    first.signal("-KILL");
    drop(first);
    let next = Running::of(server(&["serve", "--config", &config]));
    next.signal("-TERM");
    drop(next);
    drop(Running::of(server(&["serve", "--config", &config])));
    Store::open(&folder.path().join("merchant.sqlite")).await.unwrap();
}

#[test]
fn a_copy_goes_to_no_link_and_to_no_name_that_is_taken_for_a_part_of_the_records() {
    let (folder, live) = live();
    let config = config(&folder, &live, "path = \"FOLDER/merchant.sqlite\"");
    assert!(run(&["api-key", "list"], &config, &[]).status.success());
    std::os::unix::fs::symlink(folder.path().join("real.sqlite"), folder.path().join("link.sqlite")).unwrap();
    for name in
        ["link.sqlite", "merchant.sqlite-journal", "merchant.sqlite-wal", "merchant.sqlite-shm", "merchant.sqlite-lock", "merchant.sqlite"]
    {
        let out = folder.path().join(name);
        let output = run(&["backup", "--out", out.to_str().unwrap()], &config, &[]);
        let complaint = text(&output.stderr);
        assert_eq!((output.status.code(), complaint.trim_end().lines().count()), (Some(1), 1), "{name}: {complaint}");
        assert!(complaint.contains(name), "{complaint}");
    }
    assert!(!folder.path().join("real.sqlite").exists() && !folder.path().join("merchant.sqlite-journal").exists());
    assert!(run(&["check"], &config, &[]).status.success(), "and the records are as they were");
}

#[test]
fn records_behind_a_link_that_leads_nowhere_are_not_made_for_everybody() {
    let (folder, live) = live();
    std::os::unix::fs::symlink(folder.path().join("real.sqlite"), folder.path().join("merchant.sqlite")).unwrap();
    let config = config(&folder, &live, "path = \"FOLDER/merchant.sqlite\"");
    let complaint = text(&run(&["api-key", "list"], &config, &[]).stderr);
    assert!(
        complaint.starts_with("store.path: ") && complaint.contains("link") && !folder.path().join("real.sqlite").exists(),
        "{complaint}"
    );
}

#[test]
fn what_names_no_place_for_records_is_refused_by_its_key() {
    let (folder, live) = live();
    folder.write("mysql.url", "mysql://shop:word@127.0.0.1/shop\n");
    for (store, key) in [
        ("path = \"\"", "store.path: "),
        ("path = \".\"", "store.path: must name a file"),
        ("path = \"FOLDER\"", "store.path: must name a file"),
        ("path = \"FOLDER/m.sqlite-journal\"", "store.path: ends like a file that SQLite"),
        ("url = \"\"", "store.url: "),
        ("url = \"mysql://shop:word@127.0.0.1/shop\"", "store.url: "),
        ("url = \"postgres://\"", "store.url: "),
        ("url_file = \"FOLDER/mysql.url\"", "store.url_file: "),
    ] {
        let config = config(&folder, &live, store);
        for command in [&["check-config"][..], &["api-key", "list"]] {
            let complaint = text(&run(command, &config, &[]).stderr);
            assert!(complaint.starts_with(key) && complaint.lines().count() == 1, "{store}: {complaint}");
            assert!(!complaint.contains("word@127") && !complaint.contains("chmod"), "{complaint}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_whose_records_were_replaced_or_taken_away_is_not_ready_and_takes_no_order() {
    let mut shop = testing::backend::Shop::open().await;
    let (file, away) = (shop.folder.path().join("merchant.sqlite"), shop.folder.path().join("away.sqlite"));
    let ready = async |shop: &testing::backend::Shop| shop.client.get(shop.url("/readyz")).send().await.unwrap().status().as_u16();
    shop.order_tea().await;
    let wish = shop.wish(&[testing::backend::item("tea", 1)], testing::backend::key()).await;
    for is_replaced in [false, true] {
        std::fs::rename(&file, &away).unwrap();
        if is_replaced {
            std::fs::copy(&away, &file).unwrap();
        }
        assert_eq!(shop.ask(&wish).await.code(), (500, "internal".to_owned()), "{is_replaced}");
        assert!(matches!(shop.merchant().store().prove_writable(0).await, Err(merchant::StoreError::Replaced)));
        std::fs::rename(&away, &file).unwrap();
    }
    assert_eq!(shop.order(&wish).await.0, 201, "the right file is there again");
    std::fs::rename(&file, &away).unwrap();
    assert_eq!(ready(&shop).await, 503);
    std::fs::rename(&away, &file).unwrap();
    shop.close().await;
}
