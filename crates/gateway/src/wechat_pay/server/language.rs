//! The language of an error's text: Chinese in detail, and in what else a request accepts what its code says (WeChat Pay v3, headers).

use super::error_reply::ErrorReply;

/// The languages that a merchant can ask for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Language {
    /// `zh-CN`, for everybody who asks for nothing else.
    #[default]
    Simplified,
    /// `zh-HK` and `zh-TW`.
    Traditional,
    /// `en`.
    English,
}

impl Language {
    /// The heaviest of the header's languages that there is, the first of several (RFC 9110 §12.5.4).
    #[must_use]
    pub fn accepted(header: &str) -> Self {
        let known = |range: &str| match range.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
            "zh-cn" | "zh" => Some(Self::Simplified),
            "zh-hk" | "zh-tw" => Some(Self::Traditional),
            tag if tag == "en" || tag.starts_with("en-") => Some(Self::English),
            _ => None,
        };
        let mut best: Option<(u16, Self)> = None;
        for range in header.split(',') {
            let (Some(language), weight) = (known(range), weight(range)) else { continue };
            if weight > best.map_or(0, |(heaviest, _)| heaviest) {
                best = Some((weight, language));
            }
        }
        best.map(|(_, language)| language).unwrap_or_default()
    }
}

/// The weight of a range, in thousandths; one that cannot be read is none.
fn weight(range: &str) -> u16 {
    let named = range.split(';').skip(1).find_map(|parameter| parameter.trim().to_ascii_lowercase().strip_prefix("q=").map(str::to_owned));
    let Some(written) = named else { return 1000 };
    let (whole, part) = written.split_once('.').unwrap_or((&written, ""));
    let is_number = part.len() <= 3 && part.bytes().all(|byte| byte.is_ascii_digit());
    match (whole, is_number) {
        ("1", true) if part.bytes().all(|byte| byte == b'0') => 1000,
        ("0", true) => format!("{part:0<3}").parse().unwrap_or_default(),
        _ => 0,
    }
}

impl ErrorReply {
    /// The same in that language.
    #[must_use]
    pub fn told_in(self, language: Language) -> Self {
        let told = match language {
            Language::Simplified => return self,
            Language::Traditional => texts(self.code).1,
            Language::English => texts(self.code).0,
        };
        Self { message: told.to_owned(), ..self }
    }
}

/// What a code says in English, and in traditional characters.
fn texts(code: &str) -> (&'static str, &'static str) {
    match code {
        "USER_PAYING" => ("The user is paying; repeat the request later", "用戶支付中，請稍後重試"),
        "PARAM_ERROR" => ("Parameter error; check the parameters of the request", "參數錯誤，請檢查請求參數"),
        "INVALID_REQUEST" => ("Invalid request; check the state of what it is about", "無效請求，請檢查業務狀態"),
        "APPID_MCHID_NOT_MATCH" => ("The appid and the mchid do not match", "appid和mchid不匹配"),
        "MCH_NOT_EXISTS" => ("The merchant number does not exist", "商戶號不存在"),
        "ORDER_CLOSED" => ("The order is closed", "訂單已關閉"),
        "ORDERPAID" | "ORDER_PAID" => ("The order is already paid", "該訂單已支付"),
        "NO_STATEMENT_EXIST" => ("There is no such bill", "賬單文件不存在"),
        "STATEMENT_CREATING" => ("The bill is being made; try again later", "賬單生成中，請稍後再試"),
        "TRADE_OVERDUE" => ("The order can no longer be refunded", "訂單已超過可退款的最大期限"),
        "SIGN_ERROR" => ("The signature is wrong", "簽名錯誤"),
        "OUT_TRADE_NO_USED" => ("The merchant's order number was used before", "商戶訂單號重複"),
        "NO_AUTH" => ("The merchant has no permission for this product", "商戶號該產品權限未開通"),
        "NOT_ENOUGH" => ("The balance does not suffice", "餘額不足"),
        "ORDER_NOT_EXIST" => ("The order does not exist", "訂單不存在"),
        "RESOURCE_NOT_EXISTS" => ("The resource does not exist", "資源不存在"),
        "FREQUENCY_LIMITED" | "FREQUENCY_LIMIT_EXCEED" | "RATELIMIT_EXCEEDED" => {
            ("Too many requests; slow down", "請求過於頻繁，請稍後重試")
        }
        "OPENID_MISMATCH" => ("The openid does not belong to the appid", "openid與appid不匹配"),
        "SYSTEM_ERROR" | "BANK_ERROR" | "SERVICE_UNAVAILABLE" => ("System error; try again later", "系統異常，請稍後重試"),
        _ => ("The request was refused", "請求被拒絕"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_that_there_is_counts() {
        let table = [
            ("en", Language::English),
            ("fr, zh-TW;q=0.5, en", Language::English),
            ("en;q=0.1, zh-CN", Language::Simplified),
            ("zh-CN;q=0.5, en;q=0.8", Language::English),
            ("zh-TW;q=0, en;Q=0.001", Language::English),
            ("en;q=0", Language::Simplified),
            ("en, zh-TW", Language::English),
            ("*", Language::Simplified),
            ("", Language::Simplified),
        ];
        for (header, language) in table {
            assert_eq!(Language::accepted(header), language, "{header}");
        }
        assert_eq!(ErrorReply::order_not_exist().told_in(Language::English).message, "The order does not exist");
        assert_eq!(ErrorReply::order_not_exist().told_in(Language::Simplified).message, "订单不存在");
    }
}
