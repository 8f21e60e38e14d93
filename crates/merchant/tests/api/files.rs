//! The files that merchants load and the demo shop: types, caching, compression, policy, and nothing outside their folders.

use reqwest::Response;

use crate::configuring::live;
use crate::operating::run;
use testing::backend::Shop;

const HASHED: &str = "qr-checkout-0123456789abcdef_bg.wasm";

async fn open() -> Shop {
    let shop = Shop::open_with(|config| {
        let folder = config.lines().find_map(|line| line.strip_prefix("path = \"")).unwrap().rsplit_once('/').unwrap().0.to_owned();
        std::fs::create_dir_all(format!("{folder}/dist")).unwrap();
        std::fs::create_dir_all(format!("{folder}/shop")).unwrap();
        format!("{config}\n[widget]\ndir = \"{folder}/dist\"\n[shop]\ndir = \"{folder}/shop\"\n")
    })
    .await;
    shop.folder.write("dist/qr-checkout.js", "// the loader");
    shop.folder.write(&format!("dist/{HASHED}"), "wasm as it is");
    shop.folder.write(&format!("dist/{HASHED}.br"), "wasm in brotli");
    shop.folder.write("shop/index.html", "<qr-checkout backend=\"{{backend}}\" merchant-key=\"{{merchant-key}}\"></qr-checkout>");
    shop.folder.write("shop/images/tea.svg", "<svg/>");
    shop.folder.write("shop/shop.css", "p {}");
    shop
}

async fn get(shop: &Shop, path: &str) -> Response {
    shop.client.get(shop.url(path)).send().await.unwrap()
}

fn header<'a>(reply: &'a Response, name: &str) -> &'a str {
    reply.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn the_loader_is_fresh_within_minutes_and_hashed_files_are_kept_forever() {
    let shop = open().await;
    let loader = get(&shop, "/qr-checkout.js").await;
    assert_eq!(loader.status(), 200);
    assert!(header(&loader, "content-type").starts_with("text/javascript"));
    assert_eq!(header(&loader, "cache-control"), "public, max-age=300", "a new release reaches every page within minutes");
    let wasm = get(&shop, &format!("/{HASHED}")).await;
    assert_eq!(header(&wasm, "content-type"), "application/wasm");
    assert_eq!(header(&wasm, "cache-control"), "public, max-age=31536000, immutable");
}

#[tokio::test]
async fn any_page_may_load_the_widget_with_its_integrity() {
    let shop = open().await;
    for path in ["/qr-checkout.js".to_owned(), format!("/{HASHED}")] {
        let reply = get(&shop, &path).await;
        assert_eq!(header(&reply, "access-control-allow-origin"), "*");
        assert_eq!(header(&reply, "cross-origin-resource-policy"), "cross-origin");
    }
}

#[tokio::test]
async fn a_browser_that_takes_brotli_gets_it() {
    let shop = open().await;
    let url = shop.url(&format!("/{HASHED}"));
    let reply = shop.client.get(&url).header("accept-encoding", "gzip, br").send().await.unwrap();
    assert_eq!((header(&reply, "content-encoding"), header(&reply, "content-type")), ("br", "application/wasm"));
    assert_eq!(reply.text().await.unwrap(), "wasm in brotli");
    let reply = shop.client.get(&url).header("accept-encoding", "identity").send().await.unwrap();
    assert_eq!(reply.text().await.unwrap(), "wasm as it is");
}

