//! What tests and demos do with the Official Account of a running sandbox.

use super::books::{CallbackMode, PhoneView};
use super::phone::{self, FollowProblem};
use super::server::OfficialAccount;
use crate::server::Sandbox;

impl Sandbox {
    fn account(&self) -> &OfficialAccount {
        self.dispatcher.providers.of_type().expect("the Official Account is a line of the registry")
    }

    /// What the phone shows of the Official Account.
    #[must_use]
    pub fn official_account(&self) -> PhoneView {
        phone::view(self.account())
    }

    /// Tells WeChat's console where callbacks go, and how. WeChat checks that address first.
    ///
    /// # Errors
    /// [`FollowProblem::UrlCheckFailed`], if it does not answer with what it was asked.
    pub async fn set_callback(&self, url: &str, mode: CallbackMode) -> Result<(), FollowProblem> {
        phone::set_callback(self.account(), url, mode).await
    }

    /// Scans a code to follow: a follower's scan is told at once, anybody else is offered to follow.
    ///
    /// # Errors
    /// [`FollowProblem`], as WeChat would show it.
    pub fn scan_account(&self, payload: &str) -> Result<(), FollowProblem> {
        phone::scan(self.account(), payload)
    }

    /// Follows the account: by the code that was scanned last, if there was one.
    pub fn follow(&self) {
        phone::follow(self.account());
    }

    /// Does not follow any more.
    pub fn unfollow(&self) {
        phone::unfollow(self.account());
    }
}
