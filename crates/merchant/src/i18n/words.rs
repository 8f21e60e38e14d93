//! What there is to say, whatever the language.

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
}
