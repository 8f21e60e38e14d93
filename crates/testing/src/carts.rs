//! Random shops and carts: every rule of a catalog, alone and together, with amounts from one cent to a million millions.

use merchant::Catalog;
use merchant::catalog::{Cart, Code, Priced, Selling, Text};
use protocol::{Item, MerchantId, Sku};

use crate::Chance;

/// A shop, and a cart of it.
pub struct Case {
    pub catalog: String,
    pub items: Vec<Item>,
    pub code: Option<&'static str>,
}

/// An amount from 1 on, small ones as likely as large ones.
fn amount(chance: &mut Chance) -> u64 {
    let end = chance.one_of(&[10, 1_000, 100_000, 10_000_000, 999_999_999_999]);
    1 + chance.below(end)
}

fn percent(chance: &mut Chance) -> &'static str {
    chance.one_of(&["1", "7", "10", "19", "25", "33", "50", "100", "\"8.1\"", "\"5.5\"", "\"0.125\"", "\"33.333\"", "\"99.999\""])
}

impl Case {
    pub fn draw(draw: &mut Chance) -> Case {
        let mut catalog = String::from("currency = \"EUR\"\n");
        let taxed = draw.below(4) > 0;
        let products = 1 + draw.below(8);
        for number in 0..products {
            catalog += &format!("[[item]]\nsku = \"p{number}\"\nname = \"P\"\nprice = {}\nweight = {}\n", amount(draw), draw.below(3000));
            catalog += draw.one_of(&["", "", "", "digital = true\n"]);
            catalog += if taxed { draw.one_of(&["", "tax = \"low\"\n", "tax = \"lower\"\n", "tax = \"none\"\n"]) } else { "" };
        }
        for _ in 0..draw.below(4) {
            catalog += "[[discount]]\nlabel = \"D\"\n";
            catalog += &if draw.below(2) == 0 { format!("percent = {}\n", percent(draw)) } else { format!("amount = {}\n", amount(draw)) };
            catalog += &if draw.below(2) == 0 { format!("minimum = {}\n", amount(draw)) } else { String::new() };
        }
        if draw.below(2) == 0 {
            catalog += &format!("[[discount]]\nlabel = \"C\"\ncode = \"CODE\"\npercent = {}\n", percent(draw));
        }
        catalog += &shipping(draw);
        if taxed {
            catalog += &format!("[tax]\nlabel = \"T\"\npercent = {}\n", percent(draw));
            catalog += &format!("rates = {{ low = {}, lower = {} }}\n", percent(draw), percent(draw));
            catalog += draw.one_of(&["", "included = true\n"]);
            catalog += draw.one_of(&["", "shipping = \"low\"\n", "shipping = \"none\"\n"]);
        }
        let quantity = |draw: &mut Chance| u32::try_from(1 + draw.below(12)).unwrap();
        let item = |number, quantity| Item { sku: Sku::parse(&format!("p{number}")).unwrap(), quantity };
        let mut items = Vec::new();
        for number in 0..products {
            if draw.below(3) > 0 {
                items.push(item(number, quantity(draw)));
            }
        }
        if items.is_empty() {
            items.push(item(0, quantity(draw)));
        }
        Case { catalog, items, code: [None, Some("code"), Some("other")][usize::try_from(draw.below(3)).unwrap()] }
    }

    /// Its price; none where it is out of range.
    pub fn price(&self) -> Option<Priced> {
        let selling = Selling {
            merchant: &MerchantId::parse("demo").unwrap(),
            name: &Text::One("Demo".to_owned()),
            public_url: "https://pay.example.com",
            locale: "en",
            now: 1_800_000_000,
            expires_at: 1_800_000_600,
        };
        let cart = Cart { items: &self.items, code: self.code.map(Code::Offered), ..Cart::default() };
        Catalog::parse(&self.catalog).unwrap_or_else(|error| panic!("{error}\n{}", self.catalog)).price(&cart, &selling).ok()
    }
}

fn shipping(draw: &mut Chance) -> String {
    let rule = match draw.below(4) {
        0 => return String::new(),
        1 => format!("amount = {}\n", draw.below(3000)),
        2 => format!("by_pieces = {}", steps(draw, 40)),
        _ => format!("by_weight = {}", steps(draw, 20_000)),
    };
    let free = if draw.below(3) == 0 { format!("free_over = {}\n", amount(draw)) } else { String::new() };
    format!("[shipping]\nlabel = \"S\"\n{rule}{free}")
}

fn steps(draw: &mut Chance, most: u64) -> String {
    let first = 1 + draw.below(most);
    let second = first + 1 + draw.below(most);
    let [small, middle, large] = [(); 3].map(|()| format!("amount = {} }}", draw.below(2000)));
    format!("[{{ up_to = {first}, {small}, {{ up_to = {second}, {middle}, {{ {large}]\n")
}
