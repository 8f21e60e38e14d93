//! The request bodies WeChat Pay documents for prepays and closes: which members, of which form, and
//! what is left of them once they are found good.

use serde_json::{Map, Value};

use super::authorization::Merchant;
use super::error_reply::ErrorReply;
use super::schema::{Field, Form, Rule, check, check_path};
use crate::encoding::parse;
use crate::provider_time;

/// A number of the merchant's.
pub(super) const NUMBER: Form = Form { holds: is_number, pattern: r"^[0-9a-zA-Z_\-\|\*]+$" };

/// Where to notify.
pub(super) const NOTIFY_URL: Form =
    Form { holds: is_notify_url, pattern: r"^https?://([^\s/?#\[\]\@]+\@)?([^\s/?#\@:]+)(?::\d{2,5})?([^\s?#\[\]]*)$" };

/// Largest `detail` object, in bytes of its JSON.
const DETAIL_LIMIT: usize = 6144;

/// The members that all prepays share, and those of one kind.
macro_rules! prepay {
    ($($own:expr),*) => {
        &[
            Field::must("appid", "公众账号ID", Rule::text(1, 32)),
            Field::must("mchid", "商户号", Rule::text(1, 32)),
            Field::must("description", "商品描述", Rule::text(1, 127)),
            Field::must("out_trade_no", "商户订单号", Rule::Text { min: 6, max: 32, form: NUMBER }),
            Field::must("notify_url", "通知地址", Rule::Text { min: 1, max: 255, form: NOTIFY_URL }),
            Field::must("amount", "订单金额", Rule::Object(AMOUNT)),
            Field::may("time_expire", "交易结束时间", Rule::formed(1, 64, is_time)),
            Field::may("attach", "附加数据", Rule::text(0, 128)),
            Field::may("goods_tag", "订单优惠标记", Rule::text(0, 32)),
            Field::may("support_fapiao", "电子发票入口开放标识", Rule::Flag),
            Field::may("detail", "优惠功能", Rule::Object(DETAIL)),
            Field::may("settle_info", "结算信息", Rule::Object(SETTLE)),
            $($own),*
        ]
    };
}

const NATIVE: &[Field] = prepay!(Field::may("scene_info", "场景信息", Rule::Object(SCENE)));

const JSAPI: &[Field] = prepay!(
    Field::may("scene_info", "场景信息", Rule::Object(SCENE)),
    Field::must("payer", "支付者", Rule::Object(PAYER)).without(NO_OPENID)
);

const PAYER: &[Field] = &[Field::must("openid", "用户标识", Rule::text(1, 128)).without(NO_OPENID)];

/// The tail of `Request-ID` under a JSAPI prepay that names nobody.
const NO_OPENID: u32 = 268_501_013;

const H5: &[Field] = prepay!(Field::must("scene_info", "场景信息", Rule::Object(SCENE_H5)));

const SCENE_H5: &[Field] = &[
    Field::must("payer_client_ip", "用户终端IP", Rule::text(1, 45)),
    Field::may("device_id", "商户端设备号", Rule::text(0, 32)),
    Field::may("store_info", "商户门店信息", Rule::Object(STORE)),
    Field::must("h5_info", "H5场景信息", Rule::Object(H5_INFO)),
];

const H5_INFO: &[Field] = &[
    Field::must("type", "场景类型", Rule::formed(1, 32, |text| matches!(text, "Wap" | "iOS" | "Android"))),
    Field::may("app_name", "应用名称", Rule::text(0, 64)),
    Field::may("app_url", "网站URL", Rule::text(0, 128)),
    Field::may("bundle_id", "iOS平台BundleID", Rule::text(0, 128)),
    Field::may("package_name", "Android平台PackageName", Rule::text(0, 128)),
];

const AMOUNT: &[Field] = &[
    Field::must("total", "总金额", Rule::Integer { min: 1 }),
    Field::may("currency", "货币类型", Rule::formed(1, 16, |text| text == "CNY")),
];

const DETAIL: &[Field] = &[
    Field::may("cost_price", "订单原价", Rule::Integer { min: 0 }),
    Field::may("invoice_id", "商品小票ID", Rule::text(0, 32)),
    Field::may("goods_detail", "单品列表", Rule::List(GOODS)),
];

