"""The house as drawn from imports: floors, no circle, and no import hidden inside a function."""

import ast
import io
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from changning_egov import house
from tests.test_readable import python_files

# Where an import stands inside a function, and why it cannot stand on top
INSIDE_FUNCTIONS = {
    ("manage.py", "main"): "a missing Django is answered with a sentence",
    ("units/apps.py", "load_calendar"): "models can be imported only when all apps are loaded",
    ("units/apps.py", "ready"): "menu and rules register themselves when all models are there",
    ("documents/apps.py", "ready"): "rules, menu and the check of the port register themselves",
    ("archive/apps.py", "ready"): "rules, menu and job handlers register themselves",
    ("transfer/apps.py", "ready"): "rules, menu and job handlers register themselves",
    ("oversight/apps.py", "ready"): "rules and menu register themselves",
    ("changning_egov/apps.py", "ready"): "the demo's job handler registers itself",
    ("changning_egov/databases.py", "ready"): "settings.py imports this module",
    ("changning_egov/databases.py", "for_visitors"): "settings.py imports this module",
    ("files/probing/text.py", "read_pdf"): "a program of its own for each file: the other readers start without it",
}


def product_files() -> list[Path]:
    packages = {*house.root_packages(), "manage.py"}
    return [path for path in python_files() if path.relative_to(settings.BASE_DIR).parts[0] in packages]


def imports_inside_functions(source: str) -> set[str]:
    """Names of the functions in `source` that import something themselves."""
    return {
        function.name
        for function in ast.walk(ast.parse(source))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }


def test_no_import_stands_inside_a_function_but_for_a_reason():
    found = {
        (str(path.relative_to(settings.BASE_DIR)), name)
        for path in product_files()
        for name in imports_inside_functions(path.read_text(encoding="utf-8"))
    }
    assert found == set(INSIDE_FUNCTIONS)


def test_an_import_hidden_in_a_function_or_method_is_found():
    hidden = "import a\nclass C:\n    def m(self):\n        if self:\n            from b import c\ndef f():\n    pass\n"
    assert imports_inside_functions(hidden) == {"m"}


@pytest.fixture(scope="module")
def found() -> house.House:
    return house.read(house.root_packages())


def test_the_house_has_no_circle(found):
    assert found.circles() == []


def test_the_floors_of_the_apps_are_those_of_the_design(found):
    apps = {app: number for number, floor in enumerate(reversed(house.floors(found.apps()))) for app in floor}
    below = [("units", "files"), ("units", "paper"), ("files", "documents"), ("paper", "documents")]
    below += [("documents", "archive"), ("archive", "transfer"), ("archive", "portal"), ("transfer", "changning_egov")]
    assert [(low, high) for low, high in below if apps[low] >= apps[high]] == []


def test_a_circle_is_found_between_modules_parts_and_apps():
    circling = house.House({"a.x": {"a.y"}, "a.y": {"b.z"}, "b.z": {"a.x"}, "c.v.one": {"c.w"}, "c.w": {"c.v.two"}})
    assert circling.circles() == [("a", "b"), ("a.x", "a.y", "b.z"), ("v", "w")]


def test_members_of_a_circle_stand_on_one_floor():
    assert house.floors({"a": {"b"}, "b": {"a", "c"}, "c": set(), "d": {"a"}}) == [["d"], ["a", "b"], ["c"]]


def test_the_command_prints_floors_and_that_there_is_no_circle():
    out = io.StringIO()
    call_command("house", stdout=out)
    assert "documents: " in out.getvalue() and out.getvalue().endswith("circles: none\n")
