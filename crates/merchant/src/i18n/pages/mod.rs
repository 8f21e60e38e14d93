//! What pages of the backend's own say; most of it as the widget does.

pub(super) mod ar;
mod countries;
pub(super) mod de;
pub(super) mod en;
pub(super) mod ja;
pub(super) mod zh_hans;

pub(crate) use countries::country_name;

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
    /// Where an order asks something first.
    pub(crate) questions: &'static str,
    /// To whoever asks too often, or where something inside does not work.
    pub(crate) try_again_soon: &'static str,
    /// Above the receipt as it is signed.
    pub(crate) signed_receipt: &'static str,
    /// A link to the page that checks it.
    pub(crate) check_receipt: &'static str,
    /// A way to pay gave nothing to pay by: `{method}`.
    pub(crate) method_gone: &'static str,
    /// Heading of a cart.
    pub(crate) cart: &'static str,
    /// A cart with nothing in it.
    pub(crate) cart_empty: &'static str,
    /// Stands in a list from which nothing is chosen yet.
    pub(crate) choose_from: &'static str,
    /// Names the choice of deliveries.
    pub(crate) delivery: &'static str,
    /// What was chosen is delivered nowhere near there.
    pub(crate) not_delivered: &'static str,
    /// Names the field of a discount code.
    pub(crate) have_code: &'static str,
    /// What became of a discount code follows it: `{code}`.
    pub(crate) discount_code: &'static str,
    /// Behind it, of a code that takes something off.
    pub(crate) code_applied: &'static str,
    /// Behind it, of a code that takes nothing off.
    pub(crate) code_refused: &'static str,
    /// The same, of a code that nobody knows.
    pub(crate) code_unknown: &'static str,
    /// The same, of one whose time has not come.
    pub(crate) code_early: &'static str,
    /// The same, of one whose time is over.
    pub(crate) code_ended: &'static str,
    /// The same, of one that needs a larger cart.
    pub(crate) code_minimum: &'static str,
    /// The same, of one whose uses are taken.
    pub(crate) code_used_up: &'static str,
    /// Behind it, of one that was not looked at, for too many were none.
    pub(crate) code_tries: &'static str,
    /// The total while more is to come, such as a delivery.
    pub(crate) so_far: &'static str,
    /// The button that makes the order: `{amount}`.
    pub(crate) pay: &'static str,
    /// The price moved between page and order.
    pub(crate) price_changed: &'static str,
    /// The backend refused to price the cart.
    pub(crate) price_refused: &'static str,
    /// Heading of a cart in which something has to be changed.
    pub(crate) faulty_cart: &'static str,
    /// A link that takes as many as there are: `{count}`.
    pub(crate) take_left: &'static str,
    /// A link that takes `{name}` out of the cart.
    pub(crate) remove_of: &'static str,
    /// Beside a thing of which there are none.
    pub(crate) sold_out: &'static str,
    /// Beside a thing that the shop does not have any more.
    pub(crate) not_sold: &'static str,
    /// Beside a thing of which so many are not sold.
    pub(crate) wrong_quantity: &'static str,
    /// The shopper wants more than one cart holds.
    pub(crate) cart_full: &'static str,
    /// Heading of the questions that are answered with an order.
    pub(crate) details: &'static str,
    /// Label of a question that need not be answered: `{label}`.
    pub(crate) optional: &'static str,
    /// At the first of two questions, of which one is to be answered: `{label}`, `{other}`.
    pub(crate) either: &'static str,
    /// Link to what can be read about a question.
    pub(crate) read_more: &'static str,
    /// Above the list of answers that are missing or wrong.
    pub(crate) faults: &'static str,
    /// At a question: nothing was answered.
    pub(crate) missing: &'static str,
    /// The same where one of several is to be chosen.
    pub(crate) not_chosen: &'static str,
    /// The same of a box.
    pub(crate) not_ticked: &'static str,
    /// At a question: too much was answered.
    pub(crate) too_long: &'static str,
    /// At a question: that is no answer to it.
    pub(crate) unfit: &'static str,
    /// The same of an e-mail address.
    pub(crate) unfit_email: &'static str,
    /// The same of a telephone number.
    pub(crate) unfit_phone: &'static str,
    /// A link back to the cart.
    pub(crate) back: &'static str,
    /// Label of the address that things go to.
    pub(crate) goes_to: &'static str,
    /// A link to the carrier's page.
    pub(crate) track: &'static str,
    /// Label of a key to software.
    pub(crate) licence_key: &'static str,
    /// In its place while the shop has none to give.
    pub(crate) key_owed: &'static str,
    /// Button: loads the file `{name}`.
    pub(crate) load_file: &'static str,
    /// Names the code of a ticket: `{number}`.
    pub(crate) ticket: &'static str,
    /// Of a ticket by which somebody was let in.
    pub(crate) admitted: &'static str,
    /// Beside a thing of which there are too few: `{count}`.
    pub(crate) only_left: &'static str,
    /// How many days a delivery takes: `{days}`.
    pub(crate) days: &'static str,
    /// Button: prices the cart as it is filled in.
    pub(crate) show_price: &'static str,
    /// Where something that goes into the price is open.
    pub(crate) price_first: &'static str,
    /// A form that has made an order already, and says something else now.
    pub(crate) ordered_already: &'static str,
    /// While a code can be paid, on a page that does not look by itself.
    pub(crate) waiting_here: &'static str,
    /// Where a page alone opens what its buyer gets.
    pub(crate) keep_open: &'static str,
    /// A form of which nobody knows from which page it came: nothing was done.
    pub(crate) press_again: &'static str,
    /// A link to these pages, from where the checkout cannot be shown.
    pub(crate) plain_page: &'static str,
    /// Label of the field in which the shopper names what is paid.
    pub(crate) amount: &'static str,
    /// Below it: `{least}`, `{most}`, each with its currency.
    pub(crate) amount_limits: &'static str,
    /// The same, of what is no amount: `{example}`.
    pub(crate) amount_unfit: &'static str,
    /// No payment link has that name.
    pub(crate) link_unknown: &'static str,
    /// All uses that are left are held by others.
    pub(crate) link_busy: &'static str,
    /// A link whose time is over, or that the shop has closed.
    pub(crate) link_over: &'static str,
    /// A link that was paid as often as it may be.
    pub(crate) link_used_up: &'static str,
    /// The way to a code that leads a phone to the order.
    pub(crate) phone: &'static str,
    /// Above that code.
    pub(crate) phone_hint: &'static str,
    /// The way back from it.
    pub(crate) phone_back: &'static str,
    /// No place has that id.
    pub(crate) place_unknown: &'static str,
    /// The shop has closed the place.
    pub(crate) place_closed: &'static str,
    /// Above orders of which the shopper chooses one to pay.
    pub(crate) place_bills: &'static str,
    /// Nothing that the place offers can be had.
    pub(crate) place_empty: &'static str,
}

impl PageWords {
    /// What shoppers call a method; one that is unknown here goes by its id.
    pub(crate) fn method<'a>(&self, method: &'a Method) -> &'a str {
        match method.as_str() {
            "wechat_pay" => self.wechat_pay,
            "alipay" => self.alipay,
            _ => method.scheme_name(),
        }
    }

    /// What shoppers call the app that reads its codes.
    pub(crate) fn app<'a>(&self, method: &'a Method) -> &'a str {
        if method.as_str() == "wechat_pay" { self.wechat_app } else { self.method(method) }
    }
}
