"""Reads an export in its three forms as others do: Python's own csv and json, and openpyxl.

    judge.py judge < case    {"csv": text, "jsonl": text, "xlsx": base64, "rows": number}

Ends with the line "agreed" if all three have the same rows, cell by cell. Prints how many there are.
"""

import base64
import csv
import io
import json
from decimal import Decimal

import openpyxl
from judging import expect, judge

AMOUNTS = ("amount", "tax")
LISTS = ("taxes", "lines", "metadata")
# Minor units of the currencies that the test sells in.
DIGITS = {"CNY": 2, "JPY": 0, "KWD": 3}


def without_apostrophe(text):
    """What stands in front of a text that a spreadsheet would take for a formula."""
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@", "\t", "\r") else text


def from_csv(text):
    expect(all(line.endswith("\r\n") for line in io.StringIO(text, newline="").readlines() if '"' not in line), "lines end in CR LF")
    rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    return [
        {name: Decimal(cell) if name in AMOUNTS else without_apostrophe(cell) for name, cell in row.items()}
        for row in rows
    ]


def from_sheet(data):
    book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(data)))
    names, *rows = book.worksheets[0].iter_rows()
    names = [cell.value for cell in names]
    for row in rows:
        for name, cell in zip(names, row):
            number = isinstance(cell.value, (int, float))
            expect(number if name in AMOUNTS else cell.value is None or cell.data_type in ("s", "inlineStr"), f"{name}: {cell.value!r}")
    value = lambda name, cell: round(Decimal(repr(cell.value)), 4) if name in AMOUNTS else cell.value or ""
    return [{name: value(name, cell) for name, cell in zip(names, row)} for row in rows]


def from_lines(text):
    def told(row):
        scale = Decimal(10) ** DIGITS[row["currency"]]
        decimal = lambda amount: f"{Decimal(amount) / scale:.{DIGITS[row['currency']]}f}"
        rate = lambda tax: f"{tax['rate']}%" if tax.get("rate") else tax["label"]
        lists = {
            "taxes": "; ".join(f"{rate(tax)}: {decimal(tax['amount'])}" for tax in row["taxes"]),
            "lines": "; ".join(f"{line['quantity']} x {line['sku']}" for line in row["lines"]),
            "metadata": json.dumps(row["metadata"], separators=(",", ":"), ensure_ascii=False) if row["metadata"] else "",
        }
        expect(sum(tax["amount"] for tax in row["taxes"]) == row["tax"], "the tax is that of all rates")
        amounts = {name: Decimal(row[name]) / scale for name in AMOUNTS}
        return {name: amounts.get(name, lists.get(name, value if value is not None else "")) for name, value in row.items()}

    return [told(json.loads(line)) for line in text.splitlines()]


def judge_case(case):
    forms = {"csv": from_csv(case["csv"]), "xlsx": from_sheet(case["xlsx"]), "jsonl": from_lines(case["jsonl"])}
    for name, rows in forms.items():
        expect(len(rows) == case["rows"], f"{name} has {len(rows)} rows")
        for number, (row, other) in enumerate(zip(rows, forms["csv"])):
            expect(row == other, f"{name}, row {number}: {row} is not {other}")
    print(f"{case['rows']} rows")


if __name__ == "__main__":
    judge(__doc__, judge=judge_case)
