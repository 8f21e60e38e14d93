//! What a notice says, in English and in Chinese.

use std::collections::BTreeMap;

use protocol::{Currency, Money};

use super::news::{News, Sum};

/// In which language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tongue {
    #[default]
    English,
    Chinese,
}

/// A notice in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    /// Its first line.
    pub(crate) head: String,
    pub(crate) lines: Vec<String>,
    /// What the link is called, and where it leads.
    pub(crate) link: (&'static str, String),
}

/// How words of others get between ours.
pub(super) struct Foreign<'a> {
    /// Makes plain text of them.
    pub(super) plain: fn(&str) -> String,
    /// What the catalog calls a product.
    pub(super) name: &'a dyn Fn(&str) -> Option<String>,
}

impl Tongue {
    /// Reads a language tag.
    pub(crate) fn parse(tag: &str) -> Option<Tongue> {
        match tag {
            "en" => Some(Tongue::English),
            "zh" | "zh-CN" | "zh-Hans" => Some(Tongue::Chinese),
            _ => None,
        }
    }

    /// The language tag.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Tongue::English => "en",
            Tongue::Chinese => "zh-Hans",
        }
    }

    fn say(self, english: String, chinese: String) -> String {
        match self {
            Tongue::English => english,
            Tongue::Chinese => chinese,
        }
    }

    /// Puts news into words: one thing, or orders that were paid. `shop` is the shop's name.
    pub(super) fn write(self, news: &[News], shop: &str, link: &str, foreign: &Foreign<'_>) -> Told {
        let lines = match news {
            [News::Sold { .. }, ..] => self.sold(news),
            [one, ..] => self.one(one, foreign),
            [] => Vec::new(),
        };
        let label = match self {
            Tongue::English => "Open",
            Tongue::Chinese => "打开",
        };
        Told { head: (foreign.plain)(shop), lines, link: (label, link.to_owned()) }
    }

    fn sold(self, news: &[News]) -> Vec<String> {
        let (mut sums, mut newest) = (BTreeMap::<&str, i64>::new(), "");
        for one in news {
            let News::Sold { number, amount, currency } = one else { continue };
            let sum = sums.entry(currency).or_default();
            *sum = sum.saturating_add(*amount);
            newest = number;
        }
        let sums: Vec<Sum> = sums.into_iter().map(|(currency, sum)| (currency.to_owned(), sum)).collect();
        let (number, sums) = (news.len(), written(&sums));
        vec![match number {
            1 => self.say(format!("1 order paid: {sums}, {newest}"), format!("1 笔订单已付款：{sums}，{newest}")),
            _ => {
                self.say(format!("{number} orders paid: {sums}, newest {newest}"), format!("{number} 笔订单已付款：{sums}，最新 {newest}"))
            }
        }]
    }

    fn one(self, news: &News, foreign: &Foreign<'_>) -> Vec<String> {
        let plain = foreign.plain;
        vec![match news {
            News::Sold { .. } => return self.sold(std::slice::from_ref(news)),
            News::LowStock { sku, left } => {
                let name = (foreign.name)(sku).map_or_else(|| plain(sku), |name| format!("{} / {}", plain(&name), plain(sku)));
                self.say(format!("Low stock: {left} left of {name}"), format!("库存不足：{name} 剩余 {left}"))
            }
            News::LowKeys { pool } => {
                let pool = plain(pool);
                self.say(format!("Few licence keys are left in {pool}"), format!("许可证密钥即将用完：{pool}"))
            }
            News::Attention { number, reason } => {
                let why = self.reason(reason);
                self.say(format!("Order {number} needs a person: {why}"), format!("订单 {number} 需要人工处理：{why}"))
            }
            News::Wrong { code, of } => {
                let about = of.as_deref().map(|of| format!(" ({})", plain(of))).unwrap_or_default();
                format!("{}{about}", self.wrong(code))
            }
            News::KeyEnds { key, days } => {
                let key = plain(key);
                self.say(format!("The API key {key} ends within {days} days"), format!("API 密钥 {key} 将在 {days} 天内到期"))
            }
            News::CertificatesEnd { provider, days } => {
                let provider = plain(provider);
                self.say(format!("The certificates of {provider} end within {days} days"), format!("{provider} 的证书将在 {days} 天内到期"))
            }
            News::BackupOld { days: Some(days) } => {
                self.say(format!("The newest backup is {days} days old"), format!("最近一次备份已是 {days} 天前"))
            }
            News::BackupOld { days: None } => self.say("There is no backup of the records".to_owned(), "尚未备份任何记录".to_owned()),
            News::MailGivenUp => self.say("E-mails to shoppers were given up today".to_owned(), "今天有发给顾客的邮件未能送达".to_owned()),
            News::Summary { date, orders, sold, returned, attention } => return self.summary(date, *orders, (sold, returned), *attention),
            News::Test => self.say("This is a test: notices arrive here".to_owned(), "这是一条测试：通知将发送到这里".to_owned()),
        }]
    }

    fn summary(self, date: &str, orders: i64, (sold, returned): (&[Sum], &[Sum]), attention: i64) -> Vec<String> {
        let mut lines = vec![match orders {
            0 => self.say(format!("{date}: no orders paid"), format!("{date}：没有订单付款")),
            1 => self.say(format!("{date}: 1 order paid, {}", written(sold)), format!("{date}：1 笔订单已付款，{}", written(sold))),
            _ => self.say(
                format!("{date}: {orders} orders paid, {}", written(sold)),
                format!("{date}：{orders} 笔订单已付款，{}", written(sold)),
            ),
        }];
        if !returned.is_empty() {
            lines.push(self.say(format!("Returned: {}", written(returned)), format!("已退款：{}", written(returned))));
        }
        if attention > 0 {
            lines.push(self.say(format!("Orders that need a person: {attention}"), format!("需要人工处理的订单：{attention}")));
        }
        lines
    }

    /// Why an order needs a person.
    fn reason(self, reason: &str) -> String {
        let (english, chinese) = match reason {
            "wrong-amount" => ("another amount came than was asked for", "收到的金额不符"),
            "paid-twice" => ("it was paid twice", "重复付款"),
            "oversold" => ("what it bought had been sold already", "商品已售罄"),
            "keys-short" => ("licence keys are missing", "缺少许可证密钥"),
            "payment-unclear" => ("whether it was paid is not clear", "付款状态不明"),
            "refund-refused" => ("money cannot go back by itself", "无法自动退款"),
            "refund-amount" => ("another amount went back than should have", "退款金额不符"),
            "refund-failed" => ("a refund failed", "退款失败"),
            "refund-stuck" => ("a refund has to be made another way", "退款需要另行处理"),
            "transaction-used" => ("the same money is told of two payments", "同一笔款项对应两次付款"),
            "bill-difference" => ("the bill of the provider says otherwise", "与支付平台账单不符"),
            _ => ("see its ledger", "请查看其记录"),
        };
        self.say(english.to_owned(), chinese.to_owned())
    }

    /// What is wrong, by the code of `doctor`.
    fn wrong(self, code: &str) -> String {
        let (english, chinese) = match code {
            "webhooks-failed" => ("Webhooks to your shop were given up", "发往店铺的 Webhook 已放弃"),
            "webhooks-wait" => ("Your shop does not take its webhooks", "店铺未接收 Webhook"),
            "provider-away" => ("A provider does not answer", "支付平台没有响应"),
            "account-refused" => ("A provider refuses the account something", "支付平台拒绝了账户的请求"),
            "mail-server-away" => ("The mail server takes no letters", "邮件服务器不接收邮件"),
            "disk-nearly-full" => ("The disk of the records is nearly full", "存放记录的磁盘将满"),
            "catalog-stale" => ("The catalog has a fault and is not sold from as it stands", "商品目录有误，未被采用"),
            "nothing-collects" => ("No payment method collects the currency of the catalog", "没有支付方式支持目录的货币"),
            "clock-off" => ("The clock of the server is off", "服务器时钟不准"),
            "payments-unasked" => ("Payments wait to be asked about", "有付款等待查询"),
            "refunds-wait" => ("Refunds have been on their way for more than a day", "退款超过一天仍未到账"),
            "books-incomplete" => ("The books are incomplete", "账簿不完整"),
            "bills-uncompared" => ("Days were not compared with the bills of the provider", "有日期未与支付平台账单核对"),
            "bills-gone" => ("Days can no longer be compared with the bills of the provider", "有日期已无法与支付平台账单核对"),
            _ => ("Something needs a person; doctor tells what", "有事项需要人工处理，请运行 doctor"),
        };
        self.say(english.to_owned(), chinese.to_owned())
    }
}

