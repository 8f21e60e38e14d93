"""Judges the figures with the parser of Prometheus' own library for Python.

Reads {text, alerts, expected: [{name, labels, least}], silent} from standard input: `text` are the figures, `alerts` the rules that we hand
out. Where `silent` is true the store was away, and rules about what it alone knows find nothing.
"""

import re

from judging import expect, judge
from prometheus_client.openmetrics.parser import text_string_to_metric_families

# A name of ours with what is asked of its labels.
SELECTOR = re.compile(r"\b(qr_checkout_[a-z_]+)(?:\{([^}]*)\})?")
MATCHER = re.compile(r'(\w+)(=~|!~|!=|=)"([^"]*)"')
# Kinds of alarms, of which each has to wake somebody.
ALARMS = {"qr_checkout_alarm_lines_total", "qr_checkout_alarms"}


def matches(labels, matchers):
    """As Prometheus does: an absent label is empty, and a pattern is about the whole of a value."""
    def one(name, sign, value):
        found = labels.get(name, "")
        same = bool(re.fullmatch(value, found)) if "~" in sign else found == value
        return same != sign.startswith("!")
    return all(one(*matcher) for matcher in matchers)


def figures(case):
    samples = [sample for family in text_string_to_metric_families(case["text"]) for sample in family.samples]
    for wanted in case["expected"]:
        found = [s.value for s in samples if s.name == wanted["name"] and wanted["labels"].items() <= s.labels.items()]
        expect(found and sum(found) >= wanted["least"], f"{wanted}: {found}")
    if case.get("silent"):
        return
    rules = "\n".join(line for line in case["alerts"].splitlines() if not line.lstrip().startswith("#"))
    seen = set()
    for name, braces in SELECTOR.findall(rules):
        matchers = MATCHER.findall(braces)
        expect(len(matchers) == len([part for part in braces.split('",') if part.strip()]), f"{name}{{{braces}}} cannot be read")
        told = [s for s in samples if s.name == name and matches(s.labels, matchers)]
        expect(told, f"an alert asks for {name}{{{braces}}}, which nobody tells")
        # A pattern of kinds may not name one that there is not.
        for label, sign, value in matchers:
            for word in value.split("|") if sign == "=~" and label == "kind" else []:
                expect(any(s.labels["kind"] == word for s in told), f"{name} has no kind {word}")
        seen |= {(s.name, s.labels.get("kind")) for s in told if s.name in ALARMS}
    for sample in samples:
        if sample.name in ALARMS:
            expect((sample.name, sample.labels["kind"]) in seen, f"no alert asks for {sample.name} of kind {sample.labels['kind']}")


judge(__doc__, judge=figures)
