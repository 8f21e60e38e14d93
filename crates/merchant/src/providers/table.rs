//! The table of methods: which are offered for an amount, and how each is paid on each surface. Every door that makes a payment reads
//! it, and so do quotes and the check of a configuration: what cannot be collected is known before there is an order.

use protocol::{Method, Money, PayBy, Surface, Ways};

use super::{Provider, Providers};

impl Providers {
    /// The methods that can collect an amount, in the order in which they are offered.
    pub(crate) fn methods(&self, money: Money) -> Vec<Method> {
        let offered = self.all.iter().filter(|provider| self.is_offered(provider, money));
        offered.map(|provider| provider.method().clone()).collect()
    }

    /// The provider by which an amount can be collected on a surface, and how; `None` where that method cannot, or not there.
    pub(crate) fn collecting(&self, method: &Method, money: Money, surface: Surface) -> Option<(&Provider, PayBy)> {
        let provider = self.get(method.as_str()).filter(|provider| self.is_offered(provider, money))?;
        let way = self.ways_of(provider).on(surface);
        (way != PayBy::Nothing).then_some((provider, way))
    }

    /// How each of these methods is paid on each surface; a method that is not configured any more is paid nowhere.
    pub(crate) fn ways(&self, methods: &[Method]) -> Vec<Ways> {
        let nowhere = |method: &Method| {
            let nothing = PayBy::Nothing;
            Ways { method: method.clone(), qr: nothing, app: nothing, wechat: nothing, in_app: nothing }
        };
        let of = |method: &Method| self.get(method.as_str()).map_or_else(|| nowhere(method), |provider| self.ways_of(provider));
        methods.iter().map(of).collect()
    }

    fn is_offered(&self, provider: &Provider, money: Money) -> bool {
        let limits = provider.limits(money.currency.as_str());
        !self.withdrawn.contains(&provider.method().as_str()) && limits.is_some_and(|limits| limits.allow(money.amount))
    }

    /// As usual, but for what the provider has not granted this merchant.
    fn ways_of(&self, provider: &Provider) -> Ways {
        let mut ways = Ways::usual(provider.method());
        let links = provider.serves(&gateway::Surface::Link { client_ip: "", return_url: "" });
        let bridges = self.knows_shoppers_inside && provider.serves(&gateway::Surface::Inside { payer: "" });
        for way in [&mut ways.app, &mut ways.wechat, &mut ways.in_app] {
            match *way {
                PayBy::Link if !links => *way = instead_of_a_link(provider.method()),
                PayBy::Bridge if !bridges => *way = PayBy::Nothing,
                _ => {}
            }
        }
        if !provider.serves(&gateway::Surface::Code) {
            ways.qr = PayBy::Nothing;
        }
        ways
    }
}

/// What a code on the phone's own screen is good for: Alipay reads codes from pictures, WeChat by its camera alone.
fn instead_of_a_link(method: &Method) -> PayBy {
    if method.as_str() == "alipay" { PayBy::Save } else { PayBy::Scan }
}
