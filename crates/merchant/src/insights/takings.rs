//! Takings: what came in and what went back, on the days on which the books count it, added up by what it came from.

use std::collections::BTreeMap;

use protocol::Currency;

use super::table::{Cell, Table};
use crate::books::{Booked, MovementKind};
use crate::shop_time::ShopTime;

/// By what takings are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// The shop's day on which the books count it.
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
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sum {
    orders: i64,
    quantity: i64,
    /// Minor units, as the next.
    sales: i64,
    refunds: i64,
}

impl Sum {
    fn move_money(&mut self, kind: MovementKind, amount: i64) {
        match kind {
            MovementKind::Refund => self.refunds = self.refunds.saturating_sub(amount),
            _ => self.sales = self.sales.saturating_add(amount),
        }
    }
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

    /// Adds a movement. What providers take is no part of takings.
    pub(crate) fn add(&mut self, booked: &Booked) {
        let moved = &booked.movement;
        let name = match self.by {
            _ if moved.kind == MovementKind::Fee => return,
            By::Day => Some(self.time.date(booked.booked_at).to_string()),
            By::Method => moved.method.clone(),
            By::Country => moved.country.clone(),
            By::Code => moved.discount_code.clone(),
            By::Product => return self.add_products(booked),
        };
        let sum = self.sum(name, &moved.currency);
        sum.orders += i64::from(moved.kind == MovementKind::Sale);
        sum.move_money(moved.kind, moved.amount);
    }

    /// A product's takings are what its lines cost, and what of them went back by line. What else an order comes to (discounts, delivery,
    /// taxes put on, rounding), lines without a sku, and other money stand under no product, so that all together is what came.
    fn add_products(&mut self, booked: &Booked) {
        let moved = &booked.movement;
        let sign = if moved.kind == MovementKind::Refund { -1 } else { 1 };
        let (mut rest, mut seen) = (moved.amount, Vec::new());
        for line in moved.lines.iter().filter(|line| line.has_sku()) {
            let is_new = moved.kind == MovementKind::Sale && !seen.contains(&&line.sku);
            seen.push(&line.sku);
            let sum = self.sum(Some(line.sku.clone()), &moved.currency);
            sum.orders += i64::from(is_new);
            sum.quantity = sum.quantity.saturating_add(sign * i64::from(line.quantity));
            sum.move_money(moved.kind, sign * line.total);
            rest = rest.saturating_sub(sign * line.total);
        }
        if rest != 0 {
            self.sum(None, &moved.currency).move_money(moved.kind, rest);
        }
    }

    fn sum(&mut self, name: Option<String>, currency: &str) -> &mut Sum {
        self.sums.entry((name, currency.to_owned())).or_default()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::{Movement, SoldLine};
    use crate::order_record::References;

    fn moved(kind: MovementKind, at: i64, amount: i64) -> Booked {
        let movement = Movement {
            name: String::new(),
            order: None,
            kind,
            at,
            payment: None,
            refund: None,
            transaction: None,
            provider: "wechat_pay".to_owned(),
            method: Some("wechat_pay".to_owned()),
            currency: "EUR".to_owned(),
            amount,
            taxes: Vec::new(),
            lines: Vec::new(),
            discount_code: None,
            country: None,
        };
        Booked { id: 0, booked_at: at, belongs_to: None, movement, references: References::default() }
    }

    fn with(booked: Booked, change: impl FnOnce(&mut Movement)) -> Booked {
        let mut booked = booked;
        change(&mut booked.movement);
        booked
    }

    fn csv(by: By, zone: &str, movements: &[Booked]) -> String {
        let mut takings = Takings::new(by, ShopTime::named(zone).unwrap());
        movements.iter().for_each(|moved| takings.add(moved));
        takings.table().csv()
    }

    #[test]
    fn money_counts_on_the_shops_day_on_which_the_books_count_it() {
        use MovementKind::{Fee, OddMoney, Refund, Sale, SecondPayment};
        // 2026-11-27T23:30:00Z is the next day in Berlin.
        let late = 1_795_822_200;
        let told_late = Booked { booked_at: late, ..moved(Sale, late - 7_200, 500) };
        let movements = [
            moved(Sale, late - 7_200, 1_000),
            told_late,
            moved(SecondPayment, late, 500),
            moved(Fee, late, -6),
            moved(Refund, late + 86_400, -200),
            moved(OddMoney, late + 86_400, 7),
            moved(OddMoney, late + 86_400, -7),
        ];
        let told = "day,currency,orders,sales,refunds,net\r\n\
                    2026-11-27,EUR,1,10.00,0.00,10.00\r\n2026-11-28,EUR,1,10.00,0.00,10.00\r\n2026-11-29,EUR,0,0.00,2.00,-2.00\r\n";
        assert_eq!(csv(By::Day, "Europe/Berlin", &movements), told);
    }

    #[test]
    fn products_add_up_to_what_came_and_other_money_is_no_product() {
        let line = |line: usize, sku: &str, quantity: u32, unit_price: i64| {
            let total = unit_price * i64::from(quantity);
            SoldLine { line, sku: sku.to_owned(), name: sku.to_owned(), quantity, total }
        };
        let order = with(moved(MovementKind::Sale, 0, 1_400), |sale| {
            sale.lines = vec![line(0, "tea", 2, 300), line(1, "tea", 1, 300), line(2, "line-3", 1, 100), line(3, "cup", 1, 500)];
        });
        let (beside, back) = (moved(MovementKind::SecondPayment, 1, 1_400), moved(MovementKind::Refund, 2, -1_400));
        // A tea that was sold with something off.
        let tea = with(moved(MovementKind::Refund, 3, -290), |back| back.lines = vec![line(0, "tea", 1, 300)]);
        let told = "product,currency,orders,quantity,sales,refunds,net\r\n\
                    ,EUR,0,0,14.00,13.90,0.10\r\ncup,EUR,1,1,5.00,0.00,5.00\r\ntea,EUR,1,2,9.00,3.00,6.00\r\n";
        assert_eq!(csv(By::Product, "UTC", &[order, beside, back, tea]), told);
    }

    #[test]
    fn codes_and_countries_are_those_of_the_movement() {
        let coded = |code: Option<&str>| {
            with(moved(MovementKind::Sale, 0, 100), |sale| {
                (sale.discount_code, sale.country) = (code.map(str::to_owned), Some("DE".to_owned()));
            })
        };
        let movements = [coded(Some("SPRING")), coded(None)];
        let head = "currency,orders,sales,refunds,net\r\n";
        assert_eq!(csv(By::Code, "UTC", &movements), format!("code,{head},EUR,1,1.00,0.00,1.00\r\nSPRING,EUR,1,1.00,0.00,1.00\r\n"));
        assert_eq!(csv(By::Country, "UTC", &movements), format!("country,{head}DE,EUR,2,2.00,0.00,2.00\r\n"));
    }
}
