//! WeChat Pay's server: its keys, its books, and what it shares with the other providers.

use std::sync::{Arc, Mutex, MutexGuard};

use gateway::provider_time::BEIJING;
use gateway::wechat_pay::server::TransactionView;

use super::account::{Keys, WechatPayAccount};
use super::order::Order;
use super::orders::Orders;
use crate::account::Account;
use crate::environment::Environment;
use crate::keys::AccountError;
use crate::locking::lock;
use crate::random::digits;

/// WeChat Pay.
pub(crate) struct WechatPay {
    pub(super) env: Arc<Environment>,
    pub(super) account: WechatPayAccount,
    pub(super) keys: Keys,
    /// The one person who has an id of the merchant's: who holds the phone.
    pub(super) openid: String,
    orders: Mutex<Orders>,
}

impl WechatPay {
    /// A server without orders.
    pub fn open(account: &Account, env: &Arc<Environment>) -> Result<Self, AccountError> {
        let (account, openid) = (account.wechat_pay.clone(), account.openid());
        Ok(Self { env: Arc::clone(env), keys: account.keys()?, account, openid, orders: Mutex::default() })
    }

    pub(super) fn orders(&self) -> MutexGuard<'_, Orders> {
        lock(&self.orders)
    }

    /// A name for an event.
    pub(super) fn event_id(&self) -> String {
        format!("EV-{}{}", BEIJING.compact_date(self.env.clock.now()), digits::<11>(&self.env.random))
    }

    /// The transaction object of a payment, as queries and notifications show it.
    pub(super) fn transaction_view<'a>(&'a self, order: &'a Order) -> TransactionView<'a> {
        TransactionView {
            appid: &self.keys.merchant.appid,
            mchid: &self.keys.merchant.mchid,
            out_trade_no: &order.request.out_trade_no,
            total: order.request.total,
            attach: &order.request.attach,
            state: &order.state,
        }
    }
}
