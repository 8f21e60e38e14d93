//! Takings: what came in and what went back, when the money moved, added up by what it came from.

use std::collections::BTreeMap;

use protocol::{Currency, Item, Money, Price};

use super::table::{Cell, Table};
use crate::shop_time::ShopTime;

/// By what takings are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// The shop's day on which the money moved.
    Day,
    /// How it was paid.
    Method,
    /// What was sold, by its sku.
    Product,
    /// Where it went, ISO 3166-1 alpha-2.
    Country,
    /// The discount code.
    Code,
}

impl By {
    /// Reads a word of the API, which is the name of its column, too.
    pub(crate) fn parse(word: &str) -> Option<By> {
        [By::Day, By::Method, By::Product, By::Country, By::Code].into_iter().find(|by| by.as_str() == word)
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            By::Day => "day",
            By::Method => "method",
            By::Product => "product",
            By::Country => "country",
            By::Code => "code",
        }
    }

    /// Whether that stands in the price alone.
    pub(crate) fn needs_price(self) -> bool {
        matches!(self, By::Product | By::Country | By::Code)
    }
}

/// Money that came, or went back.
#[derive(Clone, Debug)]
pub(crate) struct Movement {
    /// When, unix seconds.
    pub(crate) at: i64,
    pub(crate) method: String,
    pub(crate) money: Money,
    /// Whether it went back.
    pub(crate) is_refund: bool,
    /// Whether it is the first money of its order, which is the order's; other money came beside it.
    pub(crate) is_first: bool,
    /// What the order costs, where that is asked for.
    pub(crate) price: Option<Price>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sum {
    orders: i64,
    quantity: i64,
    /// Minor units, as the next.
    sales: i64,
    refunds: i64,
}

/// Sums by currency and by what they came from; under no name what came from nothing in particular.
pub(crate) struct Takings {
    by: By,
    time: ShopTime,
    sums: BTreeMap<(Option<String>, String), Sum>,
}

impl Takings {
    pub(crate) fn new(by: By, time: ShopTime) -> Takings {
        Takings { by, time, sums: BTreeMap::new() }
    }

    /// Adds a movement.
    pub(crate) fn add(&mut self, moved: &Movement) {
        let Money { amount, currency } = moved.money;
        let price = moved.price.as_ref();
        let name = match self.by {
            By::Day => Some(self.time.date(moved.at).to_string()),
            By::Method => Some(moved.method.clone()),
            By::Country => price.and_then(|price| price.country.clone()),
            By::Code => price.and_then(|price| price.discount_code.as_ref()).filter(|code| code.applies()).map(|code| code.code.clone()),
            By::Product => return self.add_products(moved),
        };
        let sum = self.sum(name, currency);
        if moved.is_refund {
            sum.refunds = sum.refunds.saturating_add(amount);
        } else {
            sum.sales = sum.sales.saturating_add(amount);
            sum.orders += i64::from(moved.is_first);
        }
    }

    /// A product's takings are what its lines cost. What else an order comes to (discounts, delivery, taxes put on, rounding), lines
    /// without a sku, refunds and other money stand under no product, so that all together is what came.
    fn add_products(&mut self, moved: &Movement) {
        let Money { amount, currency } = moved.money;
        if moved.is_refund {
            let sum = self.sum(None, currency);
            sum.refunds = sum.refunds.saturating_add(amount);
            return;
        }
        let mut rest = amount;
        let lines = moved.price.iter().filter(|_| moved.is_first).flat_map(|price| &price.lines);
        let mut seen = Vec::new();
        for (at, line) in lines.enumerate() {
            let Item { sku, quantity } = &line.item;
            if sku.as_str() == unnamed(at) {
                continue;
            }
            let is_new = !seen.contains(sku);
            seen.extend(is_new.then(|| sku.clone()));
            let sum = self.sum(Some(sku.to_string()), currency);
            sum.orders += i64::from(is_new);
            sum.quantity = sum.quantity.saturating_add(i64::from(*quantity));
            sum.sales = sum.sales.saturating_add(line.total);
            rest = rest.saturating_sub(line.total);
        }
        if rest != 0 {
            let sum = self.sum(None, currency);
            sum.sales = sum.sales.saturating_add(rest);
        }
    }

    fn sum(&mut self, name: Option<String>, currency: Currency) -> &mut Sum {
        self.sums.entry((name, currency.as_str().to_owned())).or_default()
    }

