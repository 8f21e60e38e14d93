//! The sandbox's mail server, for shops that write to their shoppers, and shoppers who say where to.

use std::sync::Arc;

use protocol::{Answers, AnswersText, Cart, NewOrder, Order, Way};
use sandbox::{MailServer, Mailbox, PASSWORD, USERNAME};

pub use sandbox::{MailFault, MailView};

use super::client::wechat_pay;
use super::{Shop, item, key, nonce};
use crate::Folder;
use crate::listening::listen;

/// A shop that asks for an address and a name, and whose tea has a name that wants to be more.
pub const ASKING_CATALOG: &str = r#"
currency = "CNY"
[[item]]
sku = "tea"
name = { en = "Tea <b>&\u201cGreen\u201d", de = "Tee" }
price = 6800
digital = true
[[ask]]
kind = "email"
[[ask]]
kind = "name"
required = false
"#;

/// A mail server, and what it was handed.
pub struct Post {
    pub mailbox: Arc<Mailbox>,
    folder: Folder,
    server: MailServer,
}

impl Post {
    pub fn open() -> Post {
        let mailbox = Arc::new(Mailbox::default());
        let server = MailServer::start(listen(), Arc::clone(&mailbox)).unwrap();
        let folder = Folder::new("post");
        Post { mailbox, folder, server }
    }

    /// Where the merchant's own words lie.
    pub fn folder(&self) -> &Folder {
        &self.folder
    }

    /// The section of a configuration by which letters go there.
    pub fn section(&self) -> String {
        section(&self.server, &self.folder)
    }
}

/// The section by which letters go to that server; what has to be known of it is written into the folder.
pub fn section(server: &MailServer, folder: &Folder) -> String {
    let ca_file = folder.write("ca.pem", server.authority());
    let password_file = folder.write("password", PASSWORD);
    format!(
        "[mail]\nserver = \"{}\"\nusername = \"{USERNAME}\"\npassword_file = \"{}\"\nca_file = \"{}\"\n\
         from = \"Mountain Tea <tea@shop.example>\"\nreply_to = \"help@shop.example\"\n",
        server.address(),
        password_file.display(),
        ca_file.display(),
    )
}

/// Orders two teas, in that language.
pub async fn ordered(shop: &Shop, locale: &str, email: &str, name: &str) -> Order {
    let items = [item("tea", 2)];
    let cart = Cart { items: &items, locale, ..Cart::default() };
    let quote = shop.quote_of(&cart).await;
    let given = [("email", email), ("name", name)].into_iter().filter(|(_, answer)| !answer.is_empty());
    let given = given.map(|(name, answer)| (name.to_owned(), answer.to_owned())).collect();
    let answers = AnswersText::of(Answers { salt: [7; 16], country: None, region: None, delivery: None, given });
    let (method, price_digest) = (wechat_pay(), quote.price.digest());
    let wish = NewOrder { cart, way: Way::qr(&method), price_digest, answers: Some(answers.text()), owner: None };
    let (status, order) = shop.order(&shop.backend.create_order(&wish, nonce(), key())).await;
    assert_eq!(status, 201);
    order
}

/// Pays an order, and lets the provider say so.
pub async fn pay(shop: &Shop, order: &Order) {
    let payment = order.payment.as_ref().unwrap().id.as_str();
    shop.provider.pay(payment);
    assert_eq!(shop.deliver(&shop.provider.notice(payment, payment)).await, 204);
}

/// Both.
pub async fn paid(shop: &Shop, locale: &str, email: &str, name: &str) -> Order {
    let order = ordered(shop, locale, email, name).await;
    pay(shop, &order).await;
    order
}
