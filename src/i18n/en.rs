//! English, the one locale inside the wasm: the name of every text, what it is for, and its words. Other locales are files that
//! translate these; `{amount}` and the like are places that `fill` fills. A text with `{count}` may have a form for each of a language's
//! plurals, `{ "one": …, "other": … }`.
//! Not here: how texts are found. The macros are whoever's includes this list: the widget's, or those of `cargo xtask dist`.

texts! {
    /// BCP 47 tag of these texts.
    lang: "en",
    /// `ltr` or `rtl`.
    dir: "ltr",

    /// Name of the dialog's close button.
    close: "Close",
    /// Below everything that was verified.
    verified: "Your browser has checked that this comes from the shop itself.",
    /// Above every screen of a test.
    test_band: "Test: no money moves",
    /// The device is off line.
    offline: "You are offline. We will go on as soon as you are back.",
    /// The same beside a code, which another device can pay.
    offline_code: "You are offline. You can still pay with this code; the payment will show here once you are back online.",
    /// Several requests in a row failed.
    retrying: "The connection is slow. Trying again…",

    /// Heading of the cart.
    cart: "Your cart",
    /// Heading of a cart with nothing in it.
    cart_empty: "Your cart is empty",
    /// What to do about it.
    cart_empty_hint: "Add something you like, and it will appear here.",
    /// What was added while an order or a closed dialog is there, `{count}` pieces; also announced.
    in_cart: "Waiting in your cart: {count}",
    /// Announced when something was put into the cart: `{name}`.
    added: "Added to your cart: {name}.",
    /// Unit price: `{amount}`.
    each: "{amount} each",
    /// Names the quantity field of `{name}`.
    quantity_of: "Quantity of {name}",
    /// Names the minus button of `{name}`.
    one_less: "One less: {name}",
    /// Names the plus button of `{name}`.
    one_more: "One more: {name}",
    /// Label of the remove button.
    remove: "Remove",
    /// Names the remove button of `{name}`.
    remove_of: "Remove {name}",
    /// Stands in a list from which nothing is chosen yet.
    choose_from: "Choose",
    /// Names the choice of deliveries.
    delivery: "Delivery",
    /// How long a delivery takes: `{count}` days.
    days: "{count} days",
    /// The same: one day.
    one_day: "1 day",
    /// The same: between `{least}` and `{most}` days.
    days_between: "{least}–{most} days",
    /// The button that would pay, while it is not known where the cart goes.
    where_to: "Choose where it goes",
    /// What was chosen is delivered nowhere near there.
    not_delivered: "This cart cannot be delivered there. Please choose another country or delivery.",
    /// Sum of the lines.
    subtotal: "Subtotal",
    /// Button that opens the field for a discount code; also names the field.
    have_code: "Discount code",
    /// Button: prices the cart with the code that was typed.
    apply: "Apply",
    /// What became of a discount code follows it: `{code}`.
    discount_code: "Code {code}",
    /// Behind it, of a code that takes something off.
    code_applied: "applied",
    /// Behind it, of a code that takes nothing off.
    code_refused: "does not apply",
    /// The same, of a code that nobody knows.
    code_unknown: "not found",
    /// The same, of one whose time has not come.
    code_early: "not valid yet",
    /// The same, of one whose time is over.
    code_ended: "has expired",
    /// The same, of one that needs a larger cart.
    code_minimum: "needs a larger cart",
    /// The same, of one whose uses are taken.
    code_used_up: "used up",
    /// Behind it, of one that was not looked at, for too many were none.
    code_tries: "too many tries; please apply it again in a minute",
    /// What is put on or taken off so that a method can collect the total.
    rounding: "Rounding",
    /// What is to be paid.
    total: "Total",
    /// The same while more is to come, such as a delivery.
    so_far: "Total so far",
    /// One of several taxes: `{label}`, of `{rate}` percent.
    tax_at: "{label} {rate}%",
    /// A tax that the prices hold already: `{label}`.
    tax_included: "{label} (included)",
    /// Question above the payment methods; also the label on the receipt.
    method: "Payment method",
    /// The one method offered: `{method}`.
    pay_by: "Paying with {method}",
    /// The big button, which makes the order: `{amount}`. Begins with the word that tests look for.
    pay: "Pay {amount}",
    /// The big button while the price is on its way.
    pay_later: "Updating…",
    /// Announced while the price is on its way.
    pricing: "Working out the price…",
    /// The price moved between quote and order.
    price_changed: "The price has changed. Please look at the new total before you pay.",
    /// The backend refused the order.
    order_refused: "The shop could not take this order. Please try again, or change your cart.",
    /// No payment method fits.
    no_method: "There is no way to pay for this cart here. Please contact the shop.",
    /// Heading of a cart without a price.
    no_price: "We could not price your cart",
    /// The price could not be verified.
    price_unverified: "The answer could not be verified as the shop’s own, so no price is shown. Nothing was ordered.",
    /// The backend refused to price the cart.
    price_refused: "The shop cannot sell this cart as it is. Change it, or try again.",
    /// Heading of a cart in which something has to be changed.
    faulty_cart: "Please change your cart",
    /// Below it.
    faulty_cart_hint: "Your cart is kept. Some items have changed or sold out.",
    /// Beside a thing of which there are too few: `{count}`.
    only_left: "Only {count} left",
    /// Button: takes as many as there are, `{count}`.
    take_left: "Take {count}",
    /// Beside an order for which there can be no new code.
    order_sold_out: "Something in this order is sold out now, so there is no new code.",
    /// Beside a thing of which there are none.
    sold_out: "Sold out",
    /// Beside a thing that the shop does not have any more.
    not_sold: "No longer sold",
    /// Beside a thing of which so many are not sold.
    wrong_quantity: "Not sold in this quantity",
    /// The shopper wants more than one cart holds.
    cart_full: "That is more than one cart can hold.",
    /// A way to pay is gone, or gave nothing to pay by: `{method}`.
    method_gone: "{method} is not available right now. Please choose another way to pay, or try again later.",
    /// Nothing that the shop offers can be paid inside of this app.
    leave_app: "This cannot be paid inside this app. Open the page in your phone’s own browser: the app’s menu has “Open in browser”.",
    /// Heading there.
    open_outside: "Open this page in your browser",
    /// Button there: the address of the page.
    copy_link: "Copy the link",
    /// Below a link that an app may not follow.
    leave_app_hint: "If nothing opens, open this page in your phone’s own browser.",
    /// Button.
    try_again: "Try again",

    /// The big button where something is asked before the order is made, and the one below the questions of an order.
    go_on: "Continue",
    /// Heading of the questions that are answered with an order.
    details: "Your details",
    /// Above the questions about the shopper.
    contact: "Contact",
    /// Label of a question that need not be answered: `{label}`.
    optional: "{label} (optional)",
    /// At the first of two questions, of which one is to be answered: `{label}`, `{other}`.
    either: "{label} or {other}: one of the two is enough.",
    /// Link to what can be read about a question.
    read_more: "Read more (new tab)",
    /// Above the list of answers that are missing or wrong; also announced.
    faults: "Please check these answers",
    /// At a question: nothing was answered.
    missing: "Please fill this in.",
    /// The same where one of several is to be chosen.
    not_chosen: "Please choose.",
    /// The same of a box.
    not_ticked: "Please tick this box.",
    /// At a question: too much was answered.
    too_long: "This is too long.",
    /// At a question: that is no answer to it.
    unfit: "Please check this answer.",
    /// The same of an e-mail address.
    unfit_email: "Please write an e-mail address, such as name@example.org.",
    /// The same of a telephone number.
    unfit_phone: "Please write a telephone number, such as +49 30 123456.",
    /// Something has to be answered that this widget does not know how to ask.
    cannot_ask: "The shop has a question that cannot be asked here. Please reload the page, or contact the shop.",
    /// Label of the country that something goes to.
    country: "Country",
    /// While answers are on their way to an order.
    telling: "Sending your details…",
    /// Beside an order that was answered by somebody else.
    answered_elsewhere: "The details of this order were given in another browser or on another device.",
    /// Button: answers an order anew.
    change_details: "Change the details",
    /// Button: leaves its answers as they are.
    keep_details: "Keep the details as they are",

    /// Heading while the order is being made.
    creating: "Placing your order",
    /// Below it.
    creating_hint: "This takes a moment. Then you can pay.",
    /// Button: leave it.
    back: "Back to the cart",
    /// Heading while a known order is asked for.
    resuming: "Looking up your order",
    /// Below it.
    resuming_hint: "This takes a moment.",
    /// Heading where the shopper chooses how to pay an order.
    choose: "How would you like to pay?",
    /// Button, and heading where the wallet is on the device itself: by that method, `{method}`.
    pay_with: "Pay with {method}",

    /// Heading of the code: `{app}` reads it.
    scan_with: "Scan with {app}",
    /// Heading once a wallet has read the code.
    scanned: "Code scanned",
    /// What to do then.
    scanned_hint: "Confirm the payment on the phone that scanned. Another phone needs a new code.",
    /// Names the group around the code.
    code: "Payment code",
    /// Names the code itself: `{amount}`, `{merchant}`, `{method}`.
    code_of: "QR code to pay {amount} to {merchant} with {method}",
    /// Below the way into it.
    pay_here_hint: "Confirm the payment in the app. You come back to this page afterwards.",
    /// The way into it: `{method}`.
    open_method: "Open {method}",
    /// The same inside of WeChat, where a button asks the wallet: `{amount}`.
    pay_order: "Pay {amount}",
    /// Heading where a bank's code is paid on the phone that shows it.
    pay_bank: "Pay in your bank’s app",
    /// Button: the text of the code.
    copy_code: "Copy the code",
    /// Button: the picture of the code.
    save_code: "Save or share the picture",
    /// The first step with a copied code.
    copy_first: "Copy the code.",
    /// And the second: `{name}` is what the bank's app calls it.
    copy_then: "Open your bank’s app and choose {name}.",
    /// The first step with a picture.
    save_first: "Save the picture of the code, or take a screenshot.",
    /// And the second: `{method}`.
    save_then: "Open your bank’s app, choose {method} or Scan, and pick the picture.",
    /// And the last of both.
    bank_last: "Check who is paid and how much, and confirm. Then come back to this page.",
    /// Where a phone would have to scan its own screen.
    other_phone: "Scan this code with another phone, or open this page on a computer: the app on this phone can only read codes with its camera.",
    /// Beside a code on a computer: opens a code that leads a phone to the order.
    phone: "Continue on your phone",
    /// Above that code.
    phone_hint: "Scan this with your phone’s camera. You can pay there or here; both show the same.",
    /// Leaves it.
    phone_back: "Back",
    /// Heading of a code that is not there yet.
    code_coming: "Your code is on its way…",
    /// Beside a code that nobody has paid yet.
    waiting: "Waiting for your payment. This page changes by itself.",
    /// The same in the last minute.
    last_minute: "The time for this code is almost over. You can get a new one at any time.",
    /// The same where there is no code.
    last_minute_here: "The time to pay is almost over.",
    /// Who is paid: `{merchant}`.
    to_merchant: "to {merchant}",
    /// Label of the countdown.
    time_left: "Time left",
    /// Label of the order number.
    order_number: "Order number",
    /// Button: copies the order number.
    copy: "Copy",
    /// In its place once that is done.
    copied: "Copied",
    /// Above the steps.
    how_to_pay: "How to pay",
    /// Opens the list of what is bought.
    order_details: "Order details",
    /// Button.
    check_now: "Check now",
    /// While checking.
    checking: "Checking…",
    /// Button.
    new_code: "New code",
    /// While a new code is on its way.
    renewing: "Getting a new code…",
    /// Button.
    cancel: "Cancel payment",
    /// While canceling.
    canceling: "Canceling the payment…",
    /// The shopper asked and the money is not here.
    not_paid_yet: "Not paid yet. We keep watching; this page changes by itself.",
    /// The backend refused what the shopper asked for.
    action_refused: "The shop could not do that just now.",
    /// Announced when the code appears: `{amount}`, `{merchant}`.
    say_scan: "Scan the code to pay {amount} to {merchant}.",
    /// Announced when five minutes are left.
    five_minutes: "Five minutes left to pay.",
    /// Announced when one minute is left.
    one_minute: "One minute left to pay.",
    /// Announced when thirty seconds are left.
    thirty_seconds: "Thirty seconds left to pay.",

    /// Heading.
    paid: "Paid",
    /// Below it: `{merchant}`.
    paid_hint: "Thank you. {merchant} has received your payment.",
    /// Announced: `{amount}`, `{merchant}`.
    say_paid: "Paid: {amount} to {merchant}.",
    /// Heading once all of the money went back.
    all_refunded: "Refunded",
    /// The money went back.
    refunded: "This payment has been refunded.",
    /// Part of it did.
    partly_refunded: "Part of this payment has been refunded.",
    /// Label of the time of payment.
    paid_at: "Paid on",
    /// Label of the provider's number.
    transaction: "Transaction",
    /// Button.
    save_receipt: "Save receipt",
    /// What the file is.
    receipt_hint: "The receipt is signed by the shop: it proves your payment.",
    /// Label of when things could be picked up.
    ready_for_pickup: "Ready for pickup",
    /// Label of when things left.
    shipped: "Shipped",
    /// Label of when the buyer got things.
    handed_over: "Handed over",
    /// Label of when things came back.
    returned: "Returned",
    /// A link to the carrier's page.
    track: "Track the parcel",
    /// Label of the address that things go to.
    goes_to: "Delivery to",
    /// Label of a key to software.
    licence_key: "Licence key",
    /// In its place while the shop has none to give.
    key_owed: "The shop will send it here soon.",
    /// Button: loads the file `{name}`.
    load_file: "Download {name}",
    /// Names the code of a ticket: `{number}`.
    ticket: "Ticket {number}",
    /// Of a ticket by which somebody was let in.
    admitted: "Used at the door",
    /// A link to the order's page, which only its buyer has.
    own_page: "Keep the page of this order",
    /// Above the code by which to follow the shop in WeChat; also names it.
    follow: "Follow to get updates on this order",
    /// Below it.
    follow_hint: "Scan the code with WeChat. Inside WeChat, press and hold it.",
    /// Button.
    continue_shopping: "Continue shopping",

    /// Heading when a code ran out and another can be had.
    code_expired: "This code has expired",
    /// Below it.
    code_expired_hint: "Do not pay the old code. Get a new one for the same order.",
    /// Heading when the order ran out.
    order_expired: "This order has expired",
    /// Below it.
    order_expired_hint: "The time to pay has run out.",
    /// Added to it, and to a canceled order, where only the shop can make another one.
    ask_shop: "To order again, please contact the shop.",
    /// For whoever paid in the last second.
    late_hint: "If you have just paid, this page changes by itself when the payment arrives.",
    /// Heading.
    refused: "The payment did not go through",
    /// Below it.
    refused_hint: "It was declined. You can try a new code for the same order.",
    /// Button: another method, `{method}`.
    use_method: "Use {method} instead",
    /// Heading.
    canceled: "Order canceled",
    /// Below it.
    canceled_hint: "The code can no longer be paid.",

    /// Heading when it is not known how an order stands.
    unsure: "We could not confirm your payment",
    /// Below it.
    unsure_hint: "We do not know yet whether it arrived. Do not pay again until this is cleared up. Check now, or ask the shop.",
    /// Heading when it is not known whether an order was made.
    unsure_creation: "We could not confirm your order",
    /// Below it.
    unsure_creation_hint: "The answer could not be verified as the shop’s own. Nothing was paid. Checking again never orders twice.",
    /// Heading when this page is too old for the backend.
    outdated: "Please reload this page",
    /// Below it.
    outdated_hint: "The checkout was updated while this page was open. Your cart and your order are kept.",
    /// Button.
    reload: "Reload",
    /// For support: `{code}`.
    reference: "Reference: {code}",
    /// Heading when the merchant's set-up is wrong.
    misconfigured: "Checkout is not available",
    /// Below it.
    misconfigured_hint: "This page is not set up correctly. Please contact the shop.",

    /// What shoppers call it.
    wechat_pay: "WeChat Pay",
    /// What they call its app.
    wechat_app: "WeChat",
    /// How to pay with it, three steps in order.
    wechat_pay_first: "Open WeChat on your phone.",
    /// Then.
    wechat_pay_then: "Tap + and then Scan.",
    /// And last.
    wechat_pay_last: "Point it at the code and confirm.",

    /// What shoppers call it.
    alipay: "Alipay",
    /// How to pay with it, three steps in order.
    alipay_first: "Open Alipay on your phone.",
    /// Then.
    alipay_then: "Tap Scan.",
    /// And last.
    alipay_last: "Point it at the code and confirm.",

    /// How to pay by any other method, three steps in order.
    other_first: "Open your payment app.",
    /// Then.
    other_then: "Choose to scan a code.",
    /// And last.
    other_last: "Point it at the code and confirm.",
}

loader! {
    /// While the widget is on its way.
    loading: "Loading the checkout…",
    /// When it did not come, and may the next time.
    not_loaded: "The checkout could not be loaded. Please check your connection and try again.",
    /// When browser or page do not let it run.
    not_run: "This browser does not run the checkout here. Please try another browser, or contact the shop.",
    /// When it would not come the next time either.
    not_here: "The checkout is not available here. Your cart is kept; please contact the shop.",
    /// Beside those: a link to a page of the backend's own that needs neither.
    plain_page: "Continue on a plain page",
}
