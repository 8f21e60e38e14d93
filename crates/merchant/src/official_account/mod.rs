//! The merchant's Official Account at work: who the shopper inside of WeChat is, the code to follow an order by, messages about it,
//! and what WeChat calls back. Without an account configured, none of this happens.

mod callbacks;
mod client;
mod following;
mod messages;
mod openid;
mod tokens;

pub(crate) use client::OfficialAccountClient;
pub(crate) use messages::run;
pub(crate) use openid::PATH;
