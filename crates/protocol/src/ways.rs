//! How a method is paid on each surface: what a shopper can do there with what is in his hand. Quotes and orders tell it, so that
//! nothing is offered where it cannot be paid. Not here: which way is usual, what is drawn for it, and whether a provider has granted it.

use crate::json::{Fields, Value};
use crate::words::words;
use crate::{Method, Surface};

words! {
    /// How a shopper pays by a method.
    PayBy {
        /// Another device scans a code from this screen.
        Scan "scan",
        /// A link leads into the wallet on this device.
        Link "link",
        /// The bridge of the app that shows this page asks the wallet.
        Bridge "bridge",
        /// The text of a code is copied and pasted into the bank's app.
        Copy "copy",
        /// The picture of a code is saved or shared and opened in the bank's app.
        Save "save",
        /// Not here.
        Nothing "none",
    }
}

/// How one method is paid on each surface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ways {
    /// Which method.
    pub method: Method,
    /// With a phone beside this screen.
    pub qr: PayBy,
    /// In the phone's browser.
    pub app: PayBy,
    /// Inside WeChat.
    pub wechat: PayBy,
    /// Inside another app.
    pub in_app: PayBy,
}

impl Ways {
    /// How it is paid on that surface.
    pub fn on(&self, surface: Surface) -> PayBy {
        match surface {
            Surface::Qr => self.qr,
            Surface::App => self.app,
            Surface::Wechat => self.wechat,
            Surface::InApp => self.in_app,
        }
    }

    /// How that method is paid on that surface, by what a backend told; the usual way where it told nothing.
    pub fn find(told: &[Ways], method: &Method, surface: Surface) -> PayBy {
        told.iter().find(|ways| ways.method == *method).map_or_else(|| Ways::usual(method).on(surface), |ways| ways.on(surface))
    }

    pub(crate) fn read_list(fields: &mut Fields<'_>) -> Vec<Ways> {
        if fields.has("ways") { fields.each("ways", Ways::read) } else { Vec::new() }
    }

    /// Puts a list into a body, if there is anything to tell.
    pub(crate) fn write(body: &mut Value, ways: &[Ways]) {
        if let (Value::Object(members), false) = (body, ways.is_empty()) {
            members.push(("ways".to_owned(), ways.iter().map(Ways::to_json).collect()));
        }
    }

    fn read(fields: &mut Fields<'_>) -> Ways {
        Ways {
            method: Method::read(fields, "method"),
            qr: PayBy::read(fields, "qr"),
            app: PayBy::read(fields, "app"),
            wechat: PayBy::read(fields, "wechat"),
            in_app: PayBy::read(fields, "in_app"),
        }
    }

    fn to_json(&self) -> Value {
        Value::object([
            ("method", (&self.method).into()),
            ("qr", self.qr.as_str().into()),
            ("app", self.app.as_str().into()),
            ("wechat", self.wechat.as_str().into()),
            ("in_app", self.in_app.as_str().into()),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_of_a_method_counts_and_else_what_is_usual() {
        let method = |word| Method::parse(word).unwrap();
        let told = [Ways { app: PayBy::Scan, ..Ways::usual(&method("wechat_pay")) }];
        assert_eq!(Ways::find(&told, &method("wechat_pay"), Surface::App), PayBy::Scan);
        assert_eq!(Ways::find(&told, &method("pix"), Surface::App), PayBy::Copy);
        assert_eq!(Ways::find(&told, &method("fps"), Surface::Qr), PayBy::Scan);
    }
}
