//! A message in words: the subject, the plain text and the page say the same. Pure. Everything that is put in is escaped for where it stands,
//! and the page holds nothing that would be fetched.

use protocol::{Money, Price};

use super::addressing::spoken_name;
use super::occasion::Occasion;
use super::own_words::OwnTexts;
use crate::filling::filled;
use crate::i18n::{MessageWords, OccasionWords, Words};
use crate::order_record::Pieces;
use crate::receipts::parts;
use crate::shown::one_line;

/// The longest line of a message, characters.
const LINE: usize = 250;

/// A message before it has words.
pub(super) struct Message<'a> {
    pub(super) occasion: Occasion,
    pub(super) words: &'static Words,
    /// What the merchant says instead.
    pub(super) own: Option<&'a OwnTexts>,
    /// Whether the order is a test.
    pub(super) is_test: bool,
    pub(super) shop: &'a str,
    pub(super) number: &'a str,
    pub(super) price: &'a Price,
    /// What of the order it is about; all of it, if `None`.
    pub(super) part: Option<Part<'a>>,
    /// As it was typed.
    pub(super) name: Option<&'a str>,
    pub(super) parcel: Parcel<'a>,
    /// What went back.
    pub(super) returned: Option<Money>,
    /// Address of the order's page.
    pub(super) page: Option<&'a str>,
    pub(super) has_receipt: bool,
    /// Whether the order gives files, licence keys or tickets, which are on its page alone.
    pub(super) gives: bool,
}

/// What of an order a message is about.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    pub(super) lines: &'a [Pieces],
    pub(super) delivery: bool,
}

impl Part<'_> {
    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty() && !self.delivery
    }

    /// Whether that is every piece of the order, and its delivery where `with_delivery`.
    fn is_all(&self, price: &Price, with_delivery: bool) -> bool {
        let sold = price.lines.iter().enumerate().filter(|(_, line)| line.total >= 0);
        let every = sold.into_iter().all(|(line, sold)| self.lines.contains(&Pieces { line, quantity: sold.item.quantity }));
        every && (self.delivery || !with_delivery || price.delivery.is_none())
    }

    /// Each piece by its name, and the delivery by its.
    fn rows(&self, price: &Price) -> Vec<String> {
        let titled = |pieces: &Pieces| Some(format!("{} × {}", pieces.quantity, price.lines.get(pieces.line)?.title()));
        let delivery = price.delivery.as_ref().filter(|_| self.delivery).map(|delivery| delivery.label.clone());
        self.lines.iter().filter_map(titled).chain(delivery).map(|row| one_line(&row, LINE)).collect()
    }
}

/// What is known of what was sent.
#[derive(Clone, Copy, Default)]
pub(super) struct Parcel<'a> {
    pub(super) carrier: Option<&'a str>,
    pub(super) tracking: Option<&'a str>,
    pub(super) link: Option<&'a str>,
}

/// A message in words.
pub(super) struct Written {
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) html: String,
}

