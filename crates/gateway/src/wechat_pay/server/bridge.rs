//! What a page inside of WeChat gives to the bridge (`getBrandWCPayRequest`; WeChat Pay v3, A.6), judged as WeChat's browser judges
//! it before anybody is shown a price.

use serde::{Deserialize, Serialize};

use super::authorization::Merchant;
use crate::wechat_pay::sign::parse_timestamp;

/// Longest `nonceStr`.
const NONCE_LIMIT: usize = 32;

/// Why the bridge says `fail` to what it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BridgeDefect {
    /// Not its six members, or one that is no text, such as a number for `timeStamp`.
    Malformed,
    /// `appId` is not the account that the payment was prepared for.
    UnknownAccount,
    /// `signType` is not `RSA`.
    UnknownSignType,
    /// `package` is not `prepay_id=…`.
    NoPrepayId,
    /// `paySign` is not the merchant's over the four lines.
    BadSignature,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BridgeParameters {
    app_id: String,
    time_stamp: String,
    nonce_str: String,
    package: String,
    sign_type: String,
    pay_sign: String,
}

/// The prepaid payment that a call of the bridge names.
///
/// # Errors
/// The first [`BridgeDefect`].
pub fn bridge_call(json: &[u8], merchant: &Merchant) -> Result<String, BridgeDefect> {
    let given: BridgeParameters = serde_json::from_slice(json).map_err(|_| BridgeDefect::Malformed)?;
    let nonce_fits = (1..=NONCE_LIMIT).contains(&given.nonce_str.len());
    if parse_timestamp(&given.time_stamp).is_none() || !nonce_fits {
        return Err(BridgeDefect::Malformed);
    }
    if given.app_id != merchant.appid {
        return Err(BridgeDefect::UnknownAccount);
    }
    if given.sign_type != "RSA" {
        return Err(BridgeDefect::UnknownSignType);
    }
    let id = given.package.strip_prefix("prepay_id=").filter(|id| !id.is_empty()).ok_or(BridgeDefect::NoPrepayId)?;
    let signed = format!("{}\n{}\n{}\n{}\n", given.app_id, given.time_stamp, given.nonce_str, given.package);
    match merchant.key.verifies(signed.as_bytes(), &given.pay_sign) {
        true => Ok(id.to_owned()),
        false => Err(BridgeDefect::BadSignature),
    }
}
