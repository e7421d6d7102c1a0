"""`render_document UID --out FILE` gives the bytes of the page's download, before and after proofreading."""

from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

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


@pytest.mark.parametrize(("uid", "told"), [("abc", "UUID"), (str(uuid4()), "没有标识")])
def test_what_is_no_document_is_said(uid, told, tmp_path):
    with pytest.raises(CommandError, match=told):
        call_command("render_document", uid, "--out", str(tmp_path / "a.pdf"))
    assert not list(tmp_path.iterdir())