const GOODS: &[Field] = &[
    Field::must("merchant_goods_id", "商户侧商品编码", Rule::text(1, 32)),
    Field::may("wechatpay_goods_id", "微信支付商品编码", Rule::text(0, 32)),
    Field::may("goods_name", "商品名称", Rule::text(0, 256)),
    Field::must("quantity", "商品数量", Rule::Integer { min: 1 }),
    Field::must("unit_price", "商品单价", Rule::Integer { min: 0 }),
];

const SCENE: &[Field] = &[
    Field::must("payer_client_ip", "用户终端IP", Rule::text(1, 45)),
    Field::may("device_id", "商户端设备号", Rule::text(0, 32)),
    Field::may("store_info", "商户门店信息", Rule::Object(STORE)),
];

const STORE: &[Field] = &[
    Field::must("id", "门店编号", Rule::text(1, 32)),
    Field::may("name", "门店名称", Rule::text(0, 256)),
    Field::may("area_code", "地区编码", Rule::text(0, 32)),
    Field::may("address", "详细地址", Rule::text(0, 512)),
];

const SETTLE: &[Field] = &[Field::may("profit_sharing", "是否指定分账", Rule::Flag)];

const CLOSE: &[Field] = &[Field::must("mchid", "商户号", Rule::text(1, 32))];

/// How the shopper gets to the payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surface {
    /// A code on a screen.
    Native,
    /// A page in a phone's browser that jumps into the app.
    H5,
    /// A page inside of the app.
    Jsapi,
}

impl Surface {
    /// As `trade_type` tells it.
    #[must_use]
    pub fn trade_type(self) -> &'static str {
        match self {
            Self::Native => "NATIVE",
            Self::H5 => "MWEB",
            Self::Jsapi => "JSAPI",
        }
    }

    fn fields(self) -> &'static [Field] {
        match self {
            Self::Native => NATIVE,
            Self::H5 => H5,
            Self::Jsapi => JSAPI,
        }
    }
}

/// A prepay that passed every rule of form: of a code, unless its surface says otherwise.
#[derive(Debug, Clone, PartialEq)]
pub struct NativeOrder {
    /// By which call.
    pub surface: Surface,
    /// The shopper's id that a JSAPI prepay names, else empty.
    pub openid: String,
    /// The merchant's number of the payment.
    pub out_trade_no: String,
    /// What the shopper reads.
    pub description: String,
    /// Fen.
    pub total: i64,
    /// Always `CNY` on the mainland service.
    pub currency: String,
    /// Where to notify.
    pub notify_url: String,
    /// Echoed once paid.
    pub attach: String,
    /// The requested deadline in unix seconds, unclamped.
    pub time_expire: Option<i64>,
    /// All parameters as sent: a repetition must equal them.
    pub parameters: Map<String, Value>,
}

impl NativeOrder {
    /// The address that the merchant saw the shopper at; empty if it named none.
    #[must_use]
    pub fn client_ip(&self) -> &str {
        let scene = self.parameters.get("scene_info");
        scene.and_then(|scene| scene.get("payer_client_ip")).and_then(Value::as_str).unwrap_or_default()
    }

    /// Judges the body of `POST /v3/pay/transactions/native`.
    ///
    /// # Errors
    /// 400 `PARAM_ERROR` or `APPID_MCHID_NOT_MATCH`.
    pub fn parse(body: &[u8], merchant: &Merchant) -> Result<Self, ErrorReply> {
        Self::parse_as(Surface::Native, body, merchant)
    }

    /// Judges the body of `POST /v3/pay/transactions/{native|h5|jsapi}`.
    ///
    /// # Errors
    /// 400 `PARAM_ERROR` or `APPID_MCHID_NOT_MATCH`.
    pub fn parse_as(surface: Surface, body: &[u8], merchant: &Merchant) -> Result<Self, ErrorReply> {
        let parameters = check(body, surface.fields())?;
        let text = |name: &str| parameters.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        own_mchid(&text("mchid"), merchant)?;
        if text("appid") != merchant.appid {
            return Err(ErrorReply::new(400, "APPID_MCHID_NOT_MATCH", "appid和mchid不匹配，请检查后重试"));
        }
        if parameters.get("detail").is_some_and(|detail| detail.to_string().len() > DETAIL_LIMIT) {
            return Err(ErrorReply::parameter("输入源“/body/detail”映射到对象字段“优惠功能”规则校验失败，长度超过限制"));
        }
        let amount = parameters.get("amount");
        let openid = parameters.get("payer").and_then(|payer| payer.get("openid")).and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok(Self {
            surface,
            openid,
            out_trade_no: text("out_trade_no"),
            description: text("description"),
            total: amount.and_then(|amount| amount.get("total")).and_then(Value::as_i64).unwrap_or_default(),
            currency: "CNY".to_owned(),
            notify_url: text("notify_url"),
            attach: text("attach"),
            time_expire: provider_time::parse(&text("time_expire")),
            parameters,
        })
    }
}