#[tokio::test]
async fn the_demo_shop_gets_key_and_address_filled_in_under_the_strict_policy() {
    let shop = open().await;
    let page = get(&shop, "/shop/").await;
    assert_eq!(header(&page, "content-type"), "text/html; charset=utf-8");
    let policy = header(&page, "content-security-policy").to_owned();
    assert!(policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"), "{policy}");
    let expected =
        format!("<qr-checkout backend=\"{}\" merchant-key=\"{}\"></qr-checkout>", shop.backend.as_str(), shop.pins.first().token());
    assert_eq!(page.text().await.unwrap(), expected);
    assert_eq!(get(&shop, "/shop/images/tea.svg").await.text().await.unwrap(), "<svg/>");
    assert_eq!(get(&shop, "/shop/shop.css").await.text().await.unwrap(), "p {}");
    let home = get(&shop, "/").await;
    assert_eq!((home.status().as_u16(), header(&home, "location")), (307, "/shop/"));
}

#[tokio::test]
async fn pages_and_files_say_what_browsers_may_make_of_them() {
    let shop = open().await;
    shop.folder.write("dist/receipt/index.html", "<title>Receipt</title>");
    shop.folder.write("shop/dialog.html", "<title>Shop</title>");
    for (path, policy, kind) in [
        ("/shop/", "default-src 'none'; script-src 'self'", "text/html"),
        ("/shop/dialog.html", "default-src 'none'; script-src 'self'", "text/html"),
        ("/shop/none.html", "default-src 'none'; script-src 'self'", ""),
        ("/shop/shop.css", "default-src 'none'; script-src 'self'", "text/css"),
        // Its own policy stands in the page.
        ("/receipt/index.html", "frame-ancestors 'none'; object-src 'none'; base-uri 'none'", "text/html"),
        ("/qr-checkout.js", "default-src 'none'; frame-ancestors 'none'", "text/javascript"),
        (&format!("/{HASHED}"), "default-src 'none'; frame-ancestors 'none'", "application/wasm"),
    ] {
        let reply = get(&shop, path).await;
        assert!(header(&reply, "content-type").starts_with(kind), "{path}");
        let told = header(&reply, "content-security-policy");
        assert!(told.starts_with(policy) && told.contains("frame-ancestors 'none'"), "{path}: {told}");
        let rest = ["x-content-type-options", "referrer-policy", "cross-origin-opener-policy"].map(|name| header(&reply, name));
        assert_eq!(rest, ["nosniff", "no-referrer", "same-origin"], "{path}");
    }
}

#[tokio::test]
async fn nothing_outside_the_folders_is_served() {
    let shop = open().await;
    for path in [
        "/../signing.seed",
        "/..%2Fsigning.seed",
        "/shop/../../signing.seed",
        "/shop/..%2F..%2Fsigning.seed",
        "/shop/%2e%2e/signing.seed",
        "/shop/..%2Fsigning.seed.html",
        "/signing.seed",
        "/missing.js",
    ] {
        // Written by hand: a client would tidy the path up.
        assert_eq!(raw_status(&shop, path).await, 404, "{path}");
    }
}

#[tokio::test]
async fn a_page_outside_the_shops_folder_is_not_read_however_its_path_is_written() {
    let shop = open().await;
    let secret = shop.folder.write("secret.html", "not for shoppers");
    let absolute = secret.to_str().unwrap();
    shop.folder.write("shop/more/page.html", "for shoppers");
    assert_eq!(raw_status(&shop, "/shop/more/page.html").await, 200, "a page in a folder of the shop");
    for path in [
        format!("/shop/{absolute}"),
        format!("/shop//{absolute}"),
        format!("/shop/%2F{}", &absolute[1..]),
        format!("/shop/{}", absolute.replace('/', "%2f")),
        format!("/shop/{}", absolute.replace('/', "\\")),
        "/shop/../secret.html".to_owned(),
        "/shop/more/../../secret.html".to_owned(),
        "/shop/%2e%2e/secret.html".to_owned(),
        "/shop/..%2Fsecret.html".to_owned(),
        "/shop/..\\secret.html".to_owned(),
        "/shop/more//page.html".to_owned(),
    ] {
        assert_ne!(raw_status(&shop, &path).await, 200, "{path}");
    }
}

/// The status of a GET whose target goes out as it is.
async fn raw_status(shop: &Shop, target: &str) -> u16 {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let mut connection = tokio::net::TcpStream::connect(shop.merchant().address()).await.unwrap();
    let request = format!("GET {target} HTTP/1.1\r\nhost: shop\r\nconnection: close\r\n\r\n");
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut reply = String::new();
    connection.read_to_string(&mut reply).await.unwrap();
    reply.split(' ').nth(1).unwrap().parse().unwrap()
}

/// With the widget inside of the program, which `cargo xtask test` builds it with.
#[cfg(feature = "embedded-widget")]
#[tokio::test]
async fn one_program_serves_the_widget_that_it_has_inside() {
    let dist = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dist");
    let shop = Shop::open().await;
    for (accepted, encoding, file) in
        [("gzip, br", "br", "qr-checkout.js.br"), ("gzip", "gzip", "qr-checkout.js.gz"), ("identity", "", "qr-checkout.js")]
    {
        let reply = shop.client.get(shop.url("/qr-checkout.js")).header("accept-encoding", accepted).send().await.unwrap();
        assert_eq!((reply.status().as_u16(), header(&reply, "content-encoding")), (200, encoding));
        assert_eq!((header(&reply, "content-type"), header(&reply, "cache-control")), ("text/javascript", "public, max-age=300"));
        assert_eq!(header(&reply, "access-control-allow-origin"), "*");
        assert_eq!(reply.bytes().await.unwrap(), std::fs::read(dist.join(file)).unwrap(), "{accepted}");
    }
    let manifest: serde_json::Value = serde_json::from_slice(&std::fs::read(dist.join("manifest.json")).unwrap()).unwrap();
    let wasm =
        manifest["files"].as_array().unwrap().iter().find_map(|file| file["name"].as_str().filter(|name| name.ends_with(".wasm"))).unwrap();
    let reply = get(&shop, &format!("/{wasm}")).await;
    assert_eq!(
        (header(&reply, "content-type"), header(&reply, "cache-control")),
        ("application/wasm", "public, max-age=31536000, immutable")
    );
    assert_eq!(get(&shop, "/missing.js").await.status(), 404);
    // The notices of what pages load lie beside it, and not those of the server.
    for (name, kind) in [("NOTICES.txt", "text/plain"), ("sbom.cdx.json", "application/json")] {
        let reply = get(&shop, &format!("/{name}")).await;
        assert_eq!((reply.status().as_u16(), header(&reply, "content-type")), (200, kind));
        let served = reply.text().await.unwrap();
        assert!(served == std::fs::read_to_string(dist.join(name)).unwrap() && !served.contains("sqlx"), "{name}");
    }
    let posted = shop.client.post(shop.url("/qr-checkout.js")).send().await.unwrap();
    assert_eq!((posted.status().as_u16(), posted.headers()["allow"].to_str().unwrap()), (405, "GET, HEAD"));
    let release = manifest["release"].as_str().unwrap();
    let pinned = get(&shop, &format!("/r/{release}/qr-checkout.js")).await;
    assert_eq!(header(&pinned, "cache-control"), "public, max-age=31536000, immutable");
    let config = testing::backend::shop::configuration(&shop.folder, "http://127.0.0.1:1", "http://127.0.0.1:1");
    let config = merchant::Config::parse(&config).unwrap();
    let pinned = merchant::releases::Pinned::of(&config).await.unwrap().unwrap();
    assert_eq!(pinned.release(), release);
}

#[tokio::test]
async fn files_that_verify_a_domain_are_at_the_root_and_shadow_nothing() {
    let outside = testing::Folder::new("merchant");
    outside.write("secret.txt", "not for you");
    let folder = outside.path().join("files");
    std::fs::create_dir_all(folder.join(".well-known")).unwrap();
    for (name, text) in [("MP_verify_a1B2.txt", "a1B2"), (".hidden", "x"), ("page.html", "<script>1</script>"), (".well-known/of.txt", "y")]
    {
        std::fs::write(folder.join(name), text).unwrap();
    }
    std::fs::write(folder.join("large.txt"), vec![b'x'; 70_000]).unwrap();
    std::os::unix::fs::symlink(outside.path().join("secret.txt"), folder.join("link.txt")).unwrap();
    let named = format!("files = \"{}\"\n[store]", folder.display());
    let shop = Shop::open_with(|config| config.replacen("[store]", &named, 1)).await;
    let get = async |path: &str| shop.client.get(shop.url(path)).send().await.unwrap();
    let file = get("/MP_verify_a1B2.txt").await;
    assert_eq!((file.status().as_u16(), file.headers()["x-content-type-options"].to_str().unwrap()), (200, "nosniff"));
    assert_eq!(file.headers()["content-type"], "text/plain");
    assert_eq!(file.text().await.unwrap(), "a1B2");
    assert_eq!(get("/.well-known/of.txt").await.text().await.unwrap(), "y");
    assert!(get("/page.html").await.headers()["content-security-policy"].to_str().unwrap().contains("sandbox"));
    // What comes in while the server runs hides nothing either.
    for name in ["readyz", "v1", "admin", "qr-checkout.js", "manifest.json", ".well-known/http-message-signatures-directory"] {
        std::fs::write(folder.join(name), "x").unwrap();
        assert_ne!(get(&format!("/{name}")).await.text().await.unwrap(), "x", "{name}");
    }
    for path in [
        "/.hidden",
        "/link.txt",
        "/large.txt",
        "/..%2fsecret.txt",
        "/%2e%2e/secret.txt",
        "/files/MP_verify_a1B2.txt",
        "/MP_verify_a1B2.txt/",
    ] {
        assert_eq!(get(path).await.status().as_u16(), 404, "{path}");
    }
    let posted = shop.client.post(shop.url("/MP_verify_a1B2.txt")).send().await.unwrap();
    assert_eq!((posted.status().as_u16(), posted.headers()["allow"].to_str().unwrap()), (405, "GET, HEAD"));
}

#[test]
fn a_file_with_a_name_of_the_programs_own_is_refused_by_its_name_before_anybody_is_served() {
    let (folder, config) = live();
    let files = folder.path().join("files");
    for name in [
        "qr-checkout.js",
        "qr-checkout.d.ts",
        "qr-checkout-0123456789abcdef_bg.wasm",
        "manifest.json",
        "receipt",
        "themes",
        "v1",
        "r",
        "admin",
        "notify",
        "wechat",
        "metrics",
        "readyz",
        "healthz",
        "openapi.json",
        "shop",
        ".well-known/http-message-signatures-directory",
    ] {
        folder.write("files/MP_verify_a1B2.txt", "a1B2");
        let file = folder.write(&format!("files/{name}"), "x");
        let config = config.replacen("[store]", &format!("files = \"{}\"\n[store]", files.display()), 1);
        let config = folder.write("merchant.toml", config);
        for command in ["check-config", "serve"] {
            let refused = run(&[command, "--config", config.to_str().unwrap()]);
            let told = testing::backend::text(&refused.stderr);
            assert_eq!((refused.status.code(), told.trim_end().lines().count()), (Some(1), 1), "{command} {name}: {told}");
            assert!(told.starts_with(&format!("server.files: {}: /{name} is an address of qr-checkout", file.display())), "{told}");
        }
        std::fs::remove_file(file).unwrap();
        assert!(run(&["check-config", "--config", config.to_str().unwrap()]).status.success(), "{name}");
    }
}

#[tokio::test]
async fn what_the_widgets_folder_has_goes_before_the_merchants_files() {
    let shop = open().await;
    let dist = shop.folder.path().join("dist");
    shop.folder.write("dist/licence.txt", "of the widget");
    let (folder, config) = live();
    folder.write("files/licence.txt", "of the merchant");
    let sections = format!("files = \"{}\"\n[widget]\ndir = \"{}\"\n[store]", folder.path().join("files").display(), dist.display());
    let file = folder.write("merchant.toml", config.replacen("[store]", &sections, 1));
    let told = testing::backend::text(&run(&["check-config", "--config", file.to_str().unwrap()]).stderr);
    assert!(told.starts_with("server.files: ") && told.contains("/licence.txt is an address of qr-checkout"), "{told}");
}
