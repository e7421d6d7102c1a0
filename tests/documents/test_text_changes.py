"""Issue 13, "Comparison of versions": thirty pairs, by characters; a pair of 20,000 characters in under a second."""

import random
import time

import pytest

from documents.text_changes import compare, count_changes
from tests.documents.compared import PAIRS, told


@pytest.mark.parametrize(("old", "new", "expected"), [row[1:] for row in PAIRS], ids=[row[0] for row in PAIRS])
def test_a_pair_says_what_a_careful_reader_would(old, new, expected):
    assert told(compare(old, new)) == expected


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.split("\n") if line.strip()]


@pytest.mark.parametrize(("old", "new"), [row[1:3] for row in PAIRS])
def test_both_texts_can_be_read_from_the_comparison(old, new):
    """Nothing is lost and nothing is invented: what stayed and was put in is the new text, letter by letter."""
    assert "".join(one.text_now for one in compare(old, new)) == "".join(_lines(new))
    assert "".join(sorted("".join(one.text_before for one in compare(old, new)))) == "".join(
        sorted("".join(_lines(old)))
    )


def test_places_are_counted_from_one_and_without_gap():
    for _, old, new, expected in PAIRS:
        paragraphs = compare(old, new)
        numbers = {one.change for one in paragraphs} | {piece.change for one in paragraphs for piece in one.pieces}
        assert numbers - {0} == set(range(1, count_changes(paragraphs) + 1))
        assert (count_changes(paragraphs) == 0) == (expected == [])


def _long(rng: random.Random, paragraphs: int, size: int) -> list[str]:
    letters = [chr(code) for code in range(0x4E00, 0x4E00 + 900)]
    return ["".join(rng.choices([*letters, "，", "。"], k=size)) + "。" for _ in range(paragraphs)]


def _edited(rng: random.Random, lines: list[str]) -> list[str]:
    """Letters changed in every third paragraph, three paragraphs moved, two struck, two new."""
    found = [line[:20] + "改动" + line[23:] if n % 3 == 0 else line for n, line in enumerate(lines)]
    for _ in range(3):
        found.insert(rng.randrange(len(found)), found.pop(rng.randrange(len(found))))
    del found[5:7]
    return [*found, *_long(rng, 2, 150)]


@pytest.mark.parametrize("shape", ["edited", "one paragraph", "another text", "every letter", "short lines"])
def test_twenty_thousand_characters_take_less_than_a_second(shape):
    rng = random.Random(13)
    old = _long(rng, 100, 200)
    new = {
        "edited": lambda: _edited(rng, old),
        "one paragraph": lambda: ["".join(_edited(rng, old))],
        "another text": lambda: _long(rng, 100, 200),
        "every letter": lambda: ["".join(one if rng.random() < 0.7 else "字" for one in line) for line in old],
        "short lines": lambda: [line[n : n + 10] for line in old for n in range(0, 200, 10) if rng.random() < 0.9],
    }[shape]()
    before = ["".join(old)] if shape == "one paragraph" else old
    begun = time.process_time()
    paragraphs = compare("\n".join(before), "\n".join(new))
    assert time.process_time() - begun < 1, shape
    assert count_changes(paragraphs) > 0
    assert "".join(one.text_now for one in paragraphs) == "".join(new)


@pytest.mark.parametrize("end", ["", "乙"])
def test_the_longest_text_is_answered_too(end):
    """200,000 letters are what a draft may have: shown coarser when there is no time, never wrong, never an error."""
    lines = [f"第{n}行共七个字" for n in range(16_000)]
    new = "\n".join(f"{line}{end}" for line in reversed(lines))
    begun = time.process_time()
    paragraphs = compare("\n".join(lines), new)
    assert "".join(one.text_now for one in paragraphs) == new.replace("\n", "")
    assert time.process_time() - begun < 6
