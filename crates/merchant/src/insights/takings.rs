//! Takings: what came in and what went back, on the days on which the books count it, added up by what it came from.

use std::collections::BTreeMap;

use protocol::Currency;

use super::table::{Cell, Table};
use crate::books::{MovementKind, SoldLine};
use crate::shop_time::ShopTime;

/// Of the day that is told in parts: every zone's day begins with one of them, seconds.
pub(crate) const PART_OF_DAY: i64 = 900;

/// Movements that are alike in what takings are told apart by, and what they come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Taken {
    /// What they are alike in, as the books have it: a method, a country, a discount code; by day the number of [`PART_OF_DAY`] since 1970; by
    /// product the lines of each, as JSON.
    pub of: Option<String>,
    pub kind: MovementKind,
    pub currency: String,
    /// How many movements.
    pub number: i64,
    /// Of all of them, minor units.
    pub amount: i64,
}

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

    /// Adds movements; `false` where what they are alike in cannot be read. What providers take is no part of takings.
    #[must_use]
    pub(crate) fn add(&mut self, taken: &Taken) -> bool {
        let name = match (self.by, &taken.of) {
            _ if taken.kind == MovementKind::Fee => return true,
            (By::Product, lines) => return self.add_products(taken, lines.as_deref()),
            (By::Day, part) => match part.as_deref().and_then(|part| part.parse::<i64>().ok()) {
                Some(part) => Some(self.time.date(part.saturating_mul(PART_OF_DAY)).to_string()),
                None => return false,
            },
            (By::Method | By::Country | By::Code, name) => name.clone(),
        };
        let sum = self.sum(name, &taken.currency);
        sum.orders += if taken.kind == MovementKind::Sale { taken.number } else { 0 };
        sum.move_money(taken.kind, taken.amount);
        true
    }

    /// A product's takings are what its lines cost, and what of them went back by line. What else an order comes to (discounts, delivery,
    /// taxes put on, rounding), lines without a sku, and other money stand under no product, so that all together is what came.
    fn add_products(&mut self, taken: &Taken, lines: Option<&str>) -> bool {
        let Some(lines) = lines.and_then(|lines| serde_json::from_str::<Vec<SoldLine>>(lines).ok()) else { return false };
        let of_all = if taken.kind == MovementKind::Refund { -taken.number } else { taken.number };
        let (mut rest, mut seen) = (taken.amount, Vec::new());
        for line in lines.iter().filter(|line| line.has_sku()) {
            let is_new = taken.kind == MovementKind::Sale && !seen.contains(&&line.sku);
            seen.push(&line.sku);
            let total = line.total.saturating_mul(of_all);
            let sum = self.sum(Some(line.sku.clone()), &taken.currency);
            sum.orders += if is_new { taken.number } else { 0 };
            sum.quantity = sum.quantity.saturating_add(of_all.saturating_mul(i64::from(line.quantity)));
            sum.move_money(taken.kind, total);
            rest = rest.saturating_sub(total);
        }
        if rest != 0 {
            self.sum(None, &taken.currency).move_money(taken.kind, rest);
        }
        true
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

    /// A movement, and the lines it is of.
    struct Moved {
        booked_at: i64,
        taken: Taken,
        lines: Vec<SoldLine>,
    }

    fn moved(kind: MovementKind, booked_at: i64, amount: i64) -> Moved {
        Moved { booked_at, taken: Taken { of: None, kind, currency: "EUR".to_owned(), number: 1, amount }, lines: Vec::new() }
    }

    fn csv(by: By, zone: &str, movements: &[Moved]) -> String {
        let mut takings = Takings::new(by, ShopTime::named(zone).unwrap());
        for Moved { booked_at, taken, lines } in movements {
            let of = match by {
                By::Day => Some((booked_at / PART_OF_DAY).to_string()),
                By::Product => Some(serde_json::to_string(lines).unwrap()),
                _ => taken.of.clone(),
            };
            assert!(takings.add(&Taken { of, ..taken.clone() }));
        }
        takings.table().csv()
    }

    #[test]
    fn money_counts_on_the_shops_day_on_which_the_books_count_it() {
        use MovementKind::{Fee, OddMoney, Refund, Sale, SecondPayment};
        // 2026-11-27T23:30:00Z is the next day in Berlin.
        let late = 1_795_822_200;
        let told_late = moved(Sale, late, 500);
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
        let mut order = moved(MovementKind::Sale, 0, 1_400);
        order.lines = vec![line(0, "tea", 2, 300), line(1, "tea", 1, 300), line(2, "line-3", 1, 100), line(3, "cup", 1, 500)];
        let (beside, back) = (moved(MovementKind::SecondPayment, 1, 1_400), moved(MovementKind::Refund, 2, -1_400));
        // A tea that was sold with something off.
        let mut tea = moved(MovementKind::Refund, 3, -290);
        tea.lines = vec![line(0, "tea", 1, 300)];
        let told = "product,currency,orders,quantity,sales,refunds,net\r\n\
                    ,EUR,0,0,14.00,13.90,0.10\r\ncup,EUR,1,1,5.00,0.00,5.00\r\ntea,EUR,1,2,9.00,3.00,6.00\r\n";
        assert_eq!(csv(By::Product, "UTC", &[order, beside, back, tea]), told);
    }

    #[test]
    fn movements_that_are_alike_count_as_often_as_they_are() {
        let line = SoldLine { line: 0, sku: "tea".to_owned(), name: "tea".to_owned(), quantity: 2, total: 600 };
        let mut orders = moved(MovementKind::Sale, 0, 2_100);
        (orders.lines, orders.taken.number) = (vec![line], 3);
        let told = "product,currency,orders,quantity,sales,refunds,net\r\n,EUR,0,0,3.00,0.00,3.00\r\ntea,EUR,3,6,18.00,0.00,18.00\r\n";
        assert_eq!(csv(By::Product, "UTC", std::slice::from_ref(&orders)), told);
        orders.taken.of = Some("SPRING".to_owned());
        assert_eq!(csv(By::Code, "UTC", &[orders]), "code,currency,orders,sales,refunds,net\r\nSPRING,EUR,3,21.00,0.00,21.00\r\n");
    }

    #[test]
    fn what_cannot_be_read_is_not_left_out_in_silence() {
        for (by, of) in [(By::Product, Some("tea")), (By::Product, None), (By::Day, None), (By::Day, Some("today"))] {
            let taken = Taken { of: of.map(str::to_owned), ..moved(MovementKind::Sale, 0, 1).taken };
            assert!(!Takings::new(by, ShopTime::named("UTC").unwrap()).add(&taken));
        }
    }
}
