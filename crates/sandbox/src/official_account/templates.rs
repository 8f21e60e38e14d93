//! Templates of the account: the two that it was opened with, and those that were taken from WeChat's library since. Pure: new
//! ids are arguments.

use std::collections::HashSet;

use gateway::official_account::server::{ErrorReply, Keyword, MOST_TEMPLATES, Template};
use serde_json::{Value, json};

use super::facts::{AccountFacts, KEYWORDS, PAID, REFUNDED};

/// A template that every account can take, by its short id.
struct Offered {
    short: &'static str,
    title: &'static str,
    keywords: &'static [Keyword],
}

/// What the account was opened with, and what else a shop may want.
const LIBRARY: [Offered; 3] = [
    Offered { short: "OPENTM200000001", title: PAID, keywords: &KEYWORDS },
    Offered { short: "OPENTM200000002", title: REFUNDED, keywords: &KEYWORDS },
    Offered { short: "OPENTM200000003", title: "订单发货通知", keywords: &SHIPPED },
];

const SHIPPED: [Keyword; 3] = [
    Keyword::new("character_string1", "订单号"),
    Keyword::new("phrase2", "快递公司"),
    Keyword { name: "const3", label: "订单状态", choices: &["已发货", "已签收"] },
];

/// The industries that an account can be of, from 1.
const INDUSTRIES: [(&str, &str); 41] = [
    ("IT科技", "互联网|电子商务"),
    ("IT科技", "IT软件与服务"),
    ("IT科技", "IT硬件与设备"),
    ("IT科技", "电子技术"),
    ("IT科技", "通信与运营商"),
    ("IT科技", "网络游戏"),
    ("金融业", "银行"),
    ("金融业", "基金|理财|信托"),
    ("金融业", "保险"),
    ("餐饮", "餐饮"),
    ("酒店旅游", "酒店"),
    ("酒店旅游", "旅游"),
    ("运输与仓储", "快递"),
    ("运输与仓储", "物流"),
    ("运输与仓储", "仓储"),
    ("教育", "培训"),
    ("教育", "院校"),
    ("政府与公共事业", "学术科研"),
    ("政府与公共事业", "交警"),
    ("政府与公共事业", "博物馆"),
    ("政府与公共事业", "公共事业|非盈利机构"),
    ("医药护理", "医药医疗"),
    ("医药护理", "护理美容"),
    ("医药护理", "保健与卫生"),
    ("交通工具", "汽车相关"),
    ("交通工具", "摩托车相关"),
    ("交通工具", "火车相关"),
    ("交通工具", "飞机相关"),
    ("房地产", "建筑"),
    ("房地产", "物业"),
    ("消费品", "消费品"),
    ("商业服务", "法律"),
    ("商业服务", "会展"),
    ("商业服务", "中介服务"),
    ("商业服务", "认证"),
    ("商业服务", "审计"),
    ("文体娱乐", "传媒"),
    ("文体娱乐", "体育"),
    ("文体娱乐", "娱乐休闲"),
    ("印刷", "印刷"),
    ("其它", "其它"),
];

/// What an account has of them now.
#[derive(Default)]
pub(super) struct Templates {
    added: Vec<Template>,
    removed: HashSet<String>,
    /// Places in the list of industries.
    industries: [usize; 2],
}

impl Templates {
    /// Every one, the first ones first.
    pub fn all(&self, facts: &AccountFacts) -> Vec<Template> {
        let opened_with = facts.templates().into_iter().filter(|template| !self.removed.contains(&template.id));
        opened_with.chain(self.added.iter().cloned()).collect()
    }

    /// The one of this id.
    pub fn find(&self, facts: &AccountFacts, id: &str) -> Result<Template, ErrorReply> {
        self.all(facts).into_iter().find(|template| template.id == id).ok_or(ErrorReply::of(40037))
    }

    /// Takes one from the library, under an id of the account's own.
    pub fn add(&mut self, facts: &AccountFacts, short: &str, id: String) -> Result<String, ErrorReply> {
        let Offered { title, keywords, .. } = LIBRARY.iter().find(|offered| offered.short == short).ok_or(ErrorReply::of(40037))?;
        if self.all(facts).len() >= MOST_TEMPLATES {
            return Err(ErrorReply::of(45026));
        }
        self.added.push(Template { id: id.clone(), title, keywords });
        Ok(id)
    }

    /// Does away with one.
    pub fn remove(&mut self, facts: &AccountFacts, id: &str) -> Result<(), ErrorReply> {
        self.find(facts, id)?;
        self.added.retain(|template| template.id != id);
        self.removed.insert(id.to_owned());
        Ok(())
    }

    /// Says which industries the account is of.
    pub fn set_industries(&mut self, numbers: [Option<usize>; 2]) -> Result<(), ErrorReply> {
        let place = |number: Option<usize>| number.and_then(|number| number.checked_sub(1)).filter(|place| *place < INDUSTRIES.len());
        let [Some(first), Some(second)] = numbers.map(place) else { return Err(ErrorReply::of(40102)) };
        self.industries = [first, second];
        Ok(())
    }

    /// The account's industries, as the call tells them.
    pub fn industries(&self) -> Value {
        let [first, second] = self.industries.map(|place| {
            let (class, part) = INDUSTRIES.get(place).copied().unwrap_or_default();
            json!({ "first_class": class, "second_class": part })
        });
        json!({ "primary_industry": first, "secondary_industry": second })
    }

    /// Every one, as the call tells them.
    pub fn list(&self, facts: &AccountFacts) -> Value {
        let (class, part) = INDUSTRIES.get(self.industries[0]).copied().unwrap_or_default();
        let entry = |template: &Template| {
            let lines = |value: fn(&Keyword) -> String| {
                template.keywords.iter().map(|keyword| format!("{}:{}", keyword.label, value(keyword))).collect::<Vec<_>>().join("\n")
            };
            json!({
                "template_id": template.id, "title": template.title, "primary_industry": class, "deputy_industry": part,
                "content": lines(|keyword| format!("{{{{{}.DATA}}}}", keyword.name)),
                "example": lines(|keyword| keyword.choices.first().copied().unwrap_or("-").to_owned()),
            })
        };
        json!({ "template_list": self.all(facts).iter().map(entry).collect::<Vec<_>>() })
    }
}
