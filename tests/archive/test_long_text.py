"""A text file of any size is not typeset in the web process (issue 10, C5)."""

import time

import pytest
from django.urls import reverse

from archive import filing
from files.models import StoredFile
from files.store import keep, land_bytes
from tests.scenarios.owner import unwatched
from tests.transfer.stock import browser, stocked

pytestmark = pytest.mark.django_db


def text_of(record, size: int):
    """The record's one component is a text of `size` bytes."""
    stored: StoredFile = keep(
        land_bytes(("各单位请于月底前报送情况。\n".encode() * (size // 40 + 1))[: size - size % 40], "长文.txt")
    )
    component = record.components.first()
    with unwatched():
        type(component).versions.filter(pk=component.pk).update(stored_file=stored)
    return reverse("archive:component_pdf", args=[record.uid, component.uid])


def test_a_long_text_is_refused_at_once_with_what_to_do(people):
    (record,) = stocked(people, 1)
    address = text_of(record, 5_000_000)
    began = time.monotonic()
    answer = browser(people["D07:archivist"]).get(address)
    assert answer.status_code == 422 and time.monotonic() - began < 2
    assert "超过 256 KB" in answer.content.decode() and "请下载原文件阅看" in answer.content.decode()


def test_a_text_within_the_limit_is_laid_out(people):
    (record,) = stocked(people, 1)
    answer = browser(people["D07:archivist"]).get(text_of(record, filing.LONGEST_TYPESET // 8))
    assert answer.status_code == 200 and answer.content.startswith(b"%PDF")