/// Sums as people read them; `0` where there is none.
fn written(sums: &[Sum]) -> String {
    let one = |(currency, amount): &Sum| match Currency::parse(currency) {
        Some(known) => format!("{currency} {}", Money { amount: *amount, currency: known }.to_decimal()),
        None => format!("{amount} {currency}"),
    };
    if sums.is_empty() { "0".to_owned() } else { sums.iter().map(one).collect::<Vec<_>>().join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notices::plain::for_robots;

    fn told(tongue: Tongue, news: &[News]) -> String {
        let foreign = Foreign { plain: for_robots, name: &|_| None };
        let Told { lines, .. } = tongue.write(news, "Tea", "https://pay.example", &foreign);
        lines.join("\n")
    }

    fn sold(number: &str, amount: i64) -> News {
        News::Sold { number: number.to_owned(), amount, currency: "CNY".to_owned() }
    }

    #[test]
    fn orders_that_were_paid_are_told_of_together() {
        assert_eq!(told(Tongue::English, &[sold("A", 6_800)]), "1 order paid: CNY 68.00, A");
        let three = [sold("A", 6_800), sold("B", 6_800), sold("C", 6_800)];
        assert_eq!(told(Tongue::English, &three), "3 orders paid: CNY 204.00, newest C");
        assert_eq!(told(Tongue::Chinese, &three), "3 笔订单已付款：CNY 204.00，最新 C");
    }

    #[test]
    fn a_day_is_told_with_what_went_back_and_what_waits() {
        let (sold, returned) = (vec![("CNY".to_owned(), 20_400)], vec![("CNY".to_owned(), 100)]);
        let day = News::Summary { date: "2026-11-29".to_owned(), orders: 3, sold, returned, attention: 2 };
        assert_eq!(
            told(Tongue::English, &[day]),
            "2026-11-29: 3 orders paid, CNY 204.00\nReturned: CNY 1.00\nOrders that need a person: 2"
        );
        let none = News::Summary { date: "2026-11-29".to_owned(), orders: 0, sold: vec![], returned: vec![], attention: 0 };
        assert_eq!(told(Tongue::Chinese, &[none]), "2026-11-29：没有订单付款");
    }
}
