//! `qr-checkout-server orders` at a terminal: what a person asks for and reads, from a backend that runs.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Output, Stdio};

use gateway::wechat_pay::server::bill_file;
use merchant::api_keys::{self, Role, Scope};
use merchant::order_record::OrderRecord;
use testing::Folder;
use testing::backend::bank::FPS;
use testing::backend::{Shop, text};

fn ask(shop: &Shop, key: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qr-checkout-server"));
    command.arg("orders").args(arguments).env("QR_CHECKOUT_API_KEY", key).env("QR_CHECKOUT_BACKEND", shop.url(""));
    command
}

async fn orders(shop: &Shop, key: &str, arguments: &[&str]) -> Output {
    let mut command = ask(shop, key, arguments);
    // The backend that it asks goes on meanwhile.
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

async fn told(shop: &Shop, key: &str, arguments: &[&str]) -> String {
    let output = orders(shop, key, arguments).await;
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_made_found_and_paid_back_at_a_terminal() {
    let shop = Shop::open().await;
    let (_, key) = api_keys::create(shop.merchant().store(), "tests", &Scope::ALL, shop.now()).await.unwrap();
    let create = ["create", "--line", "Tea: the green one:2:68.00", "--currency", "CNY", "--reference", "A-1"];
    let made = told(&shop, &key, &create).await;
    assert!(made.contains("pending  136.00 CNY") && made.contains("2 × Tea: the green one  136.00 CNY"), "{made}");
    let order = made.split_whitespace().next().unwrap();
    assert_eq!(told(&shop, &key, &create).await.split_whitespace().next(), Some(order), "the same call is the same order");
    let payment = made.split("payment ").nth(1).unwrap().split_whitespace().next().unwrap();
    assert_eq!(shop.deliver(&shop.provider.notice(payment, "EV-1")).await, 204);
    let listed = told(&shop, &key, &["list", "--status", "paid"]).await;
    assert!(listed.lines().count() == 1 && listed.contains(order) && listed.contains("136.00 CNY  A-1"), "{listed}");
    let refunded = told(&shop, &key, &["refund", order, "--amount", "1.00", "--once", "first"]).await;
    assert!(refunded.contains("pending  1.00 CNY"), "{refunded}");
    let shown = told(&shop, &key, &["show", order]).await;
    let is_time = |word: &str| word.len() == 20 && word.starts_with("20") && word.ends_with('Z');
    assert!(shown.split_whitespace().any(is_time) && listed.split_whitespace().any(is_time), "{shown}{listed}");
    assert!(shown.contains("refund ") && shown.contains("  created  by key_") && shown.contains("  money\n"), "{shown}");
    assert!(told(&shop, &key, &["list", "--json"]).await.starts_with('{'));
    let insights = told(&shop, &key, &["insights", "--from", "0", "--to", "9999999999"]).await;
    let mut lines = insights.lines();
    let (head, first) = (lines.next().unwrap(), lines.next().unwrap());
    assert!(first.starts_with("wechat_pay      qr"), "{insights}");
    assert_eq!(
        head.find("paid").unwrap() + 4,
        first.match_indices(" 1").nth(1).unwrap().0 + 2,
        "figures stand below their names: {insights}"
    );
    assert!(told(&shop, &key, &["export", "--from", "0", "--to", "9999999999"]).await.contains(order));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_of_the_shop_in_any_script_makes_one_order() {
    let shop = Shop::open().await;
    let (_, key) = api_keys::create(shop.merchant().store(), "tests", &Scope::ALL, shop.now()).await.unwrap();
    let create = ["create", "--line", "春茶:1:68.00", "--currency", "CNY", "--reference", "订单 #1/甲"];
    let made = told(&shop, &key, &create).await;
    assert_eq!(told(&shop, &key, &create).await, made);
    assert!(told(&shop, &key, &["list"]).await.contains("订单 #1/甲"));
}

#[tokio::test(flavor = "multi_thread")]
async fn money_by_a_bank_code_is_confirmed_at_a_terminal_once() {
    let shop = Shop::open_with(|config| config + FPS).await;
    let (_, key) = api_keys::create(shop.merchant().store(), "tests", &Scope::ALL, shop.now()).await.unwrap();
    let create = ["create", "--line", "Tea:1:68.00", "--currency", "HKD", "--reference", "A-1", "--method", "fps"];
    let made = told(&shop, &key, &create).await;
    let payment = made.split("payment ").nth(1).unwrap().split_whitespace().next().unwrap();
    let confirm = ["confirm", payment, "--amount", "68.00", "--currency", "HKD", "--transaction", "入账 77"];
    for _ in 0..2 {
        let confirmed = told(&shop, &key, &confirm).await;
        assert!(confirmed.contains("  paid  68.00 HKD") && confirmed.contains("入账 77"), "{confirmed}");
    }
    // The bank's way back is the merchant's own: what was returned already is written down, and what is stuck is ended.
    let order = made.split_whitespace().next().unwrap();
    let by_hand = ["refund", order, "--payment", payment, "--by-hand", "--amount", "8.00", "--once", "first"];
    assert!(told(&shop, &key, &by_hand).await.contains("done  8.00 HKD"));
    let stuck = told(&shop, &key, &["refund", order, "--once", "second"]).await;
    let number = order;
    let way_on = format!("orders returned {number} {}\n", stuck.split_whitespace().next().unwrap());
    assert!(stuck.contains("stuck  60.00 HKD") && stuck.ends_with(&way_on), "{stuck}");
    let returned = told(&shop, &key, &["returned", order, stuck.split_whitespace().next().unwrap()]).await;
    assert!(returned.contains("done  60.00 HKD") && returned.contains("  refunded\n"), "{returned}");
    let other = orders(&shop, &key, &["refund", order, "--payment", "pay_gone", "--amount", "0.01", "--once", "third"]).await;
    assert!(text(&other.stderr).starts_with("not-paid: "), "{}", text(&other.stderr));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_never_leads_to_another_call() {
    let shop = Shop::open().await;
    let (_, key) = api_keys::create(shop.merchant().store(), "tests", &Scope::ALL, shop.now()).await.unwrap();
    let (gone, odd) = ("not-found: there is no such order", "\"..\" is no id");
    for (id, complaint) in [("../webhooks", gone), ("a/b", gone), ("a?b", gone), ("a#b", gone), ("..", odd)] {
        let output = orders(&shop, &key, &["show", id]).await;
        assert_eq!((output.status.code(), text(&output.stderr).trim_end()), (Some(1), complaint), "{id}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_has_read_enough_is_no_failure() {
    let shop = Shop::open().await;
    let (_, key) = api_keys::create(shop.merchant().store(), "tests", &Scope::ALL, shop.now()).await.unwrap();
    let mut command = ask(&shop, &key, &["insights", "--from", "0", "--to", "9"]);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    command.stdout(writer).stderr(Stdio::piped());
    let output = tokio::task::spawn_blocking(move || command.spawn().unwrap().wait_with_output().unwrap()).await.unwrap();
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_backend_refuses_is_one_line() {
    let shop = Shop::open().await;
    let (_, key) = api_keys::create(shop.merchant().store(), "tests", &[Scope::Read], shop.now()).await.unwrap();
    let folder = Folder::new("merchant");
    let open = folder.write("open.key", &key);
    std::fs::set_permissions(&open, Permissions::from_mode(0o644)).unwrap();
    let open = open.display().to_string();
    for (arguments, complaint) in [
        (&["show", "ord_gone"][..], "not-found: there is no such order"),
        (&["list", "--status", "lost"], "bad-request: status"),
        (&["refund", "ord_gone", "--once", "x"], "scope: this key has no scope refunds"),
        (&["--backend", "http://127.0.0.1:1", "list"], "the backend at http://127.0.0.1:1/ cannot be reached"),
        (&["--backend", "http://pay.example.com", "list"], "--backend: https://"),
        (&["--backend", "https://me:secret@pay.example.com", "list"], "--backend: https://"),
        (&["--key-file", "/nonexistent", "list"], "/nonexistent: "),
        (&["--key-file", &open, "list"], &format!("{open}: every user of this machine may read this secret")),
    ] {
        let output = orders(&shop, &key, arguments).await;
        let words = text(&output.stderr);
        assert_eq!((output.status.code(), words.trim_end().lines().count()), (Some(1), 1), "{words}");
        assert!(words.starts_with(complaint), "{words}");
    }
    assert_eq!(
        orders(&shop, &key, &["create", "--line", "Tea:two:1", "--currency", "CNY", "--reference", "A"]).await.status.code(),
        Some(2)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_is_paid_is_not_canceled_and_that_is_said() {
    let shop = Shop::open().await;
    let (_, key) = api_keys::create(shop.merchant().store(), "tests", &Scope::ALL, shop.now()).await.unwrap();
    let made = told(&shop, &key, &["create", "--line", "Tea:1:68.00", "--currency", "CNY", "--reference", "R1"]).await;
    let number = made.split_whitespace().next().unwrap();
    let payment = made.split("payment ").nth(1).unwrap().split_whitespace().next().unwrap();
    assert_eq!(shop.deliver(&shop.provider.notice(payment, "EV-1")).await, 204);
    for arguments in [&["cancel", number][..], &["cancel", number, "--json"]] {
        let refused = orders(&shop, &key, arguments).await;
        let said = text(&refused.stderr);
        assert_eq!((refused.status.code(), text(&refused.stdout)), (Some(1), String::new()), "{said}");
        assert!(said.starts_with(&format!("{number} is paid, and nothing was canceled")) && said.contains("orders refund"), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reference_whose_order_is_over_makes_another_by_a_new_word_and_says_so() {
    let shop = Shop::open().await;
    let (_, key) = api_keys::create(shop.merchant().store(), "tests", &Scope::ALL, shop.now()).await.unwrap();
    let create = ["create", "--line", "Tea:1:68.00", "--currency", "CNY", "--reference", "R1"];
    let first = told(&shop, &key, &create).await;
    let number = first.split_whitespace().next().unwrap();
    let dearer = orders(&shop, &key, &["create", "--line", "Tea:1:69.00", "--currency", "CNY", "--reference", "R1"]).await;
    let said = text(&dearer.stderr);
    assert!(!dearer.status.success() && said.starts_with("idempotency-conflict: ") && said.contains("--once WORD"), "{said}");
    told(&shop, &key, &["cancel", number]).await;
    for arguments in [create.to_vec(), [&create[..], &["--json"]].concat()] {
        let again = orders(&shop, &key, &arguments).await;
        let said = text(&again.stderr);
        assert_eq!((again.status.code(), text(&again.stdout)), (Some(1), String::new()), "{said}");
        assert!(said.contains(number) && said.contains("canceled") && said.contains("--once WORD"), "{said}");
    }
    let once = [&create[..], &["--once", "R1 again"]].concat();
    let second = told(&shop, &key, &once).await;
    assert!(second.contains("  pending  ") && !second.contains(number), "{second}");
    assert_eq!(told(&shop, &key, &once).await, second, "the same word is the same order");
    let refused = orders(&shop, &key, &["show", "R1"]).await;
    assert!(text(&refused.stderr).starts_with("ambiguous: "), "two orders have it: {}", text(&refused.stderr));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slip_in_the_amount_of_a_confirmation_is_put_right_by_saying_it_again() {
    let shop = Shop::open_with(|config| config + FPS).await;
    let (_, key) = api_keys::create(shop.merchant().store(), "tests", &Scope::ALL, shop.now()).await.unwrap();
    let create = ["create", "--line", "Tea:1:68.00", "--currency", "HKD", "--reference", "A-1", "--method", "fps"];
    let made = told(&shop, &key, &create).await;
    let payment = made.split("payment ").nth(1).unwrap().split_whitespace().next().unwrap();
    let confirm = |amount| ["confirm", payment, "--amount", amount, "--currency", "HKD", "--transaction", "T-1"];
    let slip = orders(&shop, &key, &confirm("60.80")).await;
    assert!(text(&slip.stderr).starts_with("wrong-amount: "), "{}", text(&slip.stderr));
    assert!(text(&slip.stderr).ends_with("orders resolve T-1 --keep, or --return --by-hand\n"), "{}", text(&slip.stderr));
    assert!(told(&shop, &key, &confirm("68.00")).await.contains("  paid  68.00 HKD"));
    let otherwise = orders(&shop, &key, &confirm("60.80")).await;
    assert!(text(&otherwise.stderr).starts_with("already-confirmed: "), "{}", text(&otherwise.stderr));
    assert!(!text(&otherwise.stderr).contains("resolve"), "nothing can be said of it: {}", text(&otherwise.stderr));
    let second = ["confirm", payment, "--amount", "5.00", "--currency", "HKD", "--transaction", "it's $7"];
    let twice = orders(&shop, &key, &second).await;
    let quoted = r"orders resolve 'it'\''s $7' --keep, or --return --by-hand";
    assert!(
        text(&twice.stderr).starts_with("already-paid: ") && text(&twice.stderr).trim_end().ends_with(quoted),
        "{}",
        text(&twice.stderr)
    );
    assert!(told(&shop, &key, &["resolve", "it's $7", "--return", "--by-hand"]).await.contains("5.00 HKD  returned"));
    let decided = orders(&shop, &key, &second).await;
    let said = "already-resolved: somebody has decided of this money: it is returned; nothing is changed\n";
    assert_eq!(text(&decided.stderr), said);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_asks_says_whether_it_is_answered() {
    let shop = Shop::open().await;
    let (_, key) = api_keys::create(shop.merchant().store(), "tests", &Scope::ALL, shop.now()).await.unwrap();
    let create = [
        "create",
        "--line",
        "Tea:1:68.00",
        "--currency",
        "CNY",
        "--reference",
        "A-1",
        "--ask",
        "email",
        "--ask",
        "address",
        "--country",
        "DE",
    ];
    let made = told(&shop, &key, &create).await;
    assert!(made.contains("  not answered yet\n") && !made.contains("payment "), "{made}");
    let refused = orders(&shop, &key, &[&create[..7], &["--ask", "address", "--once", "again"]].concat()).await;
    assert!(text(&refused.stderr).contains("name countries, too"), "{}", text(&refused.stderr));
}

#[tokio::test(flavor = "multi_thread")]
async fn amounts_are_taken_as_people_write_them_and_nothing_is_done_by_a_slip() {
    let shop = Shop::open_with(|config| config + FPS).await;
    let (_, key) = api_keys::create(shop.merchant().store(), "tests", &Scope::ALL, shop.now()).await.unwrap();
    let create = |line, reference| ["create", "--line", line, "--currency", "HKD", "--reference", reference, "--method", "fps"];
    for (line, complaint) in [("Tea:1:68", "--line: Tea: \"68\": write 68.00"), ("Tea:1:1,50", "--line: Tea: \"1,50\": write 1.50")] {
        let refused = orders(&shop, &key, &create(line, "A-1")).await;
        assert_eq!((refused.status.code(), text(&refused.stderr).trim_end()), (Some(1), complaint));
    }
    assert_eq!(told(&shop, &key, &["list"]).await, "", "nothing was made");
    let made = told(&shop, &key, &create("Tea:1:68.00", "A-1")).await;
    let payment = made.split("payment ").nth(1).unwrap().split_whitespace().next().unwrap();
    let confirm = |amount| ["confirm", payment, "--amount", amount, "--currency", "HKD", "--transaction", "T-1"];
    let slip = orders(&shop, &key, &confirm("68")).await;
    assert_eq!(text(&slip.stderr).trim_end(), "--amount: \"68\": write 68.00");
    assert!(told(&shop, &key, &confirm("68.00")).await.contains("  paid  68.00 HKD"));
    // What a refund is in, the order says.
    let slip = orders(&shop, &key, &["refund", "A-1", "--amount", "12", "--once", "first"]).await;
    assert_eq!((slip.status.code(), text(&slip.stderr).trim_end()), (Some(1), "--amount: \"12\": write 12.00"));
    assert!(told(&shop, &key, &["refund", "A-1", "--amount", "12.00", "--once", "first"]).await.contains("  12.00 HKD"));
}

#[tokio::test(flavor = "multi_thread")]
async fn pieces_of_an_order_go_back_at_a_terminal() {
    let shop = Shop::open_with(|config| config + FPS).await;
    let (_, key) = api_keys::create(shop.merchant().store(), "tests", &Scope::ALL, shop.now()).await.unwrap();
    let create = ["create", "--line", "Tea:2:34.00", "--line", "Cup:1:12.00", "--currency", "HKD", "--reference", "A-1", "--method", "fps"];
    let made = told(&shop, &key, &create).await;
    assert!(made.contains("  0: 2 × Tea  68.00 HKD\n  1: 1 × Cup  12.00 HKD\n"), "{made}");
    let order = made.split_whitespace().next().unwrap();
    let payment = made.split("payment ").nth(1).unwrap().split_whitespace().next().unwrap();
    told(&shop, &key, &["confirm", payment, "--amount", "80.00", "--currency", "HKD", "--transaction", "T-1"]).await;
    let back = told(&shop, &key, &["refund", order, "--line", "0:1", "--line", "line-2", "--by-hand", "--once", "parcel"]).await;
    assert!(back.contains("done  46.00 HKD"), "{back}");
    let shown = told(&shop, &key, &["show", order]).await;
    assert!(shown.contains("2 × Tea  68.00 HKD  1 refunded\n") && shown.contains("1 × Cup  12.00 HKD  1 refunded\n"), "{shown}");
    assert!(shown.contains("  left to refund  34.00 HKD\n"), "{shown}");
    let both = orders(&shop, &key, &["refund", order, "--line", "0", "--amount", "1", "--once", "x"]).await;
    assert_eq!(both.status.code(), Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_money_is_resolved_at_a_terminal() {
    let shop = Shop::open_with(|config| config + FPS).await;
    let (_, key) = api_keys::create(shop.merchant().store(), "tests", &Scope::ALL, shop.now()).await.unwrap();
    let create = ["create", "--line", "Tea:1:68.00", "--currency", "HKD", "--reference", "A-1", "--method", "fps"];
    let made = told(&shop, &key, &create).await;
    let order = made.split_whitespace().next().unwrap();
    let payment = made.split("payment ").nth(1).unwrap().split_whitespace().next().unwrap();
    for (transaction, amount) in [("入账 1", "70.00"), ("T-2", "1.00")] {
        orders(&shop, &key, &["confirm", payment, "--amount", amount, "--currency", "HKD", "--transaction", transaction]).await;
    }
    let which = orders(&shop, &key, &["resolve", order, "--keep"]).await;
    assert!(text(&which.stderr).starts_with("name one of them by --transaction: 入账 1, T-2"), "{}", text(&which.stderr));
    let back = orders(&shop, &key, &["resolve", "T-2", "--return"]).await;
    let by_hand = "return-by-hand: the provider cannot be asked to return T-2; return it by other means, then call again with --by-hand\n";
    assert_eq!(text(&back.stderr), by_hand);
    for unsaid in [&["resolve", order][..], &["resolve", order, "--by-hand"]] {
        let choices = orders(&shop, &key, unsaid).await;
        let said = text(&choices.stderr);
        assert!(choices.status.code() == Some(2) && said.contains("<--keep | --return | --return --by-hand>"), "{said}");
    }
    let other = orders(&shop, &key, &["settle", order, "oversold"]).await;
    assert!(text(&other.stderr).ends_with("what does is wrong-amount: settle that\n"), "{}", text(&other.stderr));
    let back = told(&shop, &key, &["resolve", order, "--transaction", "T-2", "--return", "--by-hand"]).await;
    assert!(back.contains("odd money T-2  wrong-amount  1.00 HKD  returned\n") && back.contains("needs a person"), "{back}");
    let kept = told(&shop, &key, &["resolve", order, "--keep"]).await;
    assert!(kept.contains("  paid  68.00 HKD") && !kept.contains("needs a person"), "{kept}");
    assert_eq!(told(&shop, &key, &["list", "--attention"]).await, "");
    let nothing = orders(&shop, &key, &["settle", order, "wrong-amount"]).await;
    let said = "already-resolved: wrong-amount: nothing of this order waits for a person any more, and there is nothing to do\n";
    assert_eq!(text(&nothing.stderr), said);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_is_compared_with_its_bill_at_a_terminal() {
    let shop = Shop::open().await;
    let (_, key) = api_keys::create(shop.merchant().store(), "tests", Role::Bookkeeper.scopes(), shop.now()).await.unwrap();
    let order = shop.order_tea().await;
    let (number, payment) = (order.number.unwrap(), order.payment.unwrap().id.to_string());
    shop.provider.pay(&payment);
    assert_eq!(shop.deliver(&shop.provider.notice(&payment, "EV-1")).await, 204);
    let compare = ["compare", "wechat_pay", "2027-01-15"];
    let early = orders(&shop, &key, &compare).await;
    assert!(
        text(&early.stderr).starts_with("bill-not-made: the bill of 2027-01-15 is not made yet; ask after "),
        "{}",
        text(&early.stderr)
    );
    let file = shop.provider.with_row(&payment, |row| bill_file(&[row], "", "").0);
    let file = String::from_utf8(file).unwrap();
    shop.provider.set_bill(file.clone());
    shop.advance(2 * 86_400);
    let head = "wechat_pay  2027-01-15 (Beijing)  lines of ours 1, of others 0\n";
    assert_eq!(told(&shop, &key, &compare).await, format!("{head}  no difference\n"));
    shop.provider.set_bill(file.replace("`80.00", "`80.01"));
    let differs = format!("  amount           {number}  {payment}  the bill has 80.01 CNY where 80.00 CNY were asked for\n");
    assert_eq!(told(&shop, &key, &compare).await, head.to_owned() + &differs);
    for (wrong, said) in [
        (["compare", "wechat_pay", "27.11.2026"], "bad-request: date: YYYY-MM-DD\n"),
        (["compare", "paypal", "2026-11-27"], "not-found: there is no such payment method\n"),
    ] {
        assert_eq!(text(&orders(&shop, &key, &wrong).await.stderr), said);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_is_written_at_a_terminal_and_from_a_file() {
    let shop = Shop::open().await;
    let (_, key) = api_keys::create(shop.merchant().store(), "tests", &Scope::ALL, shop.now()).await.unwrap();
    let order = shop.order_tea().await.id.to_string();
    assert_eq!(told(&shop, &key, &["note", &order, "Ring twice"]).await, "noted\n");
    let mut command = ask(&shop, &key, &["note", &order, "-"]);
    let (reader, mut writer) = std::io::pipe().unwrap();
    std::io::Write::write_all(&mut writer, "Lin called\n".as_bytes()).unwrap();
    drop(writer);
    command.stdin(reader);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let shown = told(&shop, &key, &["show", &order]).await;
    assert!(shown.contains("Z  Ring twice\n") && shown.contains("Z  Lin called\n") && shown.contains("  note  by key_"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_settled_at_a_terminal_is_shown_and_no_more_than_that() {
    let shop = Shop::open().await;
    let (_, key) = api_keys::create(shop.merchant().store(), "tests", &Scope::ALL, shop.now()).await.unwrap();
    let order = shop.order_tea().await;
    let (id, payment) = (order.id.to_string(), order.payment.unwrap().id);
    let differs = |record: &mut OrderRecord| record.bill_differs(&payment, "2027-01-14", ("amount", None), "68.00 and 6.80");
    shop.merchant().store().change(&order.id, shop.now(), differs).await.unwrap();
    let refused = orders(&shop, &key, &["settle", &id, "bill-difference", "--seen", "0"]).await;
    assert!(text(&refused.stderr).starts_with("newer-waits: ") && refused.stdout.is_empty(), "{}", text(&refused.stderr));
    let settled = told(&shop, &key, &["settle", &id, "bill-difference"]).await;
    let mut lines = settled.lines();
    let first = lines.next().unwrap();
    assert!(first.starts_with("  needs a person  2027-01-15T08:00:00Z  bill-difference  entry "), "{settled}");
    assert!(!lines.any(|line| line.contains("needs a person")), "{settled}");
    let nothing = orders(&shop, &key, &["settle", &id, "bill-difference", "--json"]).await;
    assert!(text(&nothing.stderr).starts_with("already-resolved: ") && nothing.stdout.is_empty(), "{}", text(&nothing.stderr));
}
