//! How each method is usually paid (docs/spec/http.md §4.3), beside what it is paid by.

use crate::{Method, PayBy, Ways};

impl Ways {
    /// As the method is paid wherever nothing forbids it: all that a backend has to say of it when it does not say more.
    pub fn usual(method: &Method) -> Ways {
        use PayBy::{Bridge, Copy, Link, Nothing, Save, Scan};
        let (app, wechat, in_app) = match method.as_str() {
            "wechat_pay" => (Link, Bridge, Link),
            "alipay" => (Link, Nothing, Link),
            // Its banks take the text as it is; elsewhere apps read pictures.
            "pix" => (Copy, Copy, Copy),
            _ => (Save, Save, Save),
        };
        Ways { method: method.clone(), qr: Scan, app, wechat, in_app }
    }
}
