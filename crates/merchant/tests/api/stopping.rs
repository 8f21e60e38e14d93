//! The end of a server: told to those who send shoppers, and not put off by somebody who hangs.

use std::time::Duration;

use gateway::wechat_pay::Settings;
use merchant::order_record::OrderRecord;
use testing::backend::{Shop, account};
use tokio::net::TcpListener;

#[tokio::test]
async fn a_server_that_leaves_says_so_and_serves_whoever_still_comes() {
    let mut shop = Shop::open_with(|config| config.replace("[store]", "drain_seconds = 1\n[store]")).await;
    let (ready, alive) = (shop.url("/readyz"), shop.url("/healthz"));
    assert_eq!(shop.client.get(&ready).send().await.unwrap().status(), 200);
    let client = shop.client.clone();
    let watching = async {
        loop {
            // A connection for each question, as a load balancer may have it.
            let reply = client.get(&ready).header("connection", "close").send().await.unwrap();
            if reply.status() == 503 {
                break reply.text().await.unwrap();
            }
        }
    };
    let stopping = tokio::spawn(async move { shop.close().await });
    assert_eq!(watching.await, "stopping\n");
    assert_eq!(client.get(&alive).send().await.unwrap().status(), 200);
    stopping.await.unwrap();
    assert!(client.get(&alive).send().await.is_err());
}

/// The account written out, with its files in the shop's folder.
fn at(url: &str, folder: &std::path::Path, config: &str) -> String {
    let Settings { mchid, appid, merchant_serial, apiv3_key, public_key_id, .. } = account::settings(url);
    let folder = folder.display();
    let section = format!(
        "base_url = \"{url}\"\nmchid = \"{mchid}\"\nappid = \"{appid}\"\nmerchant_serial = \"{merchant_serial}\"\n\
         merchant_key_file = \"{folder}/merchant.pem\"\napiv3_key = \"{apiv3_key}\"\n\
         public_key_id = \"{public_key_id}\"\npublic_key_file = \"{folder}/wechat.pem\"\n"
    );
    let lines = config.lines().map(|line| if line.starts_with("settings_url") { section.as_str() } else { line });
    lines.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn a_provider_that_hangs_does_not_keep_the_server_from_ending() {
    let mut shop = Shop::open().await;
    shop.order_tea().await;
    shop.close().await;
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    shop.folder.write("merchant.pem", account::private_key_pem());
    shop.folder.write("wechat.pem", account::public_key_pem());
    let folder = shop.folder.path().to_owned();
    shop.advance(60);
    shop.open_again_with(|config| at(&url, &folder, &config)).await;
    let _asked = silent.accept().await.unwrap();
    // From here on time passes as soon as everybody waits for it.
    tokio::time::pause();
    let told = tokio::time::Instant::now();
    shop.close().await;
    assert!(told.elapsed() < Duration::from_secs(18), "{:?}", told.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_hangs_does_not_keep_the_records_from_the_next_server() {
    let mut shop = Shop::open().await;
    let (order, at) = (shop.order_tea().await.id, shop.now());
    let store = shop.merchant().store().clone();
    let (begun, has_begun) = tokio::sync::oneshot::channel();
    let (go_on, wait) = std::sync::mpsc::channel();
    let hanging = async move {
        let hang = move |_: &mut OrderRecord| {
            begun.send(()).unwrap();
            wait.recv().unwrap();
        };
        let _ = store.change(&order, at, hang).await;
        store
    };
    let hanging = tokio::spawn(hanging);
    has_begun.await.unwrap();
    shop.close().await;
    go_on.send(()).unwrap();
    // Whoever has the store still works on nothing.
    let _store = hanging.await.unwrap();
    shop.open_again().await;
}