impl Message<'_> {
    pub(super) fn written(&self) -> Written {
        let ours = of(&self.words.messages, self.occasion);
        let (subject, body) = match self.own {
            Some(own) => (own.subject.as_str(), own.body.as_str()),
            None => (ours.subject, ours.body),
        };
        let mark = if self.is_test { "[Test] " } else { "" };
        let subject = format!("{mark}{}", one_line(&filled(subject, |place| self.value(place)), LINE));
        let said = Said {
            greeting: self.greeting(),
            body: self.body(body),
            rows: self.rows(),
            facts: self.facts(),
            links: self.links(),
            closing: self.closing(),
        };
        Written { text: said.text(), html: self.html(&subject, &said), subject }
    }

    fn body(&self, body: &str) -> String {
        let body = filled(body, |place| Some(self.words.isolated(&self.value(place)?)));
        if self.gives { format!("{body}\n\n{}", self.words.messages.on_page) } else { body }
    }

    fn greeting(&self) -> String {
        let words = &self.words.messages;
        let own = self.own.map(|own| own.greeting.as_str());
        let name = self.name.and_then(spoken_name);
        let greeting = match (own, &name) {
            (Some(own), None) if own.contains("{name}") => words.greeting_unnamed,
            (Some(own), _) => own,
            (None, Some(_)) => words.greeting,
            (None, None) => words.greeting_unnamed,
        };
        filled(greeting, |place| {
            let value = if place == "name" { name.clone() } else { self.value(place) };
            Some(self.words.isolated(&value?))
        })
    }

    /// What stands in a place.
    fn value(&self, place: &str) -> Option<String> {
        let parcel = |text: Option<&str>| Some(one_line(text.unwrap_or("—"), LINE));
        match place {
            "shop" => Some(one_line(self.shop, LINE)),
            "number" => Some(self.number.to_owned()),
            "total" => Some(amount(self.price.money())),
            "amount" => self.returned.map(amount),
            "carrier" => parcel(self.parcel.carrier),
            "tracking" => parcel(self.parcel.tracking),
            _ => None,
        }
    }

    /// What the message is about, where that is less than the order. What of its price these pieces are, their letter does not say.
    fn listed(&self) -> Option<Vec<String>> {
        let part = self.part.filter(|part| !part.is_all(self.price, self.occasion == Occasion::Refunded))?;
        Some(part.rows(self.price)).filter(|rows| !rows.is_empty())
    }

    /// What the order is of, and what each costs; or what of it the message is about.
    fn rows(&self) -> Vec<(String, String)> {
        if let Some(listed) = self.listed() {
            return listed.into_iter().map(|row| (row, String::new())).collect();
        }
        let money = |amount| Money { amount, currency: self.price.currency };
        parts(self.price, self.words.messages.rounding).map(|(label, cost)| (one_line(&label, LINE), amount(money(cost)))).collect()
    }

    /// What else is known, each under its name.
    fn facts(&self) -> Vec<(&'static str, String)> {
        let words = &self.words.messages;
        let parcel = |text: Option<&str>| text.map(|text| one_line(text, LINE)).filter(|text| !text.is_empty());
        let facts = [
            (words.total, Some(amount(self.price.money())).filter(|_| self.listed().is_none())),
            (words.returned, self.returned.map(amount)),
            (words.carrier, parcel(self.parcel.carrier)),
            (words.tracking, parcel(self.parcel.tracking)),
        ];
        [(words.order, self.number.to_owned())]
            .into_iter()
            .chain(facts.into_iter().filter_map(|(name, value)| Some((name, value?))))
            .collect()
    }

    fn links(&self) -> Vec<(&'static str, String)> {
        let words = &self.words.messages;
        let parcel = self.parcel.link.filter(|link| link.starts_with("https://")).map(|link| (words.follow_parcel, link.to_owned()));
        let page = self.page.map(|page| (words.see_order, page.to_owned()));
        parcel.into_iter().chain(page).collect()
    }

    fn closing(&self) -> Vec<String> {
        let words = &self.words.messages;
        let test = self.is_test.then(|| words.test.to_owned());
        let receipt = self.has_receipt.then(|| words.receipt_attached.to_owned());
        let why = filled(words.why, |place| Some(self.words.isolated(&self.value(place)?)));
        test.into_iter().chain(receipt).chain([one_line(self.shop, LINE), why]).collect()
    }

    fn html(&self, subject: &str, said: &Said) -> String {
        let Words { lang, dir, .. } = self.words;
        let start = if *dir == "rtl" { "right" } else { "left" };
        let end = if *dir == "rtl" { "left" } else { "right" };
        let row = |name: &str, value: &str, style: &str| match value {
            "" => {
                format!("<tr><td colspan=\"2\" style=\"padding:4px 0;text-align:{start};{style}\"><bdi>{}</bdi></td></tr>", escaped(name))
            }
            value => format!(
                "<tr><td style=\"padding:4px 0;text-align:{start};{style}\"><bdi>{}</bdi></td>\
                 <td style=\"padding:4px 0;text-align:{end};white-space:nowrap;{style}\"><bdi>{}</bdi></td></tr>",
                escaped(name),
                escaped(value)
            ),
        };
        let rows: String = said.rows.iter().map(|(name, value)| row(name, value, "border-bottom:1px solid #ddd")).collect();
        let facts: String = said.facts.iter().map(|(name, value)| row(name, value, "font-weight:bold")).collect();
        let links = said.links.iter().map(|(name, link)| {
            format!("<p style=\"margin:16px 0\"><a href=\"{}\" style=\"color:#0b57d0\">{}</a></p>", escaped(link), escaped(name))
        });
        let closing = said.closing.iter().map(|line| format!("<p style=\"margin:8px 0;color:#555\">{}</p>", escaped(line)));
        format!(
            "<!doctype html>\n<html lang=\"{lang}\" dir=\"{dir}\"><head><meta charset=\"utf-8\"><title>{}</title></head>\n\
             <body style=\"margin:0;padding:24px;background:#fff;color:#111;font-family:sans-serif;font-size:16px;line-height:1.5\">\n\
             <div style=\"max-width:560px;margin:0 auto;text-align:{start}\" dir=\"{dir}\">\n\
             <p style=\"margin:0 0 16px\">{}</p>\n{}\n\
             <table role=\"presentation\" style=\"width:100%;border-collapse:collapse;margin:16px 0\">{rows}{facts}</table>\n{}\n{}\n\
             </div></body></html>\n",
            escaped(subject),
            escaped(&said.greeting),
            paragraphs(&said.body),
            links.collect::<Vec<_>>().join("\n"),
            closing.collect::<Vec<_>>().join("\n"),
        )
    }
}

