//! What holds of every price, whatever the shop's rules are.

use merchant::catalog::Priced;
use protocol::{Method, Price, Quote};
use testing::Chance;
use testing::carts::Case;

/// How many carts are priced.
const CARTS: u64 = 4000;

#[test]
fn every_price_adds_up_by_the_rules_of_the_widget() {
    let mut draw = Chance::new(20_261_123);
    let mut priced = 0;
    for _ in 0..CARTS {
        let case = Case::draw(&mut draw);
        let Some(price) = case.price() else { continue };
        let price = price.offering(vec![Method::parse("wechat_pay").unwrap()], Vec::new(), false);
        // Reading it refuses what is negative or does not add up.
        assert_eq!(Quote::from_json(&price.quote.to_json()), Ok(price.quote), "{}", case.catalog);
        priced += 1;
    }
    assert!(priced > CARTS / 2, "{priced}");
}

#[test]
fn a_price_does_not_depend_on_the_order_of_the_cart() {
    let mut draw = Chance::new(8_128);
    for _ in 0..CARTS {
        let mut case = Case::draw(&mut draw);
        let sums = |case: &Case| case.price().map(|Priced { quote, .. }| Price { lines: Vec::new(), ..Price::clone(&quote.price) });
        let before = sums(&case);
        let turn = usize::try_from(draw.below(8)).unwrap() % case.items.len();
        case.items.rotate_left(turn);
        case.items.reverse();
        assert_eq!(sums(&case), before, "{}", case.catalog);
    }
}

#[test]
fn what_is_taken_off_is_never_more_than_what_is_bought() {
    let mut draw = Chance::new(496);
    for _ in 0..CARTS {
        let case = Case::draw(&mut draw);
        let Some(Priced { quote, .. }) = case.price() else { continue };
        let off: i64 = quote.price.discounts.iter().map(|discount| discount.amount).sum();
        let tax = quote.price.taxes.iter().map(|tax| tax.amount).sum::<i64>();
        assert!((0..=quote.price.subtotal).contains(&off) && (0..=quote.price.total).contains(&tax), "{}", case.catalog);
    }
}
