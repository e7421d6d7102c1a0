"""甲、乙等9个: one function says the first of many and how many there are, and none hides a single name to save nothing."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

from units.templatetags.egov import has_more_than, the_first
from units.texts import how_many, some_of

HERE = Path(settings.BASE_DIR)
APPS = ("units", "files", "paper", "documents", "archive", "transfer", "portal", "oversight", "changning_egov")


@pytest.mark.parametrize(
    ("count", "said"), [(0, ""), (1, "甲1"), (3, "甲1、甲2、甲3"), (4, "甲1、甲2、甲3、甲4"), (5, "甲1、甲2、甲3等5个")]
)
def test_one_more_name_is_not_hidden(count, said):
    names = [f"甲{n}" for n in range(1, count + 1)]
    assert some_of(names, 3, "个") == some_of(names[:5], 3, "个", count=count) == said
    assert some_of(names, 3) == said.removesuffix("5个")
    assert (len(the_first(names, 3)), has_more_than(names, 3)) == (how_many(count, 3), count > 4)


def test_a_list_of_which_only_the_first_were_read_says_how_many_there_are():
    assert some_of(["甲", "乙"], 1, "件", count=2) == "甲、乙" and some_of(["甲", "乙"], 1, "件", count=7) == "甲等7件"
    assert (
        some_of(["甲"], 1, "件", count=2) == "甲等2件"
        and some_of(["甲", "乙", "丙"], 1, "处", between="；") == "甲等3处"
    )


def _own_ways(path: Path):
    """Lines that name the first of a list by themselves: joined names that were cut, and an 等 put behind them."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "join":
            sign = node.func.value
            listed = isinstance(sign, ast.Constant) and sign.value in ("、", "；", "，")
            if listed and any(isinstance(one, ast.Slice) and one.upper for arg in node.args for one in _rows(arg)):
                yield node.lineno
        if isinstance(node, ast.IfExp) and any(_ends(getattr(one, "value", "")) for one in (node.body, node.orelse)):
            yield node.lineno
        if isinstance(node, ast.JoinedStr):
            for before, after in zip(node.values, node.values[1:], strict=False):
                if isinstance(before, ast.Constant) and isinstance(after, ast.FormattedValue) and _ends(before.value):
                    yield node.lineno


def _rows(arg: ast.expr):
    """What is gone through, not what is made of each."""
    return ast.walk(arg.generators[0].iter if isinstance(arg, ast.GeneratorExp | ast.ListComp) else arg)


def _ends(text: object) -> bool:
    return isinstance(text, str) and re.search(r"(?:^|[”）、\s])等 ?$", text) is not None


def test_every_list_of_names_is_cut_by_the_one_function():
    found = [
        f"{path.relative_to(HERE)}:{line}"
        for app in APPS
        for path in sorted((HERE / app).rglob("*.py"))
        if "migrations" not in path.parts and path.name != "texts.py"
        for line in _own_ways(path)
    ]
    assert found == []


def test_every_list_on_a_page_is_cut_by_the_same_rule():
    """A list that is cut and says 等 asks the filters that ask it."""
    found = [
        str(path.relative_to(HERE))
        for path in sorted((HERE / "templates").rglob("*.html"))
        if re.search(r"length > \d+ %\}(?:<[^>]*>)? ?等|count > \d+ %\} ?等", path.read_text())
    ]
    assert found == []
