//! Bank codes: payments that no provider is asked about. The backend writes the code itself, and the merchant's own bank feed
//! tells through `/admin/v1/payments/{id}/confirm` what was paid.

use gateway::emv::{Account, Demand, Payee, payload};
use gateway::{GatewayError, PaymentRequest, Prepared};
use protocol::Method;

/// One national scheme with the merchant's account in it.
#[derive(Clone, Debug)]
pub(crate) struct BankCodes {
    pub(crate) method: Method,
    pub(crate) account: Account,
    pub(crate) payee: Payee,
}

impl BankCodes {
    /// The code of a payment.
    pub(crate) fn code(&self, payment: &PaymentRequest<'_>, now: i64) -> Result<Prepared, GatewayError> {
        let demand = Demand {
            amount: payment.amount,
            currency: payment.currency,
            reference: &reference(payment.payment_id),
            made_at: now,
            expires_at: payment.expires_at,
        };
        Ok(Prepared { payload: payload(&self.account, &self.payee, &demand)?, expires_at: payment.expires_at })
    }

    /// Writes a code for nobody, so that a mistake in the configuration is found at the start and not by a shopper.
    pub(crate) fn try_out(&self) -> Result<(), GatewayError> {
        let currencies = ["BRL", "THB", "SGD", "IDR", "VND", "HKD", "MYR", "USD"];
        let currency = currencies.into_iter().find(|currency| self.account.limits(currency).is_some()).unwrap_or_default();
        let demand = Demand { amount: 10_000, currency, reference: "TEST", made_at: 0, expires_at: 1 };
        payload(&self.account, &self.payee, &demand).map(drop)
    }
}

/// What stands on the bank statement: letters and digits only, as every profile takes them, so base64url's two other
/// characters are left out. Twenty of them still tell payments apart.
pub(crate) fn reference(payment_id: &str) -> String {
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
