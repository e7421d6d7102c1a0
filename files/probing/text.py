"""Writes the text of one file to its output, as it is read, and behind FACTS what concerns the text as JSON.

    python -m files.probing.text FILE KIND

Pages, sheets and slides end with a form feed. `concealed` of the facts is text that no reader of the page sees or that
stands outside the body: deleted, hidden, in comments, headers and footers.
"""

import json
import re
import sys

from files.probing import FACTS, office, old_office
from files.probing.limits import limit_resources

CPU_SECONDS = 120
MOST_CHARACTERS = 200_000_000  # what is longer is told as not whole
CONCEALED_CHARACTERS = 1_000_000
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


class Output:
    """Where the readers put what they find."""

    def __init__(self, out):
        self.out, self.left, self.concealed_left = out, MOST_CHARACTERS, CONCEALED_CHARACTERS
        self.concealed, self.facts = [], {}

    def write(self, text):
        text = _NOT_TEXT.sub("", text)
        if len(text) > self.left:
            raise OverflowError
        self.left -= len(text)
        self.out.write(text)

    def end_page(self):
        self.out.write("\f")

    def conceal(self, text):
        text = _NOT_TEXT.sub("", text)[: self.concealed_left]
        self.concealed_left -= len(text)
        self.concealed.append(text)

    def count(self, fact, number=1):
        self.facts[fact] = self.facts.get(fact, 0) + number

    def name(self, fact, value):
        """One of at most ten named."""
        named = self.facts.setdefault(fact, [])
        if value not in named and len(named) < 10:
            named.append(value[:120])

    def close(self):
        self.out.write(FACTS + json.dumps(self.facts | {"concealed": "".join(self.concealed)}))
        self.out.flush()


def read_pdf(path, output):
    import pypdfium2  # only here: the other readers start faster without

    with pypdfium2.PdfDocument(path) as pdf:
        has_text = has_objects = False
        for number in range(len(pdf)):
            page = pdf[number]
            words = page.get_textpage()
            text = words.get_text_range()
            has_text = has_text or bool(text.strip())
            has_objects = has_objects or pypdfium2.raw.FPDFPage_CountObjects(page) > 0
            output.write(text.replace("\r\n", "\n"))
            output.end_page()
            words.close()
            page.close()
    output.facts["drawn_only"] = has_objects and not has_text


READERS = {
    "pdf": read_pdf,
    "docx": office.read_docx,
    "xlsx": office.read_xlsx,
    "pptx": office.read_pptx,
    "odt": office.read_odf,
    "ods": office.read_odf,
    "odp": office.read_odf,
    "ofd": office.read_ofd,
    "rtf": old_office.read_rtf,
    "doc": old_office.read_doc,
    "xls": old_office.read_xls,
    "ppt": old_office.read_ppt,
}


def main(arguments):
    path, kind = arguments
    limit_resources(path, CPU_SECONDS)
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    output = Output(sys.stdout)
    try:
        READERS[kind](path, output)
    except office.BrokenError:
        output.facts["broken"] = True
    output.close()


if __name__ == "__main__":
    main(sys.argv[1:])
