//! The table of methods: which are offered for an amount, and how each is paid on each surface. Every door that makes a payment reads
//! it, and so do quotes and the check of a configuration: what cannot be collected is known before there is an order.

use protocol::{Method, Money, PayBy, Surface, Ways};

use super::{Offer, Provider, Providers};

impl Providers {
    /// The methods that can collect an amount, in the order in which they are offered.
    pub(crate) fn methods(&self, money: Money) -> Vec<Method> {
        let heed = self.heed(self.collectors(money));
        let offered = self.collectors(money).filter(|offer| serves_anywhere(offer, heed));
        offered.map(|offer| offer.method.clone()).collect()
    }

    /// Whether an amount can be collected by a code, wherever its shopper will be: so begin orders that no shopper stands behind yet.
    pub(crate) fn makes_code(&self, method: &Method, money: Money) -> bool {
        self.collecting(method, money, Surface::Qr).is_some()
    }

    /// The provider by which an amount can be collected on a surface, and how; `None` where that method cannot, or not there.
    pub(crate) fn collecting(&self, method: &Method, money: Money, surface: Surface) -> Option<(&Provider, PayBy)> {
        let heed = self.heed(self.collectors(money));
        let offer = self.collectors(money).find(|offer| offer.method == *method)?;
        let way = self.ways_of(offer, heed).on(surface);
        (way != PayBy::Nothing).then_some((&*offer.provider, way))
    }

    /// How each of these methods is paid on each surface; a method that is not configured any more is paid nowhere, and no test by an account
    /// that moves money, nor the other way round.
    pub(crate) fn ways(&self, methods: &[Method], is_test: bool) -> Vec<Ways> {
        let heed = self.heed(methods.iter().filter_map(|method| self.offer(method.as_str())));
        let nowhere = |method: &Method| {
            let nothing = PayBy::Nothing;
            Ways { method: method.clone(), qr: nothing, app: nothing, wechat: nothing, in_app: nothing }
        };
        let of = |method: &Method| {
            self.offer(method.as_str())
                .filter(|offer| offer.provider.is_test == is_test)
                .map_or_else(|| nowhere(method), |offer| self.ways_of(offer, heed))
        };
        methods.iter().map(of).collect()
    }

    /// Those who are offered and can collect an amount, whether or not they refuse the account at the moment.
    fn collectors(&self, money: Money) -> impl Iterator<Item = &Offer> {
        self.offers.iter().filter(move |Offer { method, provider }| {
            let limits = provider.limits(method, money.currency.as_str());
            !self.withdrawn.contains(&provider.name()) && limits.is_some_and(|limits| limits.allow(money.amount))
        })
    }

    /// Whether anybody who is offered collects that currency.
    pub(crate) fn collects(&self, currency: &str) -> bool {
        let mut offered = self.offers.iter().filter(|offer| !self.withdrawn.contains(&offer.provider.name()));
        offered.any(|Offer { method, provider }| provider.limits(method, currency).is_some())
    }

    /// Whether it matters what providers have refused the account lately: where nothing else is left, that is tried all the same.
    fn heed<'a>(&self, mut offers: impl Iterator<Item = &'a Offer>) -> Heed {
        if offers.any(|offer| serves_anywhere(offer, Heed::Refusals)) { Heed::Refusals } else { Heed::SettingsAlone }
    }

    /// As usual, but for what the provider has not granted this merchant.
    fn ways_of(&self, offer: &Offer, heed: Heed) -> Ways {
        let mut ways = Ways::usual(&offer.method);
        let links = serves(offer, &LINK, heed);
        let bridges = self.knows_shoppers_inside && serves(offer, &INSIDE, heed);
        let codes = serves(offer, &gateway::Surface::Code, heed);
        for way in [&mut ways.qr, &mut ways.app, &mut ways.wechat, &mut ways.in_app] {
            match *way {
                PayBy::Link if !links => *way = offer.provider.code_on_a_phone(&offer.method),
                PayBy::Bridge if !bridges => *way = PayBy::Nothing,
                _ => {}
            }
            if !codes && matches!(*way, PayBy::Scan | PayBy::Save | PayBy::Copy) {
                *way = PayBy::Nothing;
            }
        }
        ways
    }
}

/// What decides whether a provider collects somewhere.
#[derive(Clone, Copy)]
enum Heed {
    /// Its settings, and what it has refused the account lately.
    Refusals,
    SettingsAlone,
}

const LINK: gateway::Surface<'static> = gateway::Surface::Link { client_ip: "", return_url: "" };
const INSIDE: gateway::Surface<'static> = gateway::Surface::Inside { payer: "" };

fn serves(offer: &Offer, surface: &gateway::Surface<'_>, heed: Heed) -> bool {
    match heed {
        Heed::Refusals => offer.provider.serves(&offer.method, surface),
        Heed::SettingsAlone => offer.provider.is_set_up_for(&offer.method, surface),
    }
}

fn serves_anywhere(offer: &Offer, heed: Heed) -> bool {
    [gateway::Surface::Code, LINK, INSIDE].iter().any(|surface| serves(offer, surface, heed))
}
