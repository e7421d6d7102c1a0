"""What people and diffs can read: limits of lines, functions and files, and what each part of a page reads."""

import ast
import re
import subprocess
from pathlib import Path

from django.conf import settings

TEMPLATE_LINE, PYTHON_LINE, PYTHON_FILE, FUNCTION = 160, 120, 400, 40
CONTEXT = "{# Context: "
LABELLED = re.compile(r"(\{% spaceless %\}\s*)?<td[^>]*data-label=[^>]*>\s")


def tracked(pattern: str) -> list[Path]:
    """Files of the repository, and those not yet added, that match."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", pattern],
        cwd=settings.BASE_DIR, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    paths = [settings.BASE_DIR / name for name in listed.splitlines()]
    return [path for path in paths if path.is_file()]


def python_files() -> list[Path]:
    return [path for path in tracked("*.py") if path.parent.name != "migrations"]


def templates() -> list[Path]:
    return tracked("templates/*.html")


def shown(path: Path, rest: object) -> str:
    return f"{path.relative_to(settings.BASE_DIR)}: {rest}"


def test_no_template_line_is_above_160_bytes():
    """Of UTF-8: a Chinese character is as wide as two others, and a diff shows it so."""
    long = [
        shown(path, f"line {number} has {len(line)}")
        for path in templates()
        for number, line in enumerate(path.read_bytes().splitlines(), 1)
        if len(line) > TEMPLATE_LINE
    ]
    assert templates() and long == []


def test_every_part_names_its_context_in_its_first_line():
    parts = [path for path in templates() if path.name.startswith("_") or path.parent.name == "parts"]
    assert (
        parts and [shown(path, "") for path in parts if not path.read_text(encoding="utf-8").startswith(CONTEXT)] == []
    )


def test_a_comment_ends_on_its_line():
    """One that does not stands on the screen as text."""
    open_ended = [
        shown(path, f"line {number}")
        for path in templates()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if line.count("{#") != line.count("#}")
    ]
    assert open_ended == []


def test_a_cell_with_a_label_begins_without_white_space():
    """On a phone the label is written before the cell's text; white space after the tag would show behind it."""
    spaced = [
        shown(path, found[0])
        for path in templates()
        for found in LABELLED.finditer(path.read_text(encoding="utf-8"))
        if not found[1]
    ]
    assert spaced == []


def test_style_sheets_have_one_declaration_a_line():
    sheets = tracked("static/css/*.css")
    crowded = [
        shown(path, f"line {number}")
        for path in sheets
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > TEMPLATE_LINE or line.count(";") > 1 or ("{" in line and "}" in line)
    ]
    assert sheets and crowded == []


def test_every_style_sheet_is_loaded_and_every_loaded_one_is_there():
    there = {path.name for path in tracked("static/css/*.css")}
    loaded = {
        path.name: re.findall(r"css/(\w+\.css)", path.read_text(encoding="utf-8"))
        for path in templates()
        if path.name in ("styles.html", "500.html")
    }
    assert sorted(loaded["styles.html"]) == sorted(there)
    assert loaded["500.html"] == [name for name in loaded["styles.html"] if name in loaded["500.html"]]


def test_no_script_declares_a_name_for_all_scripts_of_a_page():
    """A name declared twice stops the second script whole: so the menu of every list stayed unfolded on the phone."""
    declares = re.compile(r"^(?:const|let|var|class|function|async function)\b", re.MULTILINE)
    scripts = tracked("static/js/*.js")
    assert scripts and [shown(path, "") for path in scripts if declares.search(path.read_text(encoding="utf-8"))] == []


def test_no_python_line_is_above_120_characters():
    """Characters, Chinese ones too: ruff's E501 counts columns, of which a Chinese character has two, so 120 characters
    are its 240; this holds what E501 cannot say."""
    long = [
        shown(path, f"line {number} has {len(line)}")
        for path in python_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > PYTHON_LINE
    ]
    assert python_files() and long == []


def test_no_python_file_is_above_400_lines():
    counted = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in python_files()}
    assert counted and [shown(path, count) for path, count in counted.items() if count > PYTHON_FILE] == []


def test_no_function_is_above_40_lines():
    long = []
    for path in python_files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = node.end_lineno - node.lineno + 1  # from `def`: decorators are not counted
                if lines > FUNCTION:
                    long.append(shown(path, f"{node.name} has {lines}"))
    assert python_files() and long == []
