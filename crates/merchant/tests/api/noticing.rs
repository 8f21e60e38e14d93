//! Notices to the merchant, as robots and the mail server get them: once each, bundled, in plain text, whatever goes wrong meanwhile.

use crate::configuring::{check, live};
use merchant::api_keys::Scope;
use merchant::store::NoticeRow;
use serde_json::{Value, json};
use testing::backend::post::{ASKING_CATALOG, ordered, paid};
use testing::backend::robots::{Posted, RobotFault};
use testing::backend::{Groups, Post, Shop, text};

/// When shops open.
pub const OPENING: i64 = 1_800_000_000;
const ALL: [&str; 3] = ["wecom", "dingtalk", "slack"];
/// Two teas at 68.00 each.
const SOLD: &str = "1 order paid: CNY 136.00, ";

async fn shop(groups: &Groups, kinds: &[&str], more: &str) -> Shop {
    let section = groups.section(kinds, more);
    Shop::open_as(ASKING_CATALOG, move |config| config + &section).await
}

pub async fn tell(shop: &Shop) {
    shop.merchant().tell_merchant().await.unwrap();
}

/// What a robot posted.
pub fn posted(groups: &Groups, robot: &str) -> Vec<String> {
    let all = groups.robots.posted();
    all.into_iter().filter(|posted| posted.robot == robot).map(|Posted { text, .. }| text).collect()
}

