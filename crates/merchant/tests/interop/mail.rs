//! Our letters in the hands of others: aiosmtpd takes them, by STARTTLS and by TLS from the first byte, and Python's own library of e-mail finds
//! nothing amiss in them.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::Stdio;

use merchant::receipts;
use protocol::Pins;
use serde_json::Value;
use testing::Folder;
use testing::backend::Shop;
use testing::backend::post::{ASKING_CATALOG, paid};

/// A letter about a paid order, as Python has read it, and the key that its receipt is signed with.
async fn written(how: &str, locale: &str, name: &str) -> (Value, Pins) {
    let folder = Folder::new("mail");
    let mut server = testing::judges::python("tests/interop/mail/server.py");
    server.args([how, &folder.path().display().to_string()]).stdout(Stdio::piped());
    let mut server = server.spawn().unwrap();
    let mut said = BufReader::new(server.stdout.take().unwrap());
    let mut port = String::new();
    said.read_line(&mut port).unwrap();
    let password = folder.write("password", "correct horse ü\n");
    let section = format!(
        "[mail]\nserver = \"127.0.0.1:{}\"\nsecurity = \"{how}\"\nusername = \"tea@shop.example\"\npassword_file = \"{}\"\n\
         ca_file = \"{}/ca.pem\"\nfrom = \"山间茶舍, Tea & Co. <tea@shop.example>\"\nreply_to = \"Help <help@shop.example>\"\n",
        port.trim(),
        password.display(),
        folder.path().display()
    );
    let shop = Shop::open_as(ASKING_CATALOG, |config| config + &section).await;
    paid(&shop, locale, "lin@example.org", name).await;
    shop.merchant().send_messages().await.unwrap();
    let mut told = String::new();
    tokio::task::block_in_place(|| said.read_to_string(&mut told)).unwrap();
    server.wait().unwrap();
    let (letter, verdict) = told.split_once('\n').unwrap();
    assert_eq!(verdict, "agreed\n", "{told}");
    (serde_json::from_str(letter).unwrap(), Pins::parse(&shop.merchant().pin().token()).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn others_take_our_letters_and_read_in_them_what_we_wrote() {
    for (how, locale, name) in [("starttls", "en", "Lin Xiao"), ("tls", "ar", "林小茶"), ("starttls", "ja", "O'Neill, \"Pat\"")] {
        let (letter, pins) = written(how, locale, name).await;
        let text = |name: &str| letter[name].as_str().unwrap();
        assert!(text("from").contains("山间茶舍, Tea & Co.") && text("from").ends_with("<tea@shop.example>"), "{letter:#}");
        // A name that could be more than one is left out.
        let to = if name.contains('"') { "lin@example.org".to_owned() } else { format!("{name} <lin@example.org>") };
        assert_eq!(text("to"), to, "{letter:#}");
        assert_eq!((text("reply-to"), text("auto-submitted")), ("Help <help@shop.example>", "auto-generated"));
        assert_eq!(letter["envelope"], serde_json::json!(["tea@shop.example", "lin@example.org"]));
        assert_eq!(text("date"), "Fri, 15 Jan 2027 08:00:00 +0000");
        assert!(text("message-id").starts_with("<msg_") && text("message-id").ends_with("@shop.example>"), "{letter:#}");
        assert!(text("plain").contains("136.00 CNY") && text("html").contains(&format!("lang=\"{locale}\"")), "{letter:#}");
        let (file, receipt) = letter["attached"].as_object().unwrap().iter().next().unwrap();
        assert!(file.starts_with("receipt-") && file.ends_with(".html"), "{file}");
        let judged = receipts::judge(receipts::signed_part(receipt.as_str().unwrap()), &[pins], &[]);
        assert_eq!(judged.exit_code(), 0, "{judged}");
    }
}
