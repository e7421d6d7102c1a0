"""docs/tables.md is what the code says, and every table of the code is in it."""

import sys

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from changning_egov import entities, tables
from documents import conditions
from documents.states import StepKind
from units.workflow import SideActs, Workflow

PRODUCT = {"units", "files", "paper", "documents", "archive", "transfer", "portal", "oversight"}


def test_the_tables_in_the_docs_are_current():
    """Shows: F-01, 16-10"""
    call_command("draw_tables", "--check")


def test_every_model_stands_in_the_diagram_of_entities():
    """Shows: S-06"""
    drawn = entities.drawn()
    own = [
        one for one in apps.get_models() if one.__module__.split(".")[0] in PRODUCT and "Historical" not in one.__name__
    ]
    assert len(own) > 60 and [one.__name__ for one in own if f"| {one.__name__} |" not in drawn] == []
    assert 'Document ||--o{ Addressee : "document"' in drawn


def test_a_text_that_is_not_current_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "PLACE", tmp_path / "tables.md")
    with pytest.raises(CommandError, match="draw_tables"):
        call_command("draw_tables", "--check")
    call_command("draw_tables")
    call_command("draw_tables", "--check")
    tables.PLACE.write_text(tables.PLACE.read_text(encoding="utf-8").replace("签发", "签批", 1), encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("draw_tables", "--check")


def test_no_table_of_the_product_is_left_out():
    """A table in a module of another name would not be drawn, and nobody would see it."""
    drawn = {id(table) for module in tables.modules() for _, table in tables.tables_of(module)}
    packages = {module.__name__.split(".")[0] for module in tables.modules()}
    made = [
        (name, attribute, value)
        for name, module in sorted(sys.modules.items())
        if name.split(".")[0] in packages
        for attribute, value in vars(module).items()
        if isinstance(value, Workflow | SideActs)
    ]
    assert len(drawn) >= 6 and packages >= {"documents", "archive", "transfer"}
    assert [(name, attribute) for name, attribute, value in made if id(value) not in drawn] == []


def test_a_check_speaks_by_its_docstring_else_by_its_name():
    assert tables.says(conditions.is_unchanged) == "is unchanged"
    assert tables.says(conditions.reply_is_settled).startswith("A 请示 waits for its 批复")
    assert tables.says(conditions.all_before_are_closed(StepKind.APPROVE)).endswith("(签发)")
