"""`render_document UID --out FILE` gives the bytes of the page's download, before and after proofreading."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from documents import pages
from files import store
from files.store import land_made
from paper.pdfa_check import check_pdfa
from tests.made import brought_to, draft

pytestmark = pytest.mark.django_db


def downloaded(document, user) -> bytes:
    client = Client()
    client.force_login(user)
    answer = client.get(reverse("documents:page_pdf", args=[document.uid]))
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.mark.parametrize("last", [None, "proofread"])
def test_the_command_gives_the_bytes_of_the_download(people, tmp_path, last):
    document = brought_to(last, people) if last else draft(people)
    out = tmp_path / "page.pdf"
    call_command("render_document", str(document.uid), "--out", str(out))
    assert out.read_bytes() == downloaded(document, people["D07:officer"])
    assert check_pdfa(out.read_bytes()) == []


@pytest.mark.parametrize(("uid", "told"), [("abc", "UUID"), ("00000000-0000-4000-8000-00000000abcd", "没有标识")])
def test_what_is_no_document_is_said(uid, told, tmp_path):
    with pytest.raises(CommandError, match=told):
        call_command("render_document", uid, "--out", str(tmp_path / "a.pdf"))
    assert not list(tmp_path.iterdir())


def test_a_text_attachment_is_bound_and_what_cannot_be_set_travels_beside(people):
    """7.3.7: bound before the imprint under its number; a file with a character no font has is only named."""
    document = draft(people)
    for number, (name, text) in enumerate(
        (("范围.txt", "一、党群类\n会议记录。"), ("表情.txt", "你好😀"), ("尾.txt", "尾文")), 1
    ):
        landed = land_made(text.encode(), name)
        document.attachments.create(
            stored_file=store.keep(landed), name=name, position=number, added_by=people["D07:officer"]
        )
    given = pages.page_input(document)
    assert given.attachments == ("范围", "表情", "尾")
    assert [(one.title, one.number) for one in given.enclosures] == [("范围", 1), ("尾", 3)]
