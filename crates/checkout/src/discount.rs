//! The discount code: the page's to begin with, the shopper's own from then on, and what the field for it shows.

use protocol::{Problem, Quote};

use crate::saved::OwnCode;
use crate::state::Discount;
use crate::step::{Step, is_about_code};
use crate::{Screen, State};

/// What a cart shows of its discount code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeEntry<'a> {
    /// There is none, and nobody wants to type one.
    Closed,
    /// The field.
    Open {
        /// What it begins with.
        text: &'a str,
        /// Why that takes nothing off, if it was asked for: how a code fared, or a problem code.
        why_not: Option<&'a str>,
    },
    /// It takes something off: the code, as the price names it.
    Applied(&'a str),
}

impl State {
    /// The discount code that stands: what the shopper typed, else the page's, unless the shopper took that out.
    pub fn code(&self) -> &str {
        let page = &self.config.code;
        match &self.discount.own {
            OwnCode { typed, .. } if !typed.is_empty() => typed,
            OwnCode { removed, .. } if removed == page => "",
            _ => page,
        }
    }

    /// What to show of it beside that price.
    pub fn code_entry<'a>(&'a self, quote: &'a Quote) -> CodeEntry<'a> {
        let text = self.code();
        let told = quote.price.discount_code.as_ref().filter(|_| self.discount.is_told);
        match (text, self.discount.refused.as_deref(), told) {
            ("", ..) if !self.discount.is_open => CodeEntry::Closed,
            ("", ..) => CodeEntry::Open { text, why_not: None },
            (_, Some(problem), _) => CodeEntry::Open { text, why_not: Some(problem) },
            (_, None, Some(code)) if code.applies() => CodeEntry::Applied(&code.code),
            (_, None, told) => CodeEntry::Open { text, why_not: told.map(|code| &*code.state) },
        }
    }

    /// The word for what is shown of it, empty where no price is on the screen.
    pub fn code_entry_name(&self) -> &'static str {
        let (Screen::Quoted { quote, .. } | Screen::Quoting(Some(quote))) = &self.screen else { return "" };
        match self.code_entry(quote) {
            CodeEntry::Closed => "closed",
            CodeEntry::Open { .. } => "open",
            CodeEntry::Applied(_) => "applied",
        }
    }

    /// The code that a price is asked with: one that the backend does not look at now is left out, so that there is a price.
    pub(crate) fn asked_code(&self) -> &str {
        if self.discount.refused.is_some() { "" } else { self.code() }
    }

    /// Forgets what the shopper did about a code, with the cart that it was for.
    pub(crate) fn forget_code(&mut self) {
        self.discount = Discount::default();
    }
}

impl Step<'_> {
    /// Prices the cart with what was typed. The same again while it is being asked for changes nothing.
    pub(crate) fn apply_code(&mut self, typed: &str) {
        let typed = typed.trim_ascii();
        if typed.is_empty() {
            return self.remove_code();
        }
        let is_asked = matches!(self.state.screen, Screen::Quoting(_)) && self.state.discount.refused.is_none();
        if !self.state.is_cart() || (is_asked && self.state.code() == typed) {
            return;
        }
        self.state.discount.own.typed = typed.to_owned();
        self.state.discount.is_open = true;
        self.code_changed();
    }

    /// Takes out the code that stands; below one that was typed is the page's again.
    pub(crate) fn remove_code(&mut self) {
        if !self.state.is_cart() || self.state.code().is_empty() {
            return;
        }
        let page = self.state.config.code.clone();
        let own = &mut self.state.discount.own;
        if own.typed.is_empty() {
            own.removed = page;
        }
        own.typed.clear();
        self.state.discount.is_open = false;
        self.code_changed();
    }

    fn code_changed(&mut self) {
        self.state.discount.refused = None;
        self.state.discount.is_told = false;
        self.price_again();
    }

    /// What another tab says of it.
    pub(crate) fn take_code(&mut self, own: &OwnCode) -> bool {
        if self.state.discount.own == *own {
            return false;
        }
        self.state.forget_code();
        self.state.discount.own = own.clone();
        true
    }

    /// Keeps a code out of the price that the backend does not look at now. Says whether that is what the problem is about.
    pub(crate) fn refuse_code(&mut self, problem: &Problem) -> bool {
        let is_refused = is_about_code(problem) && !self.state.asked_code().is_empty();
        if is_refused {
            self.state.discount.refused = Some(problem.code.clone());
        }
        is_refused
    }
}