/// What is said, before it is plain or a page.
struct Said {
    greeting: String,
    body: String,
    rows: Vec<(String, String)>,
    facts: Vec<(&'static str, String)>,
    links: Vec<(&'static str, String)>,
    closing: Vec<String>,
}

impl Said {
    fn text(&self) -> String {
        let line = |(name, value): (&str, &str)| format!("{name}  {value}").trim_end().to_owned();
        let rows: Vec<String> = self.rows.iter().map(|(name, value)| line((name, value))).collect();
        let facts: Vec<String> = self.facts.iter().map(|(name, value)| line((name, value))).collect();
        let links: Vec<String> = self.links.iter().map(|(name, link)| format!("{name}:\n{link}")).collect();
        let parts = [vec![self.greeting.clone()], vec![self.body.clone()], rows, facts, links, self.closing.clone()];
        let parts = parts.iter().filter(|part| !part.is_empty()).map(|part| part.join("\n"));
        format!("{}\n", parts.collect::<Vec<_>>().join("\n\n"))
    }
}

fn of(words: &'static MessageWords, occasion: Occasion) -> &'static OccasionWords {
    match occasion {
        Occasion::Paid => &words.paid,
        Occasion::Shipped => &words.shipped,
        Occasion::ReadyForPickup => &words.ready_for_pickup,
        Occasion::Given => &words.given,
        Occasion::Refunded => &words.refunded,
    }
}

fn amount(money: Money) -> String {
    format!("{} {}", money.to_decimal(), money.currency.as_str())
}

fn paragraphs(text: &str) -> String {
    let paragraph = |text: &str| format!("<p style=\"margin:0 0 16px\">{}</p>", escaped(text).replace('\n', "<br>"));
    text.split("\n\n").filter(|text| !text.trim().is_empty()).map(|text| paragraph(text.trim())).collect::<Vec<_>>().join("\n")
}

/// For between tags, and for values in double quotes.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use protocol::{Currency, Item, Line, Sku};

    use super::*;
    use crate::i18n::{LOCALES, spoken};
    use crate::mail::{Letter, MailServer, Mailbox, Mailer, Security};

    fn priced(name: &str) -> Price {
        let item = Item { sku: Sku::parse("tea").unwrap(), quantity: 1 };
        let line = Line { item, name: name.to_owned(), options: None, image: None, unit_price: 6_800, total: 6_800 };
        Price::of_lines(Currency::parse("CNY").unwrap(), vec![line])
    }

    fn message<'a>(occasion: Occasion, words: &'static Words, shop: &'a str, price: &'a Price, name: &'a str) -> Message<'a> {
        Message {
            occasion,
            words,
            own: None,
            is_test: false,
            shop,
            number: "4Y7KQ2M9TD",
            price,
            part: None,
            name: Some(name),
            parcel: Parcel { carrier: Some(shop), tracking: Some(name), link: Some("https://parcels.example/?n=1&x=\"") },
            returned: Some(price.money()),
            page: Some("https://pay.example/o/ord_1#key"),
            has_receipt: true,
            gives: true,
        }
    }

    /// The letter as it travels.
    fn sent(message: &Message<'_>) -> String {
        let server = MailServer::new(("127.0.0.1".to_owned(), 25), Security::None, None, None, "shop.example").unwrap();
        let mailer = Mailer { server, from: Mailbox::new(None, "tea@shop.example".parse().unwrap()), reply_to: None };
        let Written { subject, text, html } = message.written();
        let to = Mailbox::new(message.name.map(str::to_owned), "lin@example.org".parse().unwrap());
        let letter = Letter { id: "msg_1", to, subject, text, html, attached: None, at: 1_800_000_000 };
        String::from_utf8(letter.written(&mailer).unwrap().formatted()).unwrap()
    }

    #[test]
    fn every_message_is_whole_in_every_language() {
        let price = priced("Tea");
        for words in LOCALES {
            for occasion in Occasion::ALL {
                let Written { subject, text, html } = message(occasion, words, "Mountain Tea", &price, "Lin").written();
                for said in [&subject, &text, &html] {
                    assert!(!said.contains(['{', '}']), "{} {occasion:?}: {said}", words.lang);
                }
                assert!(text.contains("Lin") && text.contains("4Y7KQ2M9TD") && text.contains("68.00 CNY"), "{text}");
                assert!(text.contains("https://pay.example/o/ord_1#key") && html.contains("href=\"https://pay.example/o/ord_1#key\""));
                assert!(html.contains(&format!("lang=\"{}\" dir=\"{}\"", words.lang, words.dir)), "{html}");
            }
        }
        assert_eq!([spoken("zh_CN").lang, spoken("de-AT").lang, spoken("fr").lang, spoken("").lang], ["zh-Hans", "de", "en", "en"]);
    }

    #[test]
    fn a_message_about_a_test_says_so_in_its_subject_and_in_words() {
        let price = priced("Tea");
        for words in LOCALES {
            let Written { subject, text, html } =
                Message { is_test: true, ..message(Occasion::Paid, words, "Mountain Tea", &price, "Lin") }.written();
            assert!(subject.starts_with("[Test] ") && text.contains(words.messages.test) && html.contains(words.messages.test), "{text}");
        }
    }

    #[test]
    fn nothing_that_a_name_holds_becomes_a_head_or_mark_up() {
        for evil in [
            "Lin\r\nBcc: eve@evil.example\r\n\r\nBody",
            "<script>alert(1)</script><img src=x onerror=alert(1)>",
            "Lin\u{202E}gpj.exe\u{2066}",
            "\"><a href=\"https://evil.example\">",
            "{total} {shop}",
            "=?utf-8?b?DQpCY2M6IGVAZXZpbC5leGFtcGxl?=",
            &"茶".repeat(1_000),
        ] {
            let (price, plain) = (priced(evil), priced("Tea"));
            for occasion in Occasion::ALL {
                let message = message(occasion, LOCALES[0], evil, &price, evil);
                let Written { subject, text, html } = message.written();
                let honest = super::tests::message(occasion, LOCALES[0], "Shop", &plain, "Lin").written();
                assert_eq!(html.matches('<').count(), honest.html.matches('<').count(), "{evil}: {html}");
                for said in [&subject, &text, &html] {
                    assert!(!said.contains(['\r', '\u{202E}', '\u{2066}']), "{evil}: {said}");
                }
                let letter = sent(&message);
                let heads = letter.split("\r\n\r\n").next().unwrap();
                let begins = heads.lines().filter(|line| !line.starts_with([' ', '\t']));
                let names: Vec<&str> = begins.filter_map(|line| line.split(':').next()).collect();
                let known = ["Message-ID", "Date", "From", "To", "Subject", "Auto-Submitted", "MIME-Version", "Content-Type"];
                assert_eq!(names, known, "{evil}: {heads}");
                assert!(letter.lines().all(|line| line.len() < 998 && line.is_ascii()), "{evil}: {letter}");
            }
        }
    }
}