pub async fn rows(shop: &Shop) -> Vec<NoticeRow> {
    shop.merchant().store().notices(i64::MAX, 100).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_was_paid_is_told_once_by_each_robot_in_its_dialect() {
    let groups = Groups::open(OPENING);
    let shop = shop(&groups, &ALL, "").await;
    let order = paid(&shop, "de", "lin@example.org", "Lin Xiao").await;
    tell(&shop).await;
    tell(&shop).await;
    let line = format!("{SOLD}{}", merchant::OrderNumber::of(&order.id));
    let link = shop.url("");
    let link = link.trim_end_matches('/');
    assert_eq!(posted(&groups, "wecom"), [format!("Mountain Tea\n{line}\n[Open]({link})")]);
    assert_eq!(posted(&groups, "dingtalk"), [format!("Mountain Tea\n\n{line}\n\n[Open]({link})")]);
    assert_eq!(posted(&groups, "slack"), [format!("Mountain Tea\n{line}\n<{link}|Open>")]);
    let rows = rows(&shop).await;
    assert!(rows.iter().all(|row| row.state() == "sent" && row.kind == "sold" && row.sent_at == Some(OPENING)), "{rows:?}");
    assert_eq!(rows.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_of_one_minute_are_told_together_and_in_chinese() {
    let groups = Groups::open(OPENING);
    let shop = shop(&groups, &["slack"], "locale = \"zh\"").await;
    paid(&shop, "en", "lin@example.org", "").await;
    tell(&shop).await;
    paid(&shop, "en", "lin@example.org", "").await;
    let newest = paid(&shop, "en", "lin@example.org", "").await;
    tell(&shop).await;
    assert_eq!(posted(&groups, "slack").len(), 1, "a minute is not over");
    shop.advance(60);
    tell(&shop).await;
    let told = posted(&groups, "slack");
    assert_eq!(told.len(), 2);
    let line = format!("2 笔订单已付款：CNY 272.00，最新 {}", merchant::OrderNumber::of(&newest.id));
    assert!(told[1].contains(&line) && told[1].ends_with("|打开>"), "{}", told[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_robot_does_not_take_is_tried_again_for_a_day_and_holds_up_nobody() {
    let groups = Groups::open(OPENING);
    let shop = shop(&groups, &["wecom", "slack"], "events = [\"sold\"]").await;
    for (fault, [wecom, slack]) in [
        (RobotFault::Forbidden, ["403", "403"]),
        (RobotFault::Unavailable, ["503", "503"]),
        (RobotFault::Errcode, ["errcode 45009", "an answer other than ok"]),
    ] {
        groups.robots.clear();
        groups.robots.set_fault(fault);
        let order = paid(&shop, "en", "lin@example.org", "").await;
        assert!(order.payment.is_some());
        tell(&shop).await;
        let waiting: Vec<_> = rows(&shop).await.into_iter().filter(|row| row.state() == "waiting").collect();
        let mut told: Vec<_> = waiting.iter().map(|row| (row.channel.as_str(), row.outcome.as_deref())).collect();
        told.sort_unstable();
        assert_eq!(told, [("slack", Some(slack)), ("wecom", Some(wecom))]);
        groups.robots.set_fault(RobotFault::None);
        tell(&shop).await;
        assert_eq!(groups.robots.posted(), [], "not before its pause is over");
        shop.advance(61);
        tell(&shop).await;
        assert_eq!(groups.robots.posted().len(), 2);
        shop.advance(61);
    }
    groups.robots.set_fault(RobotFault::Unavailable);
    groups.robots.clear();
    paid(&shop, "en", "lin@example.org", "").await;
    for _ in 0..40 {
        tell(&shop).await;
        shop.advance(3_601);
    }
    let failed: Vec<_> = rows(&shop).await.into_iter().filter(|row| row.state() == "failed").collect();
    assert_eq!(failed.len(), 2);
    assert!(failed.iter().all(|row| row.outcome.as_deref() == Some("given up: 503") && row.attempts > 20), "{failed:?}");
    groups.robots.set_fault(RobotFault::None);
    tell(&shop).await;
    assert_eq!(groups.robots.posted(), []);
    let api = shop.key(&[Scope::Read]).await;
    let figures = shop.call(&api, "GET", "../../metrics", None).await.text;
    assert!(figures.contains("qr_checkout_notices_total{outcome=\"given_up\"} 2\n"), "{figures}");
}

#[tokio::test(flavor = "multi_thread")]
async fn names_of_products_are_plain_text_to_every_robot_and_few_pieces_are_told_once() {
    let name = "**x** [a](https://evil.example) <!here> @all `c`";
    let catalog = format!("currency = \"CNY\"\n[[item]]\nsku = \"tea\"\nname = \"{name}\"\nprice = 6800\nstock = 6\ndigital = true\n");
    let groups = Groups::open(OPENING);
    let section = groups.section(&ALL, "events = [\"low_stock\"]\nlow_stock = 4");
    let shop = Shop::open_as(&catalog, move |config| config + &section).await;
    let plain = "Low stock: 4 left of ＊＊x＊＊ ［a］（https:／／evil.example） ＜！here＞ ＠all ｀c｀ ／ tea";
    for _ in 0..2 {
        paid(&shop, "en", "", "").await;
        tell(&shop).await;
    }
    for robot in ALL {
        let told = posted(&groups, robot);
        assert_eq!(told.len(), 1, "{robot}: {told:?}");
        assert!(told[0].contains(&plain.replace(" ／ tea", " / tea")), "{robot}: {}", told[0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn few_pieces_are_told_anew_once_there_were_more_again() {
    let catalog = "currency = \"CNY\"\n[[item]]\nsku = \"tea\"\nname = \"Tea\"\nprice = 6800\nstock = 7\ndigital = true\n";
    let groups = Groups::open(OPENING);
    let section = groups.section(&["slack"], "events = [\"low_stock\"]\nlow_stock = 3");
    let shop = Shop::open_as(catalog, move |config| config + &section).await;
    let owner = shop.key(&Scope::ALL).await;
    let add = async |change: i64, once: &str| {
        let told = shop.call(&owner, "POST", "stock/product/tea", Some((once, json!({ "change": change })))).await;
        assert_eq!(told.status, 200, "{}", told.text);
    };
    let told = async || {
        paid(&shop, "en", "", "").await;
        shop.advance(1);
        tell(&shop).await;
        posted(&groups, "slack").len()
    };
    assert_eq!((told().await, told().await), (0, 1), "5 left, 3 left");
    add(2, "some").await;
    assert_eq!(told().await, 2, "3 left of 5: there were more in between");
    add(1, "one").await;
    add(-1, "none").await;
    assert_eq!(told().await, 3, "1 left of 3: there were 4 for a moment");
    add(2, "few").await;
    assert_eq!(told().await, 3, "1 left, and never more than 3");
    let (line, all) = ("Low stock: 1 left of Tea / tea", posted(&groups, "slack"));
    assert!(all[2].contains(line), "{all:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_tells_the_same_by_the_shops_own_server() {
    let post = Post::open();
    let section = "[notices]\nemail = [\"Owner <owner@shop.example>\"]\n".to_owned() + &post.section();
    let shop = Shop::open_as(ASKING_CATALOG, move |config| config + &section).await;
    let order = paid(&shop, "en", "lin@example.org", "").await;
    tell(&shop).await;
    let mails = post.mailbox.mails();
    let [mail] = &mails[..] else { panic!("{mails:#?}") };
    let line = format!("{SOLD}{}", merchant::OrderNumber::of(&order.id));
    assert_eq!((mail.subject.as_str(), mail.to.as_str()), (format!("Mountain Tea: {line}").as_str(), "Owner <owner@shop.example>"));
    assert!(mail.text.contains(&line) && mail.html.contains(&format!("<p>{line}</p>")), "{} {}", mail.text, mail.html);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_needs_a_person_is_told_by_the_number_of_its_order_and_once() {
    let groups = Groups::open(OPENING);
    let shop = shop(&groups, &["slack"], "events = [\"needs_person\"]").await;
    let order = ordered(&shop, "en", "lin@example.org", "Lin Xiao").await;
    let payment = order.payment.as_ref().unwrap().id.as_str().to_owned();
    for event in ["EV-1", "EV-2"] {
        assert_eq!(shop.deliver(&shop.provider.notice_of(&payment, event, 1)).await, 204);
        tell(&shop).await;
    }
    let told = posted(&groups, "slack");
    let [told] = &told[..] else { panic!("{told:?}") };
    let line = format!("Order {} needs a person: another amount came than was asked for", merchant::OrderNumber::of(&order.id));
    assert!(told.contains(&line), "{told}");
    assert!(!told.contains("Lin") && !told.contains("example.org"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_is_summed_up_at_its_time_on_the_shops_clock() {
    // OPENING is 2027-01-15T08:00:00Z, which is 16:00 in Shanghai.
    let groups = Groups::open(OPENING);
    let section = groups.section(&["wecom"], "events = [\"summary\"]\nsummary = \"20:00\"");
    let zoned = |config: String| config.replacen("[merchant]\n", "[merchant]\ntime_zone = \"Asia/Shanghai\"\n", 1);
    let shop = Shop::open_as(ASKING_CATALOG, move |config| zoned(config) + &section).await;
    let api = shop.key(&Scope::ALL).await;
    let order = paid(&shop, "en", "lin@example.org", "").await;
    paid(&shop, "en", "lin@example.org", "").await;
    let path = format!("orders/{}/refunds", order.id.as_str());
    let asked = shop.call(&api, "POST", &path, Some((order.id.as_str(), json!({ "amount": 100, "by_hand": true })))).await;
    assert_eq!(asked.status, 201, "{}", asked.text);
    shop.advance(4 * 3_600 - 1);
    tell(&shop).await;
    assert_eq!(groups.robots.posted(), []);
    for _ in 0..3 {
        shop.advance(1);
        tell(&shop).await;
    }
    let told = posted(&groups, "wecom");
    assert_eq!(told.len(), 1);
    assert!(told[0].contains("2027-01-15: 2 orders paid, CNY 272.00\nReturned: CNY 1.00\n"), "{}", told[0]);
    shop.advance(86_400);
    tell(&shop).await;
    assert!(posted(&groups, "wecom")[1].contains("2027-01-16: no orders paid\n"));
    // Nobody was there at the next two evenings: each of these days is told of later, once.
    shop.advance(86_400 - 10);
    paid(&shop, "en", "lin@example.org", "").await;
    shop.advance(86_400 + 10 * 3_600);
    for _ in 0..2 {
        tell(&shop).await;
    }
    let told = posted(&groups, "wecom").split_off(2);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].contains("2027-01-17: 1 order paid, CNY 136.00\n") && told[1].contains("2027-01-18: no orders paid\n"), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ends_and_what_was_not_copied_is_told_of_once() {
    let groups = Groups::open(OPENING);
    let section = groups.section(&["slack"], "events = [\"ends_soon\", \"backup_old\"]");
    let shop = Shop::open_as(ASKING_CATALOG, move |config| config + &section).await;
    let told = |begin: &str| posted(&groups, "slack").iter().filter(|text| text.contains(begin)).count();
    let (store, day) = (shop.merchant().store(), 86_400);
    let key = merchant::store::ApiKey {
        id: "key_a".to_owned(),
        name: "Lin".to_owned(),
        scopes: "read".to_owned(),
        role: None,
        created_at: OPENING,
        expires_at: Some(OPENING + 31 * day),
        refund_limit: None,
        revoked_at: None,
    };
    store.add_api_key(&key, "hash").await.unwrap();
    tell(&shop).await;
    assert_eq!(groups.robots.posted(), []);
    paid(&shop, "en", "lin@example.org", "").await;
    for _ in 0..25 {
        shop.advance(day);
        tell(&shop).await;
    }
    assert_eq!((told("The API key key＿a ends within 30 days"), told("within 14 days"), told("within 7 days")), (1, 1, 1));
    assert_eq!(told("There is no backup of the records"), 1);
    store.was_copied(shop.now()).await.unwrap();
    for _ in 0..9 {
        shop.advance(day);
        tell(&shop).await;
    }
    assert_eq!(told("The newest backup is 7 days old"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_that_does_not_hear_is_told_of_once_for_as_long_as_it_does_not() {
    let groups = Groups::open(OPENING);
    let section = groups.section(&["slack"], "events = [\"shop_not_hearing\"]");
    let hooks = testing::Folder::new("hooks");
    let secret = hooks.write("secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    // Nobody listens there.
    let webhooks = format!("[webhooks]\nurl = \"http://127.0.0.1:9/\"\nsecret_file = \"{}\"\n", secret.display());
    let shop = Shop::open_as(ASKING_CATALOG, move |config| config + &webhooks + &section).await;
    paid(&shop, "en", "lin@example.org", "").await;
    tell(&shop).await;
    assert_eq!(groups.robots.posted(), []);
    for _ in 0..6 {
        shop.advance(1_000);
        tell(&shop).await;
    }
    let told = posted(&groups, "slack");
    assert!(told.len() == 1 && told[0].contains("Your shop does not take its webhooks"), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_tries_every_way_and_reads_what_was_told() {
    let groups = Groups::open(OPENING);
    let shop = shop(&groups, &["dingtalk", "slack"], "").await;
    let owner = shop.key(&Scope::ALL).await;
    let cashier = shop.key(&[Scope::Read, Scope::Orders, Scope::Refunds]).await;
    assert_eq!(shop.call(&cashier, "POST", "notices/test", Some(("a", json!({})))).await.status, 403);
    assert_eq!(groups.robots.posted(), []);
    let tried = shop.call(&owner, "POST", "notices/test", Some(("a", json!({})))).await.json();
    let sent = |channel: &str| json!({ "channel": channel, "sent": true, "why": null });
    assert_eq!(tried, json!({ "channels": [sent("dingtalk"), sent("slack")] }));
    assert!(groups.robots.posted().iter().all(|one| one.text.contains("This is a test")));
    groups.robots.set_fault(RobotFault::Errcode);
    let tried = shop.call(&owner, "POST", "notices/test", Some(("b", json!({})))).await.json();
    assert_eq!(tried["channels"][0], json!({ "channel": "dingtalk", "sent": false, "why": "errcode 130101" }));
    groups.robots.set_fault(RobotFault::None);
    paid(&shop, "en", "lin@example.org", "").await;
    tell(&shop).await;
    let listed = shop.call(&cashier, "GET", "notices", None).await.json();
    let kinds: Vec<&str> = listed["notices"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap()).collect();
    assert_eq!((kinds, &listed["next"]), (vec!["sold", "sold"], &Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_notices_there_is_nothing_to_try() {
    let shop = Shop::open_as(ASKING_CATALOG, |config| config).await;
    let owner = shop.key(&Scope::ALL).await;
    let tried = shop.call(&owner, "POST", "notices/test", Some(("a", json!({})))).await;
    assert_eq!((tried.status, tried.json()["code"].as_str()), (409, Some("no-notices")), "{}", tried.text);
    paid(&shop, "en", "lin@example.org", "").await;
    assert_eq!(rows(&shop).await, []);
}

#[test]
fn what_is_wrong_with_a_robot_is_one_line_that_never_holds_its_address() {
    let (folder, config) = live();
    let hush = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=hush";
    for (name, content) in
        [("good.url", hush), ("open.url", hush), ("plain.url", "http://robots.example/hush"), ("none.url", "hush"), ("secret", "hush")]
    {
        folder.write(name, content);
    }
    let open = folder.path().join("open.url");
    std::fs::set_permissions(&open, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    let robot =
        |kind: &str, file: &str| format!("robots = [{{ kind = \"{kind}\", url_file = \"{}\" }}]", folder.path().join(file).display());
    let good = robot("wecom", "good.url");
    let output = check(&folder, &format!("{config}\n[notices]\n{good}\n"));
    assert!(output.status.success(), "{}", text(&output.stderr));
    let signed = good.replace(" }", &format!(", secret_file = \"{}\" }}", folder.path().join("secret").display()));
    for (section, key, said) in [
        (String::new(), "notices: ", "no way"),
        ("email = [\"owner@shop.example\"]".to_owned(), "notices.email: ", "[mail]"),
        (robot("wecom", "open.url"), "notices.robots[0].url_file: ", "chmod 600"),
        (robot("slack", "plain.url"), "notices.robots[0].url_file: ", "https"),
        (robot("slack", "none.url"), "notices.robots[0].url_file: ", "https"),
        (robot("slack", "nowhere.url"), "notices.robots[0].url_file: ", "nowhere.url"),
        (signed, "notices.robots[0].secret_file: ", "DingTalk"),
        (format!("{good}\nsummary = \"24:00\""), "notices.summary: ", "20:00"),
        (format!("{good}\nevents = [\"sun\"]"), "notices.events: ", "low_stock"),
        (format!("{good}\nlocale = \"tlh\""), "notices.locale: ", "zh"),
        (format!("{good}\nlow_stock = -1"), "notices.low_stock: ", "0"),
        (format!("{good}\nlink = \"https://a.example/)(\""), "notices.link: ", "https"),
    ] {
        let output = check(&folder, &format!("{config}\n[notices]\n{section}\n"));
        let complaint = text(&output.stderr);
        assert!(!output.status.success() && complaint.starts_with(key) && complaint.contains(said), "{section}: {complaint}");
        assert!(!complaint.contains("hush") && complaint.lines().count() == 1, "{complaint}");
    }
}
