//! Labels of payment links and places, read by two decoders of codes and by PDFium.

use std::path::PathBuf;
use std::process::Command;

use merchant::api_keys::Scope;
use protocol::base64::{Alphabet, encode};
use serde_json::{Value, json};
use testing::Folder;
use testing::backend::Shop;
use testing::browser::read_qr;
use testing::judges::judge;

/// A font with Chinese characters, as the setup has installed it.
fn chinese_font() -> PathBuf {
    let found = Command::new("fc-match").args(["-f", "%{file}", "Noto Sans CJK SC"]).output().unwrap();
    PathBuf::from(String::from_utf8(found.stdout).unwrap())
}

async fn link(shop: &Shop, key: &str, name: &str) -> Value {
    let once = shop.now().to_string() + &name.len().to_string();
    let wish = json!({ "open_amount": { "name": name, "currency": "CNY", "most": 50_000 } });
    shop.call(key, "POST", "links", Some((once.as_str(), wish))).await.json()
}

async fn place(shop: &Shop, key: &str, name: &str) -> Value {
    shop.call(key, "POST", "places", Some(("place", json!({ "name": name })))).await.json()
}

/// A label as that file: status, media type, bytes.
async fn label(shop: &Shop, key: &str, link: &Value, format: &str) -> (u16, String, Vec<u8>) {
    let id = link["id"].as_str().unwrap();
    let kind = if id.starts_with("plc_") { "places" } else { "links" };
    let path = format!("/admin/v1/{kind}/{id}/label?format={format}");
    let told = shop.client.get(shop.url(&path)).bearer_auth(key).send().await.unwrap();
    let kind = told.headers()["content-type"].to_str().unwrap().to_owned();
    (told.status().as_u16(), kind, told.bytes().await.unwrap().to_vec())
}

#[tokio::test(flavor = "multi_thread")]
async fn labels_are_read_by_two_decoders_and_their_names_stand_in_the_page() {
    let font = chinese_font();
    let shop = Shop::open_with(|config| format!("{config}\n[labels]\nfont_file = {:?}\n", font.display().to_string())).await;
    let key = shop.key(&[Scope::Orders, Scope::Read]).await;
    let host = shop.url("").replace("http://", "");
    let folder = Folder::new("labels");
    let place_name = "桌 7 Öl";
    for name in ["茶叶 Tea Öl", "<b>\"Tea\" & more</b>", place_name] {
        let link = if name == place_name { place(&shop, &key, name).await } else { link(&shop, &key, name).await };
        let url = link["url"].as_str().unwrap();
        let (status, kind, picture) = label(&shop, &key, &link, "png").await;
        assert_eq!((status, kind.as_str()), (200, "image/png"), "{}", String::from_utf8_lossy(&picture));
        assert_eq!(read_qr(&picture), url);
        let (status, kind, page) = label(&shop, &key, &link, "pdf").await;
        assert_eq!((status, kind.as_str(), page.starts_with(b"%PDF-")), (200, "application/pdf", true));
        let drawn = folder.path().join("page.png");
        let case = json!({ "page": encode(Alphabet::Standard, &page), "picture": drawn });
        let text = tokio::task::spawn_blocking(move || judge("labels/judge.py", &["read"], &case.to_string())).await.unwrap();
        for part in [name, "Mountain Tea", &host] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert_eq!(read_qr(&std::fs::read(folder.path().join("page.png")).unwrap()), url);
        let (status, kind, drawing) = label(&shop, &key, &link, "svg").await;
        let drawing = String::from_utf8(drawing).unwrap();
        assert_eq!((status, kind.as_str()), (200, "image/svg+xml"));
        assert!(drawing.contains(&host) && !drawing.contains("<b>"), "{drawing}");
    }
}

#[tokio::test]
async fn a_name_that_no_font_has_is_refused_and_not_printed_in_boxes() {
    let shop = Shop::open().await;
    let key = shop.key(&[Scope::Orders, Scope::Read]).await;
    let link = link(&shop, &key, "茶叶").await;
    for format in ["png", "pdf"] {
        let (status, _, told) = label(&shop, &key, &link, format).await;
        let told: Value = serde_json::from_slice(&told).unwrap();
        assert_eq!((status, &told["code"]), (409, &json!("font-missing")), "{told}");
        assert!(told["detail"].as_str().unwrap().contains("labels.font_file"), "{told}");
    }
    assert_eq!(label(&shop, &key, &link, "svg").await.0, 200);
    assert_eq!(label(&shop, &key, &link, "gif").await.0, 400);
    // What stands below a code is judged as names are.
    for title in ["ab%E2%80%AEcd", "a%07", "%20"] {
        assert_eq!(label(&shop, &key, &link, &format!("svg&title={title}")).await.0, 400, "{title}");
    }
}
