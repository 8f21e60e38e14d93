//! `catalog try`: what another catalog file changes is said before it counts, and nothing is written.

use std::process::{Command, Output};

use testing::Folder;
use testing::backend::shop::configuration;
use testing::backend::{SHOP_CATALOG, text};

struct Desk(Folder);

impl Desk {
    fn new() -> Desk {
        let folder = Folder::new("trying");
        folder.write("catalog.toml", SHOP_CATALOG);
        folder.write("merchant.toml", configuration(&folder, "http://127.0.0.1:1", "http://127.0.0.1:1/settings"));
        Desk(folder)
    }

    fn attempt(&self, catalog: &str, arguments: &[&str]) -> Output {
        let new = self.0.write("new.toml", catalog);
        let config = self.0.path().join("merchant.toml");
        let mut command = Command::new(env!("CARGO_BIN_EXE_qr-checkout-server"));
        command.args(["catalog", "try"]).arg(&new).arg("--config").arg(config).args(arguments).output().unwrap()
    }

    fn told(&self, catalog: &str, arguments: &[&str]) -> String {
        let output = self.attempt(catalog, arguments);
        assert!(output.status.success(), "{}", text(&output.stderr));
        text(&output.stdout)
    }
}

#[test]
fn what_a_new_catalog_changes_is_said_with_what_a_cart_costs_before_and_after() {
    let desk = Desk::new();
    assert_eq!(desk.told(SHOP_CATALOG, &[]), "it changes nothing\n");
    let dearer = SHOP_CATALOG.replace("price = 6800", "price = 7000\nstock = 20").replace("percent = 10", "percent = 20");
    let dearer = dearer.replace("sku = \"cup\"", "sku = \"mug\"");
    let told = desk.told(&dearer, &["--cart", "tea:2,house:1"]);
    let head: Vec<&str> = told.lines().take_while(|line| !line.is_empty()).collect();
    assert_eq!(
        head,
        [
            "item cup is gone",
            "discount Spring: percent 10 → 20",
            "item mug is new: name Cup, price 12.01 CNY, sku mug",
            "item tea: price 68.00 CNY → 70.00 CNY, stock nothing → 20",
        ]
    );
    let told = desk.told(&dearer, &["--cart", "tea:2", "--locale", "zh-CN"]);
    let price = told.split_once("\n\n").unwrap().1;
    assert_eq!(
        price,
        "before\n  2 × 茶  136.00 CNY\n  Spring  −13.60 CNY\n  Shipping  12.00 CNY\n  VAT 13 %  15.46 CNY  included\n  total  134.40 CNY\n\n\
         after\n  2 × 茶  140.00 CNY\n  Spring  −28.00 CNY\n  Shipping  12.00 CNY\n  VAT 13 %  14.27 CNY  included\n  total  124.00 CNY\n"
    );
    let told = desk.told(&dearer, &["--cart", "cup", "--code", "MAY"]);
    assert!(
        told.contains("  code MAY: unknown\n") && told.ends_with("after\n  the cart cannot be sold as it is: unknown-sku cup\n"),
        "{told}"
    );
}

#[test]
fn what_a_cart_costs_is_said_to_depend_on_where_it_goes() {
    let abroad = "currency = \"CNY\"\n[[item]]\nsku = \"tea\"\nname = \"Tea\"\nprice = 6800\n\
                  [[delivery]]\nid = \"post\"\nlabel = \"Post\"\ncountries = [\"DE\"]\namount = 1200\n";
    let told = Desk::new().told(abroad, &["--cart", "tea"]);
    assert!(told.ends_with("  asked: country\n  total  68.00 CNY  (what delivery and taxes add there: --country)\n"), "{told}");
    let told = Desk::new().told(abroad, &["--cart", "tea", "--country", "DE"]);
    assert!(told.ends_with("  Post  12.00 CNY\n  asked: country\n  total  80.00 CNY\n"), "{told}");
}

#[test]
fn a_file_that_is_refused_says_its_line_and_the_one_in_use_stays() {
    let desk = Desk::new();
    for (catalog, words) in [
        (SHOP_CATALOG.replace("price = 6800", "price = 0"), "line 3: item \"tea\": price must be"),
        (SHOP_CATALOG.replace("price = 6800", "prize = 6800"), "prize"),
        (SHOP_CATALOG.replace("price = 6800", "price = 68.00"), "expected a whole number (an amount in minor units: 1350 for 13.50)"),
        ("currency = \"CNY\"\n[[item]]".to_owned(), "line 2"),
    ] {
        let refused = desk.attempt(&catalog, &[]);
        let said = text(&refused.stderr);
        assert_eq!((refused.status.code(), said.trim_end().lines().count()), (Some(1), 1), "{said}");
        assert!(said.contains(words), "{said}");
    }
    let kept = std::fs::read_to_string(desk.0.path().join("catalog.toml")).unwrap();
    assert_eq!(kept, SHOP_CATALOG);
    assert!(!desk.0.path().join("merchant.sqlite").exists(), "no records were touched");
}
