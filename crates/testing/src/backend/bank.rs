//! `[bank]`: invented accounts to collect on.

/// By one scheme, in Hong Kong dollars.
pub const FPS: &str = r#"
[bank]
name = "MOUNTAIN TEA"
city = "HONG KONG"
[bank.fps]
id = "1234567"
"#;

/// By every scheme.
pub const EVERY_SCHEME: &str = r#"
[bank]
name = "MOUNTAIN TEA"
city = "BRASILIA"
category = "5411"
postal_code = "10110"
[bank.pix]
key = "shop@example.com"
[bank.promptpay]
target = "801234567"
[bank.paynow]
proxy = "201403121W"
[bank.qris]
acquirer = "ID.CO.EXAMPLE.WWW"
pan = "936009990000000009"
merchant_id = "0000000009"
criteria = "UMI"
national_id = "ID1020000000001"
[bank.vietqr]
bank = "970415"
account = "113366668888"
[bank.fps]
id = "7654321"
[bank.duitnow]
acquirer = "501664"
merchant_id = "123456789"
dynamic = true
[bank.khqr]
bakong_id = "shop@devb"
merchant_id = "123456"
bank = "Dev Bank"
"#;
