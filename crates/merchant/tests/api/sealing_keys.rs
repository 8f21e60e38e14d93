//! The files beside the records: the keys, which are made where nobody misses any, and the list of the erased, which is a file of its own.

use std::process::Output;

use testing::backend::Shop;
use testing::backend::shop::configuration;
use testing::backend::text;
use testing::details::DETAILS_KEY;

use crate::operating::server;
use crate::sealed::told;

/// A command on a shop's configuration, to which a line was added under `[details]`.
fn command(shop: &Shop, words: &[&str], line: &str, environment: &[(&str, &str)]) -> Output {
    let config = configuration(&shop.folder, "http://127.0.0.1:1", &shop.provider.settings_url());
    let config = config.replace("[details]\n", &format!("[details]\n{line}\n"));
    let config = shop.folder.write("merchant.toml", config);
    let mut command = server(&[words, &["--config", config.to_str().unwrap()]].concat());
    command.envs(environment.iter().copied()).output().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_of_erased_orders_is_one_of_its_own_that_can_be_written() {
    let mut shop = Shop::open().await;
    shop.close().await;
    let path = |name: &str| shop.folder.path().join(name).display().to_string();
    shop.folder.write("shopping.txt", "milk\n");
    for (named, told) in [
        (String::new(), "must name a file, such as details.keys.erased".to_owned()),
        (path(""), "must name a file, such as details.keys.erased".to_owned()),
        (path("details.keys"), format!("{}: details.key_file is this file", path("details.keys"))),
        (path("../x/signing.seed").replace("../x/", "./"), format!("{}: signing.seed_file is this file", path("./signing.seed"))),
        (path("merchant.sqlite"), format!("{}: store.path is this file", path("merchant.sqlite"))),
        (path("merchant.sqlite-wal"), format!("{}: store.path is this file", path("merchant.sqlite-wal"))),
        (path("catalog.toml"), format!("{}: catalog.file is this file", path("catalog.toml"))),
        (path("shopping.txt"), format!("{}: holds something else than the ids of erased orders", path("shopping.txt"))),
        (path("nowhere/erased"), format!("{}: cannot be made: No such file or directory", path("nowhere/erased"))),
    ] {
        for word in ["check-config", "serve"] {
            let refused = command(&shop, &[word], &format!("erased_file = \"{named}\""), &[]);
            let said = text(&refused.stderr);
            assert!(said.starts_with(&format!("details.erased_file: {told}")), "{word} {named}: {said}");
            assert_eq!((refused.status.code(), said.lines().count()), (Some(1), 1));
        }
    }
    let good = command(&shop, &["check-config"], &format!("erased_file = \"{}\"", path("erased")), &[]);
    assert!(good.status.success() && !shop.folder.path().join("erased").exists(), "{}", text(&good.stderr));
    let left = std::fs::read_dir(shop.folder.path())
        .unwrap()
        .filter(|file| file.as_ref().unwrap().path().display().to_string().contains("erased"));
    assert_eq!(left.count(), 0, "nothing is left behind");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_key_is_made_where_the_records_need_another() {
    let mut shop = Shop::open().await;
    told(&shop, true).await;
    shop.close().await;
    let file = shop.folder.path().join("details.keys");
    std::fs::remove_file(&file).unwrap();
    let refused = command(&shop, &["serve", "--generate-key"], "", &[]);
    let expected = format!(
        "details.key_file: {}: is not there, and the records need its key dk_test, so that none is made; put the file back\n",
        file.display()
    );
    assert_eq!((refused.status.code(), text(&refused.stderr)), (Some(1), expected));
    assert!(!file.exists());
    shop.folder.write("details.keys", DETAILS_KEY);
    shop.open_again().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_goes_where_the_link_leads_to_and_to_no_file_that_does_not_count() {
    let shop = Shop::open().await;
    let (link, elsewhere) = (shop.folder.path().join("details.keys"), shop.folder.path().join("elsewhere.keys"));
    std::fs::rename(&link, &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, &link).unwrap();
    let added = command(&shop, &["details", "add-key"], "", &[]);
    assert!(added.status.success(), "{}", text(&added.stderr));
    assert!(link.is_symlink());
    let keys = std::fs::read_to_string(&elsewhere).unwrap();
    assert_eq!(keys.lines().count(), 2);
    let refused = command(&shop, &["details", "add-key"], "", &[("QR_CHECKOUT_DETAILS_KEYS", DETAILS_KEY)]);
    let said = text(&refused.stderr);
    assert!(said.starts_with("details.key_file: the keys in QR_CHECKOUT_DETAILS_KEYS count, and not this file"), "{said}");
    assert_eq!((refused.status.code(), std::fs::read_to_string(&elsewhere).unwrap()), (Some(1), keys));
}