/// Judges the body of a close.
///
/// # Errors
/// 400 `PARAM_ERROR`.
pub fn check_close(body: &[u8], merchant: &Merchant) -> Result<(), ErrorReply> {
    let parameters = check(body, CLOSE)?;
    own_mchid(parameters.get("mchid").and_then(Value::as_str).unwrap_or_default(), merchant)
}

/// Judges the query string of a query: `mchid` is required, and nothing else is known.
///
/// # Errors
/// 400 `PARAM_ERROR`.
pub fn check_query(query: Option<&str>, merchant: &Merchant) -> Result<(), ErrorReply> {
    let absent = "输入源“/query/mchid”映射到字符串字段“商户号”必填性规则校验失败，此字段为必填项";
    let mchid = only_parameter(query, "mchid")?;
    own_mchid(&mchid.ok_or_else(|| in_query(absent))?, merchant)
}

/// Judges the query string of a call that has none.
///
/// # Errors
/// 400 `PARAM_ERROR`.
pub fn check_no_query(query: Option<&str>) -> Result<(), ErrorReply> {
    only_parameter(query, "").map(drop)
}

/// The value of the one parameter that is known; the last one, if it is there more than once.
pub(super) fn only_parameter(query: Option<&str>, name: &str) -> Result<Option<String>, ErrorReply> {
    let mut found = None;
    for (known, value) in parameters(query)? {
        match !known.is_empty() && known == name {
            true => found = Some(value),
            false => return Err(in_query("请求中含有未在API文档中定义的参数")),
        }
    }
    Ok(found)
}

/// The parameters of a query, percent-decoded: the signature is over what was sent, the meaning is what it says.
pub(super) fn parameters(query: Option<&str>) -> Result<Vec<(String, String)>, ErrorReply> {
    parse(query.unwrap_or_default().as_bytes()).ok_or_else(|| in_query("请求参数格式错误"))
}

/// 400 `PARAM_ERROR` about the query.
pub(super) fn in_query(message: &str) -> ErrorReply {
    ErrorReply::parameter(message).detail(serde_json::json!({ "location": "query", "value": "" }))
}

/// Judges a number in a path, after percent-decoding.
///
/// # Errors
/// 400 `PARAM_ERROR`.
pub fn check_number(number: &str) -> Result<(), ErrorReply> {
    const NUMBER_FIELD: Field = Field::must("out_trade_no", "商户订单号", Rule::Text { min: 6, max: 32, form: NUMBER });
    check_path(&NUMBER_FIELD, number)
}

fn own_mchid(mchid: &str, merchant: &Merchant) -> Result<(), ErrorReply> {
    match mchid == merchant.mchid {
        true => Ok(()),
        false => Err(ErrorReply::parameter("Http头Authorization中的mchid与请求参数中的mchid不一致")),
    }
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-*|".contains(&byte))
}

fn is_time(text: &str) -> bool {
    provider_time::parse(text).is_some()
}

/// The pattern the service quotes in its errors, without its user-info part: `http(s)://`, a host,
/// a port of 2 to 5 digits if any, and a path without query, fragment, brackets and white space.
fn is_notify_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let Some(rest) = rest else { return false };
    let (authority, _) = rest.split_once('/').unwrap_or((rest, ""));
    let (host, port) = authority.split_once(':').unwrap_or((authority, "80"));
    let allowed = |c: char| !c.is_whitespace() && !"?#[]".contains(c);
    rest.chars().all(allowed)
        && !host.is_empty()
        && !host.contains('@')
        && (2..=5).contains(&port.len())
        && port.bytes().all(|byte| byte.is_ascii_digit())
}
