//! Requests that are wrong around their body: no authorization, another type, a query where there is none, nobody to pay.

use gateway::rsa::PrivateKey;
use gateway::{HttpRequest, HttpResponse, Surface};
use serde_json::{Value, json};

use crate::stage::{PAYMENT, Stage};

fn members(reply: &HttpResponse) -> Value {
    serde_json::from_slice(&reply.body).unwrap()
}

impl Stage {
    /// The answer to a request that the merchant signs and our gateway would not send.
    pub async fn signed(&self, method: &str, target: &str, body: Vec<u8>) -> HttpResponse {
        let (settings, now) = (self.sandbox.wechat_pay_settings(), self.at().now);
        let lines = [format!("{method}\n{target}\n{now}\nnonce\n").into_bytes(), body.clone(), b"\n".to_vec()].concat();
        let signature = PrivateKey::from_pem(&settings.merchant_key).unwrap().sign(&lines);
        let (mchid, serial) = (&settings.mchid, &settings.merchant_serial);
        let authorization = format!(
            "WECHATPAY2-SHA256-RSA2048 mchid=\"{mchid}\",nonce_str=\"nonce\",signature=\"{signature}\",timestamp=\"{now}\",serial_no=\"{serial}\""
        );
        let mut headers = vec![("authorization", authorization), ("accept", "*/*".to_owned()), ("user-agent", "a shop".to_owned())];
        if method == "POST" {
            headers.extend([("content-type", "application/json".to_owned()), ("wechatpay-serial", settings.public_key_id.clone())]);
        }
        self.send(&HttpRequest { method: method.parse().unwrap(), url: self.sandbox.url() + target, headers, body }).await
    }

    /// The same of our gateway's request, with a query more than its call has.
    async fn asked_more(&self, request: HttpRequest, query: &str) -> HttpResponse {
        let target = format!("{}?{query}", request.url.strip_prefix(&self.sandbox.url()).unwrap());
        self.signed(request.method.as_str(), &target, request.body).await
    }
}

#[tokio::test]
async fn without_authorization_payments_have_another_text_than_the_rest() {
    let stage = super::open().await;
    for (path, text) in [
        ("/v3/pay/transactions/id/1?mchid=1", "签名信息错误，验签失败"),
        ("/v3/certificates", "Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》"),
        ("/v3/bill/tradebill?bill_date=2026-01-01", "Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》"),
        ("/v3/billdownload/file?token=x", "Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》"),
    ] {
        let request = HttpRequest { method: reqwest::Method::GET, url: stage.sandbox.url() + path, headers: Vec::new(), body: Vec::new() };
        let reply = stage.send(&request).await;
        assert_eq!((reply.status.as_u16(), members(&reply)["message"].as_str()), (401, Some(text)), "{path}");
    }
}

#[tokio::test]
async fn what_is_posted_is_called_json_with_or_without_a_charset() {
    let stage = super::open().await;
    for (kind, status) in [(None, 400), (Some("text/plain"), 400), (Some("application/json; charset=utf-8"), 200)] {
        let mut request = stage.gateway.create(&stage.payment(), &stage.at()).into_request();
        request.headers.retain(|(name, _)| *name != "content-type");
        request.headers.extend(kind.map(|kind| ("content-type", kind.to_owned())));
        let reply = stage.send(&request).await;
        assert_eq!(reply.status, status, "{kind:?}");
        if status == 400 {
            assert_eq!(members(&reply)["code"], "INVALID_REQUEST");
            assert!(stage.sandbox.codes().is_empty());
        }
    }
}

#[tokio::test]
async fn a_query_is_refused_where_a_call_has_none() {
    let stage = super::open().await;
    let (gateway, at) = (&stage.gateway, stage.at());
    let notify_url = stage.payment().notify_url;
    let refund = gateway::RefundRequest {
        payment: gateway::PaymentRef::ours(PAYMENT),
        refund_id: "ref_1",
        amount: 1,
        total: 1250,
        currency: "CNY",
        reason: None,
        notify_url,
    };
    for request in [
        gateway.create(&stage.payment(), &at).into_request(),
        gateway.close(gateway::PaymentRef::ours(PAYMENT), &at).into_request(),
        gateway.refund(&refund, &at).into_request(),
        gateway.query_refund(&refund, &at).into_request(),
        super::wechat_pay(&stage.sandbox).certificates(&at).into_request(),
    ] {
        let url = request.url.clone();
        let reply = stage.asked_more(request, "x=1").await;
        let told = members(&reply);
        assert_eq!((reply.status.as_u16(), &told["code"]), (400, &json!("PARAM_ERROR")), "{url}");
        assert_eq!((&told["message"], &told["detail"]["location"]), (&json!("请求中含有未在API文档中定义的参数"), &json!("query")));
    }
    for (algorithm, status) in [("RSA", 200), ("ALL", 200), ("SM2", 200), ("DSA", 400)] {
        let request = super::wechat_pay(&stage.sandbox).certificates(&at).into_request();
        assert_eq!(stage.asked_more(request, &format!("algorithm_type={algorithm}")).await.status, status, "{algorithm}");
    }
}

