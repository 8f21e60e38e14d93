//! What there is to say, whatever the language.

use super::pages::PageWords;

/// The texts of one language.
pub(crate) struct Words {
    /// BCP 47 tag.
    pub(crate) lang: &'static str,
    /// `ltr` or `rtl`.
    pub(crate) dir: &'static str,
    /// Asks where the cart goes.
    pub(crate) country: &'static str,
    /// In place of the checkout, where no script runs.
    pub(crate) checkout_not_shown: &'static str,
    /// At an address of an order that there is not.
    pub(crate) no_such_order: &'static str,
    /// In place of a page that cannot be made at the moment.
    pub(crate) try_later: &'static str,
    /// What pages for shoppers say.
    pub(crate) pages: PageWords,
    /// Why a file cannot be loaded.
    pub(crate) downloads: DownloadWords,
    /// What is asked of shoppers.
    pub(crate) asks: AskWords,
    /// What shoppers are told when something happens to their order.
    pub(crate) messages: MessageWords,
}

/// Messages to shoppers. Places: `{shop}`, `{number}` of the order, `{total}`, and what each text says of itself.
pub(crate) struct MessageWords {
    /// Speaks to somebody whose `{name}` is known.
    pub(crate) greeting: &'static str,
    /// The same to others.
    pub(crate) greeting_unnamed: &'static str,
    /// The money has come.
    pub(crate) paid: OccasionWords,
    /// Something was sent; `{carrier}`, `{tracking}`.
    pub(crate) shipped: OccasionWords,
    /// It can be fetched.
    pub(crate) ready_for_pickup: OccasionWords,
    /// What was owed is there, and stands on the order's page.
    pub(crate) given: OccasionWords,
    /// `{amount}` went back.
    pub(crate) refunded: OccasionWords,
    /// Before the number of the order.
    pub(crate) order: &'static str,
    /// Before what it costs.
    pub(crate) total: &'static str,
    /// Before what went back.
    pub(crate) returned: &'static str,
    /// Before who brings it.
    pub(crate) carrier: &'static str,
    /// Before the number of the parcel.
    pub(crate) tracking: &'static str,
    /// Leads to where the parcel is.
    pub(crate) follow_parcel: &'static str,
    /// Leads to the order's page.
    pub(crate) see_order: &'static str,
    /// Where what was bought and is never sent is.
    pub(crate) on_page: &'static str,
    /// Of a test.
    pub(crate) test: &'static str,
    /// That the receipt is attached.
    pub(crate) receipt_attached: &'static str,
    /// What that is called.
    pub(crate) receipt: &'static str,
    /// Before when the money came.
    pub(crate) paid_at: &'static str,
    /// Before the provider's number of the money.
    pub(crate) transaction: &'static str,
    /// What was put on or taken off so that the total can be paid.
    pub(crate) rounding: &'static str,
    /// Why somebody gets this.
    pub(crate) why: &'static str,
}

/// One message.
pub(crate) struct OccasionWords {
    pub(crate) subject: &'static str,
    pub(crate) body: &'static str,
}

/// Why a file that was bought cannot be loaded.
pub(crate) struct DownloadWords {
    /// The time of its address is over.
    pub(crate) over: &'static str,
    /// Its money went back.
    pub(crate) gone: &'static str,
    /// It was loaded as often as it may be.
    pub(crate) used_up: &'static str,
    /// It is not there, and the shop knows.
    pub(crate) missing: &'static str,
}

/// What is asked for, as a field to fill in is called.
pub(crate) struct AskWords {
    /// A person's name.
    pub(crate) name: &'static str,
    /// An address for mail.
    pub(crate) email: &'static str,
    /// A telephone number.
    pub(crate) phone: &'static str,
    /// A firm.
    pub(crate) company: &'static str,
    /// The number by which a tax office knows a business.
    pub(crate) tax_id: &'static str,
    /// Where something is sent.
    pub(crate) address: &'static str,
    /// Street and number, or whatever else leads to a door.
    pub(crate) line1: &'static str,
    /// What did not fit there.
    pub(crate) line2: &'static str,
    /// What the French post calls CEDEX.
    pub(crate) sorting_code: &'static str,
    /// Kinds of places and their parts, as countries call them.
    pub(crate) city: &'static str,
    pub(crate) post_town: &'static str,
    pub(crate) suburb: &'static str,
    pub(crate) neighborhood: &'static str,
    pub(crate) townland: &'static str,
    pub(crate) village_township: &'static str,
    pub(crate) district: &'static str,
    pub(crate) area: &'static str,
    pub(crate) county: &'static str,
    pub(crate) department: &'static str,
    pub(crate) do_si: &'static str,
    pub(crate) emirate: &'static str,
    pub(crate) island: &'static str,
    pub(crate) oblast: &'static str,
    pub(crate) parish: &'static str,
    pub(crate) prefecture: &'static str,
    pub(crate) province: &'static str,
    pub(crate) state: &'static str,
    /// Codes of the post, as countries call them.
    pub(crate) postal: &'static str,
    pub(crate) zip: &'static str,
    pub(crate) pin: &'static str,
    pub(crate) eircode: &'static str,
}
