"""The repository explains itself: every section that is cited stands in docs/, and nothing outside is cited."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from tests.test_readable import shown, tracked

PATTERNS = ("*.py", "*.sql", "*.html", "*.css", "*.js", "*.md", "*.toml", "Makefile", "deploy/*")
NOT_READ = ("static/vendor", "/migrations/")
# "design section 4", "design, section 4", "domain 8.2, 9.5", "domain 1.1 (types), 1.2 (elements)", "practice 1"
NUMBERS = r"((?:,? (?:and )?\d+(?:\.\d+)*\b(?: \([a-z ]+\))?)+)"
CITED = re.compile(r"\b(design(?:\.md)?,? sections?|domain|practice|platform|style)" + NUMBERS, re.IGNORECASE)
NUMBER = re.compile(r"\d+(?:\.\d+)*")
OUTSIDE = re.compile(r"\b(?:platform|style|domain|practice|field|trial)\.md\b|/work/|\bshared/[a-z]+\.md")
OWN = Path(__file__).name


def citations(text: str) -> set[tuple[str, str]]:
    """(text cited, number) of every citation, a list of numbers taken apart."""
    return {
        (re.split(r"[^a-z]", found[1].lower())[0], number)
        for found in CITED.finditer(text)
        for number in NUMBER.findall(found[2])
    }


def headings() -> set[tuple[str, str]]:
    """What docs/ offers: the numbered sections of design.md, and "domain 1.5", "practice 1" under docs/rules/."""
    docs = settings.BASE_DIR / "docs"
    design = re.findall(r"^## (\d+)\. ", (docs / "design.md").read_text(encoding="utf-8"), re.MULTILINE)
    rules = [
        (kind, number)
        for path in sorted((docs / "rules").glob("*.md"))
        for kind, number in re.findall(
            r"^#+ (domain|practice) (\d+(?:\.\d+)*) ", path.read_text(encoding="utf-8"), re.MULTILINE
        )
    ]
    assert len(rules) == len(set(rules)), "a heading stands twice"
    return {("design", number) for number in design} | set(rules)


def read() -> list[Path]:
    paths = {path for pattern in PATTERNS for path in tracked(pattern)}
    return sorted(path for path in paths if path.name != OWN and not any(part in str(path) for part in NOT_READ))


def test_every_cited_section_exists():
    there = headings()
    missing = [
        shown(path, f"{kind} {number}")
        for path in read()
        for kind, number in sorted(citations(path.read_text(encoding="utf-8")))
        if (kind, number) not in there
    ]
    assert missing == []


def test_every_rule_in_the_docs_is_cited():
    """What no code follows does not stand in the docs; a chapter lives by its sections."""
    cited = {one for path in read() if path.suffix != ".md" for one in citations(path.read_text(encoding="utf-8"))}
    rules = {one for one in headings() if one[0] != "design"}
    chapters = {(kind, number.split(".")[0]) for kind, number in rules if "." in number}
    assert sorted(rules - cited - chapters) == []


def test_no_text_outside_the_repository_is_cited():
    named = [shown(path, found[0]) for path in read() for found in OUTSIDE.finditer(path.read_text(encoding="utf-8"))]
    assert named == []


def test_every_statement_of_the_rules_has_its_ground():
    """A paragraph or list item of docs/rules/ ends with its source in square brackets; a table has a column for it.

    Shows: S-02, 16-3
    """
    without = []
    for path in sorted((settings.BASE_DIR / "docs" / "rules").glob("*.md")):
        if path.name == "README.md":
            continue
        for block in re.split(r"\n\n|\n(?=- )", path.read_text(encoding="utf-8")):
            if block.startswith("#") or "| Ground |" in block:
                continue
            if block.startswith("|"):
                continue  # its source stands in the paragraph that follows
            if not re.search(r"\[[^\]]+\]\s*$", block):
                without.append(shown(path, block[:60]))
    assert without == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("(design section 12; domain 8.2, 9.5)", {("design", "12"), ("domain", "8.2"), ("domain", "9.5")}),
        ("design, section 4", {("design", "4")}),
        ("(design sections 10 and 13)", {("design", "10"), ("design", "13")}),
        ("domain 1.1 (types), 1.2 (elements), and", {("domain", "1.1"), ("domain", "1.2")}),
        ("see Domain 3, 4 and 10.", {("domain", "3"), ("domain", "4"), ("domain", "10")}),
        ("style 6.4 and platform 2", {("style", "6.4"), ("platform", "2")}),
        ("a domain name, practice makes", set()),
    ],
)
def test_citations_are_found(text, found):
    assert citations(text) == found
