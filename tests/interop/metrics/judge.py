"""Judges the figures with the parser of Prometheus' own library for Python.

Reads {text, alerts, expected: {name: {labels: value}}} from standard input: `text` are the figures, `alerts` the rules that we hand out.
"""

import re

from judging import expect, judge
from prometheus_client.openmetrics.parser import text_string_to_metric_families


def figures(case):
    samples = [sample for family in text_string_to_metric_families(case["text"]) for sample in family.samples]
    for wanted in case["expected"]:
        found = [s.value for s in samples if s.name == wanted["name"] and wanted["labels"].items() <= s.labels.items()]
        expect(found and sum(found) >= wanted["least"], f"{wanted}: {found}")
    names = {sample.name for sample in samples}
    for name in set(re.findall(r"\bqr_checkout_[a-z_]+", case["alerts"])):
        expect(name in names, f"an alert asks for {name}, which nobody tells")


judge(__doc__, judge=figures)
