"""Prices carts by the words of docs/catalog.md, in fractions, and compares.

    judge.py prices < compared.json
"""

import json
import tomllib
from collections import defaultdict
from fractions import Fraction
from math import floor

from judging import expect, judge

# What signed bodies can hold: 15 digits.
LIMIT = 10**15


def half_up(amount):
    return floor(amount + Fraction(1, 2))


def rate(percent):
    return Fraction(percent) / 100


def discounts(rules, subtotal, code):
    left = subtotal
    for rule in rules:
        if "code" in rule and (code is None or code.strip().upper() != rule["code"].upper()):
            continue
        if subtotal < rule.get("minimum", 0):
            continue
        amount = half_up(subtotal * rate(rule["percent"])) if "percent" in rule else rule["amount"]
        amount = min(amount, left)
        left -= amount
        yield amount


def shipping(rule, bought, subtotal):
    delivered = [(product, quantity) for product, quantity in bought if not product.get("digital")]
    if rule is None or not delivered:
        return None
    if subtotal >= rule.get("free_over", LIMIT * LIMIT):
        return 0
    if "amount" in rule:
        return rule["amount"]
    if "by_weight" in rule:
        steps, measure = rule["by_weight"], sum(product["weight"] * quantity for product, quantity in delivered)
    else:
        steps, measure = rule["by_pieces"], sum(quantity for _, quantity in delivered)
    return next(step["amount"] for step in steps if measure <= step.get("up_to", measure))


def taxes(rule, bought, off, delivery):
    """Rate and amount of each rate at which something is taxed, the lowest first."""
    rates = {None: rule["percent"], "none": 0, **rule["rates"]}
    sold = defaultdict(int)
    for product, quantity in bought:
        sold[rate(rates[product.get("tax")])] += product["price"] * quantity
    whole = sum(sold.values())
    exact = {each: Fraction(off * total, whole) for each, total in sold.items()}
    shares = {each: floor(share) for each, share in exact.items()}
    # What rounding down left over goes to those that lost the most, of equals to the lower rate.
    for each in sorted(sold, key=lambda each: (shares[each] - exact[each], each))[: off - sum(shares.values())]:
        shares[each] += 1
    for each, share in shares.items():
        sold[each] -= share
    sold[rate(rates[rule.get("shipping")])] += delivery
    taxed = [(each, total) for each, total in sorted(sold.items()) if each and total]
    if rule.get("included"):
        return [(each, half_up(total * each / (1 + each))) for each, total in taxed]
    return [(each, half_up(total * each)) for each, total in taxed]


def price(catalog, items, code):
    products = {product["sku"]: product for product in catalog["item"]}
    bought = [(products[sku], quantity) for sku, quantity in items]
    subtotal = sum(product["price"] * quantity for product, quantity in bought)
    off = list(discounts(catalog.get("discount", []), subtotal, code))
    delivery = shipping(catalog.get("shipping"), bought, subtotal)
    total = subtotal - sum(off) + (delivery or 0)
    taxed = []
    if "tax" in catalog:
        taxed = taxes(catalog["tax"], bought, sum(off), delivery or 0)
        total += 0 if catalog["tax"].get("included") else sum(amount for _, amount in taxed)
    if not (0 < subtotal < LIMIT and 0 < total < LIMIT):
        return None
    return {"subtotal": subtotal, "discounts": off, "delivery": delivery, "taxes": taxed, "total": total}


def told(quote):
    if quote is None:
        return None
    price = json.loads(quote["price"])
    return {
        "subtotal": price["subtotal"],
        "discounts": [discount["amount"] for discount in price["discounts"]],
        "delivery": price["delivery"] and price["delivery"]["amount"],
        "taxes": [(rate(tax["rate"]), tax["amount"]) for tax in price["taxes"]],
        "total": price["total"],
    }


def prices(compared):
    for case in compared:
        ours = price(tomllib.loads(case["catalog"]), case["items"], case["code"])
        expect(ours == told(case["quote"]), f"{ours} against {told(case['quote'])}\n{case}")
    sold = sum(case["quote"] is not None for case in compared)
    print(f"{len(compared)} carts, {sold} of them can be sold")


judge(__doc__, prices=prices)
