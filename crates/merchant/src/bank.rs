//! Bank codes: payments that no provider is asked about. The backend writes the code itself, and the merchant's own bank feed
//! tells through `/admin/v1/payments/{id}/confirm` what was paid.

use gateway::GatewayError;
use gateway::emv::{Account, Demand, Payee, payload};
use protocol::Method;

/// One national scheme with the merchant's account in it.
#[derive(Clone, Debug)]
pub(crate) struct BankCodes {
    pub(crate) method: Method,
    pub(crate) account: Account,
    pub(crate) payee: Payee,
    pub(crate) says: Says,
    /// The terminal that codes name, where they do.
    pub(crate) terminal: Option<String>,
}

/// What codes say of a payment, to find it by on the bank statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Says {
    /// Its reference.
    Reference,
    /// Nothing, written so: a person has to find it by amount and time.
    Nothing(&'static str),
}

impl BankCodes {
    /// The code of a payment, which can be paid from now until then, unix seconds.
    pub(crate) fn code(
        &self,
        payment_id: &str,
        (amount, currency): (i64, &str),
        now: i64,
        expires_at: i64,
    ) -> Result<String, GatewayError> {
        let reference = self.reference(payment_id);
        let reference = reference.as_deref().unwrap_or(self.nothing());
        let demand = Demand { amount, currency, reference, terminal: self.terminal.as_deref(), made_at: now, expires_at };
        payload(&self.account, &self.payee, &demand)
    }

    /// Writes a code for nobody, so that a mistake in the configuration is found at the start and not by a shopper.
    pub(crate) fn try_out(&self) -> Result<(), GatewayError> {
        let currencies = ["BRL", "THB", "SGD", "IDR", "VND", "HKD", "MYR", "USD"];
        let currency = currencies.into_iter().find(|currency| self.account.limits(currency).is_some()).unwrap_or_default();
        let (reference, terminal) = (if self.says == Says::Reference { "TEST" } else { self.nothing() }, self.terminal.as_deref());
        let demand = Demand { amount: 10_000, currency, reference, terminal, made_at: 0, expires_at: 1 };
        payload(&self.account, &self.payee, &demand).map(drop)
    }

    /// What stands on the bank statement of a payment, if codes say anything of it.
    pub(crate) fn reference(&self, payment_id: &str) -> Option<String> {
        (self.says == Says::Reference).then(|| reference(payment_id))
    }

    fn nothing(&self) -> &'static str {
        match self.says {
            Says::Reference => "",
            Says::Nothing(written) => written,
        }
    }
}

/// What stands on the bank statement: letters and digits only, as every profile takes them, so base64url's two other
/// characters are left out. Twenty of them still tell payments apart.
fn reference(payment_id: &str) -> String {
    payment_id.trim_start_matches("pay_").chars().filter(char::is_ascii_alphanumeric).take(20).collect()
}

#[cfg(test)]
mod tests {
    use super::reference;

    #[test]
    fn a_reference_holds_only_what_every_bank_takes() {
        assert_eq!(reference("pay_AB-_cdefghijklmnopqrstuv"), "ABcdefghijklmnopqrst");
    }
}
