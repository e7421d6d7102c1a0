"""The text of a .docx as its page shows it, and what is not text: answers with JSON.

    python -m files.probing.word FILE

`lines`: paragraphs with their automatic numbers, rows of tables as cells with tabs, notes at the end; `told`: code,
count and names of everything that was left out or stands otherwise. The file was examined before.

Why our own and not docx2python 3.7.1: of Word's number formats it knows six (一、 and （一） come out as "--"), it takes
no pattern of a level (1.1, 第一章), no number that stands in a style, no restart, and it hands out deleted and hidden
text with the rest.
"""

import sys

from files.probing.limits import answer
from files.probing.word_numbers import Numbering
from files.probing.word_package import Package, Styles, UnreadableError, child, kind
from files.probing.word_story import Notes, Story, TooLongError
from files.probing.word_told import Told


def read(path: str) -> dict:
    try:
        package = Package(path)
        root = package.parse(package.main)
        body = child(root, "w:body") if root is not None else None
        if body is None:
            raise UnreadableError(package.main)
        return _read(package, body)
    except UnreadableError:
        return {"fault": "unreadable"}
    except TooLongError:
        return {"fault": "too-long"}


def _read(package: Package, body) -> dict:
    told, styles, notes = Told(), Styles(package), Notes(package)
    numbering = Numbering(package, styles)
    story = Story(styles, numbering, told, notes)
    story.read(body)
    story.flush()
    _notes(story, notes, told)
    _beside(package, told)
    for name in sorted(numbering.unknown):
        told.count("number_formats", name=name)
    return {"lines": story.lines, "told": told.as_rows()}


def _notes(story: Story, notes: Notes, told: Told) -> None:
    """Notes in the order in which the text refers to them; one may refer to another."""
    number = 0
    while number < len(notes.used):
        inner = story.inner()
        inner.read(notes.used[number])
        inner.flush()
        number += 1
        story.add(f"注{number}：{' '.join(line.strip() for line in inner.lines)}")
    told.count("notes", number)


def _beside(package: Package, told: Told) -> None:
    """Comments, headers and footers: no text of the page's body."""
    for root in package.of_role("comments"):
        told.count("comments", sum(kind(one) == "w:comment" for one in root))
    for role in ("header", "footer"):
        for root in package.of_role(role):
            words = "".join(one.text or "" for one in root.iter() if kind(one) == "w:t").strip()
            if words.strip(" -—0123456789/第共页"):  # a page number alone is the layout's
                told.count("headers", name=words)


if __name__ == "__main__":
    answer(sys.argv[1], read)
