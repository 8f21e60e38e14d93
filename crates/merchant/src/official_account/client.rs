//! The way to the merchant's Official Account, and what its answers tell of it.

use gateway::Family;
use gateway::official_account::{self, Occasion, OfficialAccount};

use crate::providers::{Caller, Refusals};
use crate::service_error::ServiceError;

/// Whose calls these are, in figures.
pub(super) const SECTION: &str = "official_account";

/// The account, reachable.
pub(crate) struct OfficialAccountClient {
    pub(super) account: OfficialAccount,
    pub(super) caller: Caller,
    refusals: Refusals,
}

impl OfficialAccountClient {
    pub(crate) fn new(config: official_account::Config, caller: Caller) -> OfficialAccountClient {
        let refusals = Refusals::new(SECTION, caller.metrics.clone());
        OfficialAccountClient { account: OfficialAccount::new(config), caller, refusals }
    }

    /// Whether those who follow are told of what was sent.
    pub(crate) fn tells_of_parcels(&self) -> bool {
        self.account.tells(Occasion::Shipped)
    }

    /// Notes what an answer to a call tells of the account.
    pub(super) fn heard<T>(&self, call: &str, answer: Result<T, ServiceError>) -> Result<T, ServiceError> {
        self.heard_of(call, call, answer)
    }

    /// The same of a call by a setting of the operator's, such as a template, which may be at fault by itself.
    pub(super) fn heard_of<T>(&self, call: &str, setting: &str, answer: Result<T, ServiceError>) -> Result<T, ServiceError> {
        let family = match &answer {
            Ok(_) => None,
            Err(ServiceError::Gateway(error)) => Some((error.family(), error)),
            Err(_) => return answer,
        };
        let now = (self.caller.clock)();
        match family {
            Some((Family::Account, error)) => self.refusals.refused_all(call, error, now),
            Some((Family::Configuration, error)) => self.refusals.refused(setting, error, now),
            // What is refused for one shopper was let in by the account.
            None | Some((Family::Refused, _)) => {
                self.refusals.works(call);
                self.refusals.works(setting);
            }
            Some(_) => {}
        }
        answer
    }
}
