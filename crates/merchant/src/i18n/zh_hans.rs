//! Chinese in simplified characters.

use super::pages;
use super::words::{AskWords, DownloadWords, MessageWords, OccasionWords, Words};

pub(super) const WORDS: Words = Words {
    lang: "zh-Hans",
    dir: "ltr",
    country: "国家或地区",
    checkout_not_shown: "无法显示结账页面。请允许此商店运行脚本并刷新页面，或联系商家。",
    no_such_order: "此地址没有对应的订单，请检查链接。",
    try_later: "暂时无法显示此页面，请稍后再试。",
    pages: pages::zh_hans::WORDS,
    downloads: DownloadWords {
        over: "此地址已失效。请返回您的订单页面重新下载文件。",
        gone: "此文件已不属于您的订单。",
        used_up: "此文件的下载次数已用完。请联系商家。",
        missing: "暂时无法下载此文件。请稍后再试；商家已收到通知。",
    },
    asks: AskWords {
        name: "姓名",
        email: "电子邮箱",
        phone: "电话",
        company: "公司",
        tax_id: "税号",
        address: "地址",
        line1: "街道地址",
        line2: "地址补充",
        sorting_code: "分拣码",
        city: "城市",
        post_town: "邮政城镇",
        suburb: "郊区",
        neighborhood: "街区",
        townland: "村镇地",
        village_township: "村或乡镇",
        district: "区",
        area: "地区",
        county: "郡",
        department: "省（大区）",
        do_si: "道或市",
        emirate: "酋长国",
        island: "岛屿",
        oblast: "州",
        parish: "教区",
        prefecture: "都道府县",
        province: "省",
        state: "州",
        postal: "邮政编码",
        zip: "邮政编码（ZIP）",
        pin: "邮政编码（PIN）",
        eircode: "邮政编码（Eircode）",
    },
    messages: MessageWords {
        greeting: "{name}，您好：",
        greeting_unnamed: "您好：",
        paid: OccasionWords {
            subject: "您在{shop}的订单 {number} 已付款", body: "谢谢！我们已收到您的付款 {total}。"
        },
        shipped: OccasionWords { subject: "您在{shop}的订单 {number} 已发货", body: "{shop}已为您寄出包裹。" },
        ready_for_pickup: OccasionWords {
            subject: "您在{shop}的订单 {number} 可以自提了", body: "您的订单已备好，请到{shop}自提。"
        },
        given: OccasionWords {
            subject: "您在{shop}的订单 {number} 已备齐", body: "您订单中尚缺的内容已备好，请在订单页面查看。"
        },
        refunded: OccasionWords { subject: "您在{shop}的订单 {number} 已退款", body: "{shop}已退还您 {amount}。" },
        order: "订单",
        total: "合计",
        returned: "退款金额",
        carrier: "承运方",
        tracking: "运单号",
        follow_parcel: "查看物流",
        see_order: "查看订单",
        on_page: "您的文件、许可密钥或门票请在订单页面查看。",
        test: "这是测试：未发生真实付款。",
        receipt_attached: "收据见附件。",
        receipt: "收据",
        paid_at: "付款时间",
        transaction: "交易单号",
        rounding: "尾差调整",
        why: "您收到此邮件，是因为您在{shop}下单时填写了这个邮箱。",
    },
};
