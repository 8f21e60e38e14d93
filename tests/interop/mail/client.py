"""Hands letters to the sandbox's mail server by Python's own client, and reads in its mailbox what became of them.

Reads {port, authority, web} from standard input: where it listens, the file of what is to be believed, and where the mailbox is.
"""

import smtplib
import ssl
from email.message import EmailMessage

import requests

from judging import PATIENCE, control, expect, judge

LOGIN = ("shop", "sandbox")


def open_line(case, password=LOGIN[1], mechanism="login"):
    client = smtplib.SMTP("127.0.0.1", case["port"], timeout=PATIENCE)
    client.starttls(context=ssl.create_default_context(cafile=case["authority"]))
    client.user, client.password = LOGIN[0], password
    client.ehlo()
    client.auth(mechanism, client.auth_login if mechanism == "login" else client.auth_plain)
    return client


def letter(to="lin@example.org"):
    written = EmailMessage()
    written["From"], written["To"] = "Tea <tea@shop.example>", f"Lin 林 <{to}>"
    written["Subject"], written["Message-ID"] = "<b>It</b> 茶", "<one@shop.example>"
    written.set_content(".\n..two dots\n<script>alert(1)</script>\n")
    written.add_alternative("<p>Hello<script>alert(1)</script></p>", subtype="html")
    written.add_attachment("<h1>receipt</h1>", subtype="html", filename="receipt-1.html")
    return written


def code(act):
    """The number by which something is refused."""
    try:
        act()
    except smtplib.SMTPRecipientsRefused as refused:
        return next(iter(refused.recipients.values()))[0]
    except smtplib.SMTPResponseException as refused:
        return refused.smtp_code
    return 250


def careful(case):
    """Nothing goes in clear, and nobody is taken for somebody else."""
    plain = smtplib.SMTP("127.0.0.1", case["port"], timeout=PATIENCE)
    plain.ehlo()
    expect(plain.has_extn("starttls") and not plain.has_extn("auth"), "it asks for passwords in clear")
    expect(plain.docmd("AUTH", "PLAIN AHNob3AAc2FuZGJveA==")[0] == 538, "it takes a password in clear")
    expect(plain.docmd("MAIL", "FROM:<a@b.example>")[0] == 530, "it takes letters in clear")
    expect(code(lambda: open_line(case, "wrong")) == 535, "it takes any password")
    try:
        plain.starttls(context=ssl.create_default_context())
    except ssl.SSLCertVerificationError:
        pass
    else:
        expect(False, "everybody believes its certificate")


def taken(case):
    """What is handed in is kept as it is, and shown as nothing but text."""
    for mechanism in ("login", "plain"):
        with open_line(case, mechanism=mechanism) as client:
            client.send_message(letter())
    mails = requests.get(f"{case['web']}/sandbox/mail", timeout=PATIENCE).json()
    expect(len(mails) == 2 and mails[0]["encrypted"], f"it has {len(mails)} letters")
    mail = mails[0]
    expect(mail["subject"] == "<b>It</b> 茶" and mail["to"] == "Lin 林 <lin@example.org>", mail)
    expect(mail["text"].replace("\r\n", "\n").startswith(".\n..two dots\n<script>"), mail["text"])
    expect(mail["attachments"][0]["name"] == "receipt-1.html", mail["attachments"])
    for path in ("/mailbox", f"/mailbox/{mail['id']}"):
        page = requests.get(case["web"] + path, timeout=PATIENCE)
        expect("<script" not in page.text and "<b>It" not in page.text and "&lt;b&gt;It" in page.text, page.text)
        expect("default-src 'none'" in page.headers["content-security-policy"], page.headers)
    page = requests.get(f"{case['web']}/mailbox/{mail['id']}/page", timeout=PATIENCE)
    expect(page.headers["content-security-policy"].startswith("sandbox; default-src 'none'"), page.headers)
    file = requests.get(f"{case['web']}/mailbox/{mail['id']}/attachments/0", timeout=PATIENCE)
    expect(file.headers["content-disposition"] == 'attachment; filename="receipt-1.html"' and file.text.strip() == "<h1>receipt</h1>", file)


def bad_days(case):
    """Each fault is what it says."""

    def sends(to="lin@example.org"):
        with open_line(case) as client:
            client.send_message(letter(to))

    for to, expected in [("refused@example.org", 550), ("later@example.org", 450), ("full@example.org", 452)]:
        told = code(lambda: sends(to))
        expect(told == expected, f"{to}: {told}")
    for fault, expected in [("down", 421), ("later", 451), ("refused", 550), ("letter_refused", 554), ("greylisting", 450), ("greylisting", 250)]:
        control(case["web"], "faults", {"mail": fault})
        told = code(sends)
        expect(told == expected, f"{fault}: {told}")
    control(case["web"], "faults", {})


def served(case):
    for look in (careful, taken, bad_days):
        look(case)


judge(__doc__, judge=served)
