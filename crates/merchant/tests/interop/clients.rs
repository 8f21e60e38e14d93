//! Clients that other people's programs write from the description, in two languages: a month of a shop goes by them. They have no clock
//! and no ears, and so a line that they print is a wish: `clock SECONDS` moves the shop's clock, `events` asks what its server was told.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

use merchant::api_keys::{self, Scope};
use testing::Folder;
use testing::backend::bank::FPS;
use testing::backend::receiver::Receiver;
use testing::backend::{SHOP_CATALOG, Shop};
use testing::judges::{node, python};

async fn a_month(mut client: Command) {
    let receiver = Receiver::start().await;
    let folder = Folder::new("merchant");
    let hooks = receiver.section(folder.path(), "");
    let stocked = SHOP_CATALOG.replacen("price = 6800", "price = 6800\nstock = 10", 1);
    let shop = Shop::open_as(&stocked, |config| config + FPS + &hooks).await;
    let (_, key) = api_keys::create(shop.merchant().store(), "tests", &Scope::ALL, shop.now()).await.unwrap();
    let description = folder.write("openapi.json", testing::backend::description::document().to_string());
    client.arg(description).args([shop.url(""), key]);
    let mut running = client.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (mut answers, wishes) = (running.stdin.take().unwrap(), running.stdout.take().unwrap());
    let mut said = Vec::new();
    for wish in BufReader::new(wishes).lines().map(Result::unwrap) {
        let answer = match wish.split_once(' ').unwrap_or((&wish, "")) {
            ("clock", seconds) => {
                shop.advance(seconds.parse().unwrap());
                String::new()
            }
            ("events", _) => {
                // Two orders were paid, one was canceled, a refund was made and changed its order; odd money came.
                let heard = receiver.hears(6).await;
                serde_json::Value::from_iter(heard.into_iter().map(|arrival| arrival.body)).to_string()
            }
            _ => {
                said.push(wish);
                continue;
            }
        };
        writeln!(answers, "{answer}").unwrap();
    }
    let ended = running.wait_with_output().unwrap();
    assert!(ended.status.success() && said == ["agreed"], "{}\n{}", said.join("\n"), String::from_utf8_lossy(&ended.stderr));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_that_openapi_typescript_writes_drives_a_month() {
    let (_folder, client) = node(&["tests/interop/clients/month.mjs", "tests/interop/clients/month.ts"]);
    a_month(client).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_that_openapi_python_client_writes_drives_a_month() {
    a_month(python("tests/interop/clients/month.py")).await;
}
