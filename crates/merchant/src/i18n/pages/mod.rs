//! What pages of the backend's own say; most of it as the widget does.

pub(super) mod ar;
pub(super) mod de;
pub(super) mod en;
pub(super) mod ja;
pub(super) mod zh_hans;

use protocol::Method;

/// The texts of pages in one language.
pub(crate) struct PageWords {
    /// A tax that the prices hold already: `{label}`.
    pub(crate) tax_included: &'static str,
    /// Heading where the shopper chooses how to pay an order.
    pub(crate) choose: &'static str,
    /// No payment method fits.
    pub(crate) no_method: &'static str,
    /// Nothing that the shop offers can be paid inside of this app.
    pub(crate) leave_app: &'static str,
    /// Button, and heading where the wallet is on the device itself: by that method, `{method}`.
    pub(crate) pay_with: &'static str,
    /// Heading of the code: `{app}` reads it.
    pub(crate) scan_with: &'static str,
    /// The way into it: `{method}`.
    pub(crate) open_method: &'static str,
    /// Heading where a bank's code is paid on the phone that shows it.
    pub(crate) pay_bank: &'static str,
    /// The first step with a copied code.
    pub(crate) copy_first: &'static str,
    /// And the second: `{name}` is what the bank's app calls it.
    pub(crate) copy_then: &'static str,
    /// The first step with a picture.
    pub(crate) save_first: &'static str,
    /// And the second: `{method}`.
    pub(crate) save_then: &'static str,
    /// And the last of both.
    pub(crate) bank_last: &'static str,
    /// Where a phone would have to scan its own screen.
    pub(crate) other_phone: &'static str,
    /// Label of the order number.
    pub(crate) order_number: &'static str,
    /// Button.
    pub(crate) check_now: &'static str,
    /// Button.
    pub(crate) new_code: &'static str,
    /// Button.
    pub(crate) cancel: &'static str,
    /// Heading.
    pub(crate) paid: &'static str,
    /// Below it: `{merchant}`.
    pub(crate) paid_hint: &'static str,
    /// Heading once all of the money went back.
    pub(crate) all_refunded: &'static str,
    /// The money went back.
    pub(crate) refunded: &'static str,
    /// Part of it did.
    pub(crate) partly_refunded: &'static str,
    /// Heading when the order ran out.
    pub(crate) order_expired: &'static str,
    /// Below it.
    pub(crate) order_expired_hint: &'static str,
    /// Added to it, and to a canceled order, where only the shop can make another one.
    pub(crate) ask_shop: &'static str,
    /// For whoever paid in the last second.
    pub(crate) late_hint: &'static str,
    /// Heading.
    pub(crate) refused: &'static str,
    /// Heading.
    pub(crate) canceled: &'static str,
    /// Heading when a code ran out and another can be had.
    pub(crate) code_expired: &'static str,
    /// Names the code itself: `{amount}`, `{merchant}`, `{method}`.
    pub(crate) code_of: &'static str,
    /// Above every screen of a test.
    pub(crate) test_band: &'static str,
    /// What shoppers call it.
    pub(crate) wechat_pay: &'static str,
    /// What they call its app.
    pub(crate) wechat_app: &'static str,
    /// What shoppers call it.
    pub(crate) alipay: &'static str,
    /// The backend refused what the shopper asked for.
    pub(crate) action_refused: &'static str,
    /// That nothing was checked where it is shown.
    pub(crate) plain: &'static str,
    /// While a code can be paid, and the page looks by itself.
    pub(crate) waiting: &'static str,
    /// Where the provider has not given anything to pay by yet.
    pub(crate) code_missing: &'static str,
    /// A form that another page has sent, or a broken one.
    pub(crate) foreign_form: &'static str,
    /// Where an order asks something first, which needs the checkout itself.
    pub(crate) questions: &'static str,
    /// To whoever asks too often, or where something inside does not work.
    pub(crate) try_again_soon: &'static str,
    /// Above the receipt as it is signed.
    pub(crate) signed_receipt: &'static str,
    /// A link to the page that checks it.
    pub(crate) check_receipt: &'static str,
    /// A way to pay gave nothing to pay by: `{method}`.
    pub(crate) method_gone: &'static str,
}

impl PageWords {
    /// What shoppers call a method; one that is unknown here goes by its id.
    pub(crate) fn method<'a>(&self, method: &'a Method) -> &'a str {
        match method.as_str() {
            "wechat_pay" => self.wechat_pay,
            "alipay" => self.alipay,
            // Banks' schemes have one name in every language.
            "pix" => "Pix",
            "promptpay" => "PromptPay",
            "paynow" => "PayNow",
            "qris" => "QRIS",
            "vietqr" => "VietQR",
            "duitnow" => "DuitNow",
            "fps" => "FPS",
            "khqr" => "KHQR",
            other => other,
        }
    }

    /// What shoppers call the app that reads its codes.
    pub(crate) fn app<'a>(&self, method: &'a Method) -> &'a str {
        if method.as_str() == "wechat_pay" { self.wechat_app } else { self.method(method) }
    }
}