#[tokio::test]
async fn a_payment_inside_of_wechat_that_names_nobody_has_a_reference_of_its_own() {
    let stage = super::open().await;
    let openid = stage.sandbox.official_account().openid;
    let inside = gateway::PaymentRequest { surface: Surface::Inside { payer: &openid }, ..stage.payment() };
    let request = stage.gateway.create(&inside, &stage.at()).into_request();
    let whole: Value = serde_json::from_slice(&request.body).unwrap();
    for payer in [None, Some(json!({}))] {
        let mut body = whole.clone();
        match payer {
            Some(payer) => body["payer"] = payer,
            None => drop(body.as_object_mut().unwrap().remove("payer")),
        }
        let body = body.to_string().into_bytes();
        let reply = stage.signed("POST", "/v3/pay/transactions/jsapi", body).await;
        assert_eq!((reply.status.as_u16(), &members(&reply)["code"]), (400, &json!("PARAM_ERROR")));
        let reference = reply.headers["request-id"].to_str().unwrap();
        assert!(reference.ends_with("-268501013"), "{reference}");
    }
}

#[tokio::test]
async fn a_payment_without_a_deadline_lives_seven_days_whatever_the_pages_say_of_later_ones() {
    let stage = super::open().await;
    stage.sandbox.set_faults(sandbox::Faults { pages: sandbox::Pages::Others, ..sandbox::Faults::default() });
    let request = stage.gateway.create(&stage.payment(), &stage.at()).into_request();
    let mut body: Value = serde_json::from_slice(&request.body).unwrap();
    body.as_object_mut().unwrap().remove("time_expire").unwrap();
    let body = body.to_string().into_bytes();
    assert_eq!(stage.signed("POST", "/v3/pay/transactions/native", body).await.status, 200);
    stage.advance(7 * 86_400 - 1);
    assert_eq!(stage.query(PAYMENT).await, Ok(gateway::ProviderStatus::Waiting));
    stage.advance(1);
    assert_eq!(stage.query(PAYMENT).await, Ok(gateway::ProviderStatus::Closed));
}

#[tokio::test]
async fn an_error_is_told_in_the_language_that_is_accepted() {
    let stage = super::open().await;
    for (accepted, told) in [(None, "订单不存在"), (Some("en-GB,en;q=0.8"), "The order does not exist"), (Some("zh-TW"), "訂單不存在")]
    {
        let mut request = stage.gateway.query(gateway::PaymentRef::ours(PAYMENT), &stage.at()).into_request();
        request.headers.extend(accepted.map(|language| ("accept-language", language.to_owned())));
        let reply = stage.send(&request).await;
        assert_eq!((members(&reply)["code"].as_str(), members(&reply)["message"].as_str()), (Some("ORDER_NOT_EXIST"), Some(told)));
    }
}

#[tokio::test]
async fn what_a_client_percent_encodes_means_the_same_and_a_charset_behind_the_type_is_nobodys_affair() {
    let stage = super::open().await;
    stage.advance(2 * 86_400);
    let bill = stage.signed("GET", "/v3/bill/tradebill?bill%5Fdate=2026%2D01%2D01&bill_type=AL%4C", Vec::new()).await;
    assert_eq!(members(&bill)["code"], "NO_STATEMENT_EXIST", "a day on which nothing was traded");
    let mut request = stage.gateway.close(gateway::PaymentRef::ours(PAYMENT), &stage.at()).into_request();
    request.headers.iter_mut().find(|(name, _)| *name == "content-type").unwrap().1 = "application/json; charset=gbk".to_owned();
    assert_eq!(members(&stage.send(&request).await)["code"], "ORDER_NOT_EXIST");
}
