//! Where a shopper pays: on which screen, and within which app.

use crate::words::words;

words! {
    /// Where the shopper pays.
    Surface {
        /// By scanning a QR code with another device.
        Qr "qr",
        /// By jumping into the wallet on this phone.
        App "app",
        /// Inside the wallet's own browser.
        Wechat "wechat",
        /// Inside the browser of another app, which seldom lets a shopper out into a wallet. A payment is never answered with it.
        InApp "in_app",
    }
}