    /// The sums, in the order of their names; what has none comes first.
    pub(crate) fn table(&self) -> Table {
        let has_quantity = self.by == By::Product;
        let mut columns = vec![self.by.as_str(), "currency", "orders"];
        columns.extend(has_quantity.then_some("quantity"));
        columns.extend(["sales", "refunds", "net"]);
        let row = |((name, code), sum): (&(Option<String>, String), &Sum)| {
            let currency = Currency::parse(code)?;
            let mut row = vec![name.clone().map_or(Cell::None, Cell::Text), Cell::Text(code.clone()), Cell::Number(sum.orders)];
            row.extend(has_quantity.then_some(Cell::Number(sum.quantity)));
            let net = sum.sales.saturating_sub(sum.refunds);
            row.extend([sum.sales, sum.refunds, net].map(|amount| Cell::Money(amount, currency)));
            Some(row)
        };
        Table { columns, rows: self.sums.iter().filter_map(row).collect() }
    }
}

/// What a line of an order of the shop's own is called where the shop named no sku; counted from 0.
pub(crate) fn unnamed(line: usize) -> String {
    format!("line-{}", line + 1)
}

#[cfg(test)]
mod tests {
    use protocol::{DiscountCode, Line, Sku};

    use super::*;

    fn sold(at: i64, amount: i64) -> Movement {
        let currency = Currency::parse("EUR").unwrap();
        let method = "wechat_pay".to_owned();
        Movement { at, method, money: Money { amount, currency }, is_refund: false, is_first: true, price: None }
    }

    fn csv(by: By, zone: &str, movements: &[Movement]) -> String {
        let mut takings = Takings::new(by, ShopTime::named(zone).unwrap());
        movements.iter().for_each(|moved| takings.add(moved));
        takings.table().csv()
    }

    #[test]
    fn money_counts_on_the_shops_day_on_which_it_moved() {
        // 2026-11-27T23:30:00Z is the next day in Berlin.
        let late = 1_795_822_200;
        let back = Movement { is_refund: true, ..sold(late + 86_400, 200) };
        let beside = Movement { is_first: false, ..sold(late, 500) };
        let movements = [sold(late - 7_200, 1_000), sold(late, 500), beside, back];
        let told = "day,currency,orders,sales,refunds,net\r\n\
                    2026-11-27,EUR,1,10.00,0.00,10.00\r\n2026-11-28,EUR,1,10.00,0.00,10.00\r\n2026-11-29,EUR,0,0.00,2.00,-2.00\r\n";
        assert_eq!(csv(By::Day, "Europe/Berlin", &movements), told);
    }

    #[test]
    fn products_add_up_to_what_came_and_other_money_is_no_product() {
        let currency = Currency::parse("EUR").unwrap();
        let line = |sku: &str, quantity, unit_price: i64| Line {
            item: Item { sku: Sku::parse(sku).unwrap(), quantity },
            name: sku.to_owned(),
            options: None,
            image: None,
            unit_price,
            total: unit_price * i64::from(quantity),
        };
        let lines = vec![line("tea", 2, 300), line("tea", 1, 300), line("line-3", 1, 100), line("cup", 1, 500)];
        let price = Some(Price { total: 1_400, ..Price::of_lines(currency, lines) });
        let order = Movement { price: price.clone(), ..sold(0, 1_400) };
        let beside = Movement { price, is_first: false, ..sold(1, 1_400) };
        let back = Movement { is_refund: true, ..beside.clone() };
        let told = "product,currency,orders,quantity,sales,refunds,net\r\n\
                    ,EUR,0,0,14.00,14.00,0.00\r\ncup,EUR,1,1,5.00,0.00,5.00\r\ntea,EUR,1,3,9.00,0.00,9.00\r\n";
        assert_eq!(csv(By::Product, "UTC", &[order, beside, back]), told);
    }

    #[test]
    fn codes_count_where_they_took_something_off() {
        let coded = |state: &str, at| {
            let code = Some(DiscountCode { code: "SPRING".to_owned(), state: state.to_owned() });
            let country = Some("DE".to_owned());
            let price = Price { discount_code: code, country, ..Price::of_lines(Currency::parse("EUR").unwrap(), Vec::new()) };
            Movement { price: Some(price), ..sold(at, 100) }
        };
        let movements = [coded("applied", 0), coded("expired", 1)];
        let head = "currency,orders,sales,refunds,net\r\n";
        assert_eq!(csv(By::Code, "UTC", &movements), format!("code,{head},EUR,1,1.00,0.00,1.00\r\nSPRING,EUR,1,1.00,0.00,1.00\r\n"));
        assert_eq!(csv(By::Country, "UTC", &movements), format!("country,{head}DE,EUR,2,2.00,0.00,2.00\r\n"));
    }
}
