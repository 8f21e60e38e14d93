//! `POST /v1/orders/{id}/cancel`: gives an order up, at the provider too. Money that was faster wins.

use protocol::{OrderId, OrderStatus, PaymentStatus};

use super::App;
use super::orders::{read, reply};
use crate::account::Account;
use crate::answer::{Refusal, Reply};
use crate::asked::Asked;

pub(super) async fn cancel(app: &App, asked: &Asked, id: &str) -> Result<Reply, Refusal> {
    let desk = &app.desk;
    asked.json()?;
    let id = OrderId::parse(id).ok_or(Refusal::UnknownOrder)?;
    let _one_at_a_time = desk.locks.hold(id.as_str()).await;
    let order = read(desk, &id).await?;
    // Canceling twice is canceling once, and an order that ended otherwise is told as it is.
    let order = match order.status {
        OrderStatus::Pending => {
            desk.close_open_payments(&id, PaymentStatus::Expired).await?;
            desk.change(&id, Account::cancel).await?
        }
        _ => order,
    };
    Ok(reply(desk, 200, order))
}
