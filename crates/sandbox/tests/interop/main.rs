//! Clients of other people drive the sandbox as merchants would, and sign what our gateway signs. Both ends of ours share code, so only
//! outsiders can tell a misreading.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed; the line says where")]

mod alipay;
mod mail;
mod official_account;
mod wechat_pay;
