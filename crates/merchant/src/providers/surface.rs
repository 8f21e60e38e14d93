//! Where a shopper pays: from the protocol's words to the gateways'. The one place that knows which wallet the protocol means.

use protocol::Surface;

use crate::order_record::PaymentRecord;

/// The protocol's word for a page inside of a wallet.
pub(crate) const INSIDE: Surface = Surface::Wechat;

/// Whether a payment there can only be made once the wallet has told who the shopper is, and it has not.
pub(crate) fn lacks_payer(attempted: &PaymentRecord) -> bool {
    attempted.payment.surface == INSIDE && attempted.payer.is_none()
}

/// Where the shopper pays, in the gateways' terms.
pub(crate) fn surface(attempted: &PaymentRecord) -> gateway::Surface<'_> {
    match (attempted.payment.surface, &attempted.payer) {
        (Surface::App, _) => gateway::Surface::Link {
            client_ip: attempted.client_ip.as_deref().unwrap_or_default(),
            return_url: attempted.return_url.as_deref().unwrap_or_default(),
        },
        (INSIDE, Some(payer)) => gateway::Surface::Inside { payer },
        (INSIDE, None) | (Surface::Qr | Surface::InApp, _) => gateway::Surface::Code,
    }
}
