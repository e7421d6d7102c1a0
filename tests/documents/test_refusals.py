"""A refusal says what would be right: who may instead, what is to be changed, when it may be done."""

import ast
import re
from collections.abc import Iterator

import pytest
from django.conf import settings

from documents import exchange_conditions, number_book
from documents.models import Document
from documents.states import Direction, State

# what only says no: a permission without who holds it, "now not" without why
BARE = re.compile(r"权限。$|当前不能|不能取回。$")
SENDING = ("may_be_recalled", "may_be_corrected", "may_be_sent_on")


def sentences() -> Iterator[tuple[str, str]]:
    """Every text in the code of documents/, with {} for what is put in."""
    for path in sorted((settings.BASE_DIR / "documents").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = [one.value if isinstance(one, ast.Constant) else "{}" for one in node.values]
                yield path.name, "".join(map(str, parts))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield path.name, node.value


def test_no_sentence_only_says_no():
    assert [(name, said) for name, said in sentences() if BARE.search(said)] == []


@pytest.mark.parametrize("check", SENDING)
def test_what_is_not_sent_yet_is_told_what_to_do_instead(check):
    draft = Document(direction=Direction.OUTGOING, state=State.APPROVED, title="关于某事的通知")
    said = getattr(exchange_conditions, check)(draft)
    assert "已分发的公文" in said and ("尚未分发的，" in said or check == "may_be_sent_on")


@pytest.mark.django_db
def test_what_was_replaced_is_sent_on_as_what_replaced_it():
    replaced = Document(direction=Direction.OUTGOING, state=State.REPLACED, title="关于某事的通知")
    assert exchange_conditions.may_be_sent_on(replaced).endswith("请补发更正件。")


def test_a_number_that_is_not_there_or_is_the_original_s():
    assert number_book.may_be_voided(Document(direction=Direction.OUTGOING)).endswith("不必作废字号。")
    made = Document(direction=Direction.OUTGOING, doc_number="长信〔2026〕1号", corrects_id=1)
    assert number_book.may_be_voided(made).endswith("请作废整件。")
