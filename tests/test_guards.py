"""Rows with titles have one door; what hangs on them is reached through them (design sections 3 and 13)."""

import ast
from pathlib import Path

import pytest
from django.apps import apps

from documents.models import Document
from tests.made import brought_to, draft
from units.guarded import RULES, GuardedQuerySet, SealedQuerySet, Unguarded

PROJECT = Path(__file__).resolve().parents[1]
PACKAGES = ("units", "files", "documents", "archive", "transfer", "portal", "oversight")
SEALED = {
    "Batch",
    "CurrentDocument",
    "Document",
    "DoneForm",
    "FormDraft",
    "NumberClosing",
    "NumberEntry",
    "ReceivingPlan",
}
SEALED |= {"ConversionMigration"}
SEALED |= {"Accession", "Arrival", "Consignment", "Peer", "Record", "RecordText", "RegisterSeal", "StorageMedium"}
CHILDREN = {
    "Addressee",
    "Attachment",
    "BatchItem",
    "CodeAssignment",
    "Component",
    "Countersigner",
    "InspectionResult",
    "Opinion",
    "PackagePart",
    "Participant",
    "Receipt",
    "RecordRelation",
    "RecordWords",
    "Rendition",
    "Revision",
    "RouteRun",
    "StepRun",
}
# who may reach rows past every manager: the workflow under its own rules, actions under theirs
PAST_MANAGERS = {"units/workflow.py", "units/upkeep.py", "documents/actions.py"}


def sources() -> list[tuple[str, ast.AST]]:
    paths = [path for name in PACKAGES for path in (PROJECT / name).rglob("*.py") if "migrations" not in path.parts]
    return [(str(path.relative_to(PROJECT)), ast.parse(path.read_text(encoding="utf-8"))) for path in paths]


def is_page(path: str) -> bool:
    """Views and what they are made of."""
    return "/views" in path or path.endswith(("forms.py", "panels.py"))


def test_models_with_titles_are_sealed():
    sealed = {one.__name__ for one in apps.get_models() if isinstance(one._default_manager.all(), SealedQuerySet)}
    assert sealed == SEALED


def test_every_guarded_model_has_a_rule():
    guarded = [one for one in apps.get_models() if isinstance(one._default_manager.all(), GuardedQuerySet)]
    assert len(guarded) > 8 and [one.__name__ for one in guarded if "view" not in RULES.get(one, {})] == []


def test_every_way_round_the_door_says_why():
    calls = [
        (path, node)
        for path, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "unguarded"
    ]
    assert len(calls) > 20
    silent = [
        f"{path}:{node.lineno}"
        for path, node in calls
        if not (len(node.args) == 1 and isinstance(node.args[0], ast.Constant) and len(str(node.args[0].value)) > 12)
    ]
    assert silent == []


def test_pages_reach_what_hangs_on_a_row_through_the_row():
    found = [
        f"{path}:{node.lineno} {node.value.id}"
        for path, tree in sources()
        if is_page(path)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "objects" and getattr(node.value, "id", "") in CHILDREN
    ]
    assert found == []


def test_nobody_goes_past_the_managers_but_workflow_and_actions():
    found = {
        path
        for path, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "_base_manager"
    }
    assert found <= PAST_MANAGERS


@pytest.mark.django_db
def test_nothing_is_read_before_the_rule_was_asked(people):
    document = draft(people)
    reads = (
        list, len, bool,
        lambda rows: rows.get(pk=document.pk), lambda rows: rows.first(), lambda rows: rows.count(),
        lambda rows: rows.exists(), lambda rows: list(rows.values_list("title")), lambda rows: list(rows.iterator()),
        lambda rows: rows.in_bulk([document.pk]), lambda rows: rows.aggregate(), lambda rows: rows.update(note=""),
        lambda rows: rows.filter(pk=document.pk).order_by("pk")[0], lambda rows: rows.last(),
    )  # fmt: skip
    for read in reads:
        with pytest.raises(Unguarded):
            read(Document.objects.all())
    assert Document.objects.allowing("view", people["D07:officer"]).get() == document
    assert Document.objects.unguarded("a test looks").count() == 1
    assert not Document.objects.none().exists()
    with pytest.raises(ValueError, match="Say why"):
        Document.objects.unguarded(" ")


@pytest.mark.django_db
def test_a_reverse_manager_is_sealed_as_the_models_own(people):
    sent = brought_to("dispatch", people)
    with pytest.raises(Unguarded):
        list(sent.deliveries.all())
    assert sent.deliveries.allowing("view", people["D09:clerk"]).count() == 1
    assert sent.deliveries.allowing("view", people["D15:clerk"]).count() == 0
