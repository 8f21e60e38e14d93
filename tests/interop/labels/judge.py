"""Reads a label with PDFium, as browsers and printers' programs do.

    judge.py read < {"page": PDF in base64, "picture": FILE}

Prints the text of its only page, and draws that page into the file. Ends with the line "agreed".
"""

import base64

import pypdfium2
from judging import expect, judge


def read(case):
    page_file = pypdfium2.PdfDocument(base64.b64decode(case["page"]))
    expect(len(page_file) == 1, f"{len(page_file)} pages")
    page = page_file[0]
    print(page.get_textpage().get_text_bounded())
    page.render(scale=4).to_pil().save(case["picture"])


judge(__doc__, read=read)
