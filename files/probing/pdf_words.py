"""What the programs `pdf` and `text` tell of one PDF, from one process: the facts, BREAK, then the text with its facts.

python -m files.probing.pdf_words FILE

The limits are those of both: 20 s of processor time until the facts stand, 120 s more for the text. A PDF without
pages, or one that cannot be opened, has no text."""

import json
import sys

from files.probing import BREAK, pdf, text
from files.probing.limits import CPU_SECONDS, allow_seconds, believed, limit_resources


def main(arguments):
    (path,) = arguments
    limit_resources(path, CPU_SECONDS + text.CPU_SECONDS)
    allow_seconds(CPU_SECONDS)
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    facts = believed(facts_of(path))
    sys.stdout.write(json.dumps(facts) + BREAK)
    sys.stdout.flush()
    if "fault" in facts or not facts["pages"] or facts["encrypted"]:
        return
    allow_seconds(CPU_SECONDS + text.CPU_SECONDS)
    output = text.Output(sys.stdout)
    text.read_pdf(path, output)
    output.close()


def facts_of(path):
    pdf.limit_qpdf()
    try:
        return pdf.probe(path, pages_only=False)
    except MemoryError:
        return {"fault": "too-large"}
    except Exception as error:
        return {"fault": "damaged", "error": type(error).__name__}


if __name__ == "__main__":
    main(sys.argv[1:])
