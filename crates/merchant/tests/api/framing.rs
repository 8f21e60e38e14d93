//! `/frame`: the checkout as a frame in pages of the shop's; who may show it, what it holds, and what a page learns of it.

use reqwest::StatusCode;
use testing::backend::Shop;

use super::page::{Told, browser};

/// A shop whose pages are these.
async fn shop(listed: &'static str) -> Shop {
    shop_with(listed, "").await
}

/// The same with more configuration.
async fn shop_with(listed: &'static str, more: &'static str) -> Shop {
    Shop::open_with(move |config| {
        let (before, after) = config.split_once("allowed_origins = ").unwrap();
        format!("{before}allowed_origins = {listed}\n{}\n{more}", after.split_once('\n').unwrap().1)
    })
    .await
}

async fn look(shop: &Shop) -> Told {
    Told::of(browser().get(shop.url("/frame?locale=de-AT"))).await
}

fn policy(told: &Told) -> &str {
    told.headers["content-security-policy"].to_str().unwrap()
}

const TWO: &str = r#"["https://shop.example.com", "*", "null", "http://127.0.0.1:8080"]"#;

#[tokio::test]
async fn a_frame_is_shown_by_listed_pages_alone_and_runs_its_own_scripts() {
    let shop = shop(TWO).await;
    let told = look(&shop).await;
    assert_eq!(told.status, 200);
    assert!(policy(&told).ends_with("; frame-ancestors https://shop.example.com http://127.0.0.1:8080"), "{}", policy(&told));
    for part in ["default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "connect-src 'self'", "form-action 'none'"] {
        assert!(policy(&told).contains(part), "{part}");
    }
    assert!(told.headers.get("x-frame-options").is_none());
    assert_eq!(told.headers["cache-control"], "no-store");
    assert_eq!(told.headers["x-robots-tag"], "noindex, nofollow, noarchive");
    let listed = "data-parents=\"[&quot;https://shop.example.com&quot;,&quot;http://127.0.0.1:8080&quot;]\"";
    for part in [
        "<html lang=\"de\"",
        listed,
        "data-merchant-key=\"ed25519-",
        "<base target=\"_top\">",
        "src=\"frame/frame.js\"",
        "modulepreload\" href=\"qr-checkout.js\"",
    ] {
        assert!(told.html.contains(part), "{part}: {}", told.html);
    }
    assert!(!told.html.contains("<style") && !told.html.contains("style=") && !told.html.contains("onload"), "{}", told.html);
    for (name, kind) in [("frame.js", "text/javascript"), ("port.js", "text/javascript"), ("frame.css", "text/css")] {
        let file = Told::of(browser().get(shop.url(&format!("/frame/{name}")))).await;
        assert_eq!(file.status, 200, "{name}");
        assert!(file.headers["content-type"].to_str().unwrap().starts_with(kind), "{name}");
    }
    assert_eq!(Told::of(browser().get(shop.url("/frame/other.js"))).await.status, 404);
}

#[tokio::test]
async fn a_list_that_names_nobody_shows_the_frame_nowhere() {
    // The pages for staff ask as others do, and show no frame.
    let staff = "[staff]\nurl = \"http://staff.localhost:8080\"\n";
    for (listed, more) in [(r#"["*"]"#, ""), (r#"["*", "null"]"#, ""), ("[]", ""), (r#"["*"]"#, staff)] {
        let shop = shop_with(listed, more).await;
        let told = look(&shop).await;
        assert!(policy(&told).ends_with("; frame-ancestors 'none'"), "{listed}: {}", policy(&told));
        assert!(told.html.contains("data-parents=\"[]\""), "{listed}");
    }
}

#[tokio::test]
async fn a_page_learns_why_the_frame_is_not_shown_there() {
    let ask = async |shop: &Shop, origin: &str| Told::of(browser().get(shop.url("/frame")).header("origin", origin)).await;
    let shop_of_two = shop(TWO).await;
    let told = ask(&shop_of_two, "https://shop.example.com").await;
    assert_eq!((told.status, told.html.as_str()), (StatusCode::NO_CONTENT.as_u16(), ""));
    let told = ask(&shop_of_two, "https://shop.example.com.evil.example").await;
    assert_eq!(told.headers["access-control-allow-origin"], "*");
    assert!(told.status == 403 && told.html.contains("\"code\":\"config-frame-not-allowed\""), "{}", told.html);
    let told = ask(&shop_of_two, "null").await;
    assert!(told.html.contains("\"code\":\"config-frame-not-allowed\""), "{}", told.html);
    let told = ask(&shop(r#"["*"]"#).await, "https://shop.example.com").await;
    assert!(told.status == 403 && told.html.contains("\"code\":\"config-frame-origins\""), "{}", told.html);
}
