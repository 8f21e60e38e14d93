//! `[bank]`: what makes no code that a bank's app takes is refused before anybody is served, in one line that names the key.

use testing::Folder;
use testing::backend::SHOP_CATALOG;
use testing::backend::bank::EVERY_SCHEME;
use testing::backend::shop::configuration;

fn complaint(bank: &str) -> Option<String> {
    let folder = Folder::new("merchant");
    std::fs::write(folder.path().join("catalog.toml"), SHOP_CATALOG).unwrap();
    let text = configuration(&folder, "http://127.0.0.1:1", "http://127.0.0.1:1") + bank;
    merchant::Config::parse(&text).unwrap().check_selling().err().map(|error| error.to_string())
}

#[test]
fn a_setting_of_bank_codes_that_breaks_its_schemes_form_is_refused_by_its_key() {
    assert_eq!(complaint(EVERY_SCHEME), None);
    for (from, to, key) in [
        ("MOUNTAIN TEA", "A MOUNTAIN OF TEA AND MORE", "bank.name: "),
        ("MOUNTAIN TEA", "São Paulo", "bank.name: "),
        ("BRASILIA", "A CITY TOO LONG ", "bank.city: "),
        ("5411", "food", "bank.category: "),
        ("10110", "12345678901", "bank.postal_code: "),
        ("shop@example.com", "shop", "bank.pix.key: "),
        ("shop@example.com", "11987654321", "bank.pix.key: "),
        ("shop@example.com", "00000000000", "bank.pix.key: "),
        ("shop@example.com", "12345678000100", "bank.pix.key: "),
        ("shop@example.com", "12ABC34501DE36", "bank.pix.key: "),
        ("shop@example.com", "+5511887654321", "bank.pix.key: "),
        ("801234567", "8012345", "bank.promptpay.target: "),
        ("801234567", "1234567890123", "bank.promptpay.target: "),
        ("801234567", "081234567", "bank.promptpay.target: "),
        ("201403121W", "201403121X", "bank.paynow.proxy: "),
        ("201403121W", "T08LL1234B", "bank.paynow.proxy: "),
        ("201403121W", "+4491234567", "bank.paynow.proxy: "),
        ("UMI", "BIG", "bank.qris.criteria: "),
        ("0000000009\"\ncriteria", "1234567890123456\"\ncriteria", "bank.qris.merchant_id: "),
        ("970415", "97041", "bank.vietqr.bank: "),
        ("7654321", "12", "bank.fps.id: "),
        ("501664", "x", "bank.duitnow.acquirer: "),
        ("shop@devb", "shop", "bank.khqr.bakong_id: "),
        ("MOUNTAIN TEA", "&&&", "bank.name: "),
        ("801234567", "000000000000000", "bank.promptpay.target: "),
        ("801234567", "111111111", "bank.promptpay.target: "),
        ("7654321", "0000000", "bank.fps.id: "),
        ("936009990000000009", "936000000000000000", "bank.qris.pan: "),
        ("ID1020000000001", "ID0000000000000", "bank.qris.national_id: "),
        ("970415", "000000", "bank.vietqr.bank: "),
        ("113366668888", "000000000000", "bank.vietqr.account: "),
        ("501664", "000000", "bank.duitnow.acquirer: "),
        ("name = \"MOUNTAIN TEA\"", "name = \" \"", "bank.name: "),
        ("BRASILIA", "  ", "bank.city: "),
        ("bank = \"Dev Bank\"", "bank = \" \"", "bank.khqr.bank: "),
        ("dynamic = true", "dynamic = false", "bank.duitnow.dynamic: "),
        ("dynamic = true\n", "", "bank.duitnow.dynamic: "),
        ("key = \"shop@example.com\"", "key = \"shop@example.com\"\ntxid = \"ORDER1\"", "bank.pix.txid: "),
        ("criteria = \"UMI\"", "criteria = \"UMI\"\nterminal = \"A-1\"", "bank.qris.terminal: "),
    ] {
        assert!(EVERY_SCHEME.contains(from), "{from}");
        let complaint = complaint(&EVERY_SCHEME.replacen(from, to, 1)).unwrap();
        assert!(complaint.starts_with(key) && complaint.lines().count() == 1, "{complaint}");
    }
}

#[test]
fn numbers_whose_check_digits_fit_are_good() {
    for (from, to) in [
        ("shop@example.com", "11144477735"),
        ("shop@example.com", "11222333000181"),
        ("shop@example.com", "12ABC34501DE35"),
        ("shop@example.com", "+5511987654321"),
        ("shop@example.com", "123e4567-e12b-12d1-a456-426655440000"),
        ("801234567", "0993000133978"),
        ("201403121W", "T13LL1433E"),
        ("201403121W", "201403121WA01"),
    ] {
        assert_eq!(complaint(&EVERY_SCHEME.replacen(from, to, 1)), None, "{to}");
    }
}

#[test]
fn what_no_code_shows_is_not_judged() {
    // Thai and Vietnamese codes name an account only, and FPS says `NA` in `HK` of everybody.
    let schemes = "[bank.promptpay]\ntarget = \"801234567\"\n[bank.fps]\nid = \"1234567\"\n";
    assert_eq!(complaint(&format!("[bank]\nname = \"山间茶舍\"\ncity = \"香港\"\n{schemes}")), None);
}

/// What check-config tells beside that all is good.
fn hints(bank: &str) -> String {
    let folder = Folder::new("merchant");
    std::fs::write(folder.path().join("catalog.toml"), SHOP_CATALOG).unwrap();
    let text = configuration(&folder, "http://127.0.0.1:1", "http://127.0.0.1:1") + bank;
    merchant::Config::parse(&text).unwrap().hints(1_800_000_000).unwrap().join("\n")
}

#[test]
fn what_banks_may_refuse_and_what_is_left_to_a_person_is_said_beforehand() {
    let by_hand =
        |word: &str| format!("bank.{word}: codes carry no reference, so a person has to find each payment by its amount and time");
    let usual = hints(EVERY_SCHEME);
    assert!(usual.contains(&by_hand("promptpay")) && !usual.contains(&by_hand("fps")) && !usual.contains(&by_hand("pix")), "{usual}");
    assert!(
        usual.contains("bank.qris: some wallets refuse") && usual.contains("say txid = \"***\"") && usual.contains("say reference = false")
    );
    let without = EVERY_SCHEME
        .replace("id = \"7654321\"", "id = \"7654321\"\nreference = false")
        .replace("key = \"shop", "txid = \"***\"\nkey = \"shop");
    let without = hints(&without);
    assert!(without.contains(&by_hand("fps")) && without.contains(&by_hand("pix")), "{without}");
}
