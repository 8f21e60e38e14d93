"""Ways to spoil an honest exchange, and the list of cases that generate.py writes."""

from exchange import MAIN, Exchange, b64

CASES = []


def case(ident, about, expect, vector, context=None):
    vector = {"id": ident, "about": about, **vector, "expect": expect}
    if context is not None:
        vector["context"] = {**vector.get("context", {}), **context}
    CASES.append(vector)


def honest(**change):
    exchange = Exchange(**change)
    return exchange


def header(vector, name, change):
    """Replaces (or with None removes) a response header after signing."""
    headers = vector["response"]["headers"]
    new = []
    for key, value in headers:
        if key == name:
            value = change(value) if callable(change) else change
            if value is None:
                continue
        new.append([key, value])
    vector["response"]["headers"] = new
    return vector


def changed(name, change, **options):
    return header(honest(**options).vector(), name, change)


def with_components(components, **options):
    exchange = honest(**options)
    exchange.components = components
    return exchange.vector()


def with_parameter(name, value, **options):
    exchange = honest(**options)
    exchange.parameters[name] = value
    if name not in exchange.order:
        exchange.order.append(name)
    return exchange.vector()


def without_parameter(name):
    exchange = honest()
    exchange.order.remove(name)
    return exchange.vector()


def with_signature(signature):
    return changed("Signature", f"sig=:{b64(signature)}:")


def replaced(old, new):
    return lambda text: text.replace(old, new, 1)


def second(extra_input, extra_key=MAIN, first=False, label="two", bad=False, tag='"qr-checkout"'):
    """An answer with a second signature beside the honest one."""
    ours, theirs = honest(), honest()
    theirs.label, theirs.key = label, extra_key
    theirs.parameters["tag"] = tag
    extra_input(theirs)
    signature = theirs.signature()
    if bad:
        signature = bytes([signature[0] ^ 1]) + signature[1:]
    inputs = [f"sig={ours.input()}", f"{label}={theirs.input()}"]
    signatures = [f"sig=:{b64(ours.signature())}:", f"{label}=:{b64(signature)}:"]
    if first:
        inputs.reverse()
        signatures.reverse()
    vector = ours.vector()
    header(vector, "Signature-Input", ", ".join(inputs))
    return header(vector, "Signature", ", ".join(signatures))
