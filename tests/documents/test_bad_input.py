"""What people and machines send by mistake or on purpose: a sentence each, no 500, nothing half stored."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from documents.models import Attachment, Document
from files.models import StoredFile
from tests import awkward
from tests.files.examination.real import VERDICTS
from tests.files.examination.test_policy import CASES
from tests.made import draft
from tests.rounds import rounds
from tests.shared_data import shared_data, unpacked
from units.models import AuditEvent

pytestmark = pytest.mark.django_db
SHARE = rounds("AWKWARD_SHARE", 3, 1)  # of the long lists of others every third; make deep: all

OWN_STRINGS = [
    "\x00",
    "a\x00b",
    "\u202e左右",
    "\u200b\u200c\ufeff",
    "😀🀄",
    "\U0010ffff",
    "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    "{{ 7*7 }}",
    "../../etc/passwd",
    "%s%n",
    "Ω≈ç√∫",
    "\r\n\t",
    "=cmd|' /C calc'!A0",
    "字" * 100_000,
]


@pytest.fixture
def visitor(people):
    client = Client(raise_request_exception=False)
    client.force_login(people["D07:officer"], backend="django.contrib.auth.backends.ModelBackend")
    return client


FIELDS = ("title", "body", "main_outside", "cc_outside", "disclosure_reason", "contact", "note")


def fillings(tmp_path_factory) -> list[tuple[str, ...]]:
    """Each of our own strings in every field at once; the known list of others goes round, each in one field.

    In the suite the known list's every third group.
    """
    own = [(text,) * len(FIELDS) for text in OWN_STRINGS]
    if shared_data() is None:
        return own
    folder = unpacked("badfiles.tar.gz", tmp_path_factory.mktemp("strings"))
    known = json.loads((folder / "strings" / "blns.json").read_text(encoding="utf-8"))
    padded = known + OWN_STRINGS[: -len(known) % len(FIELDS)]
    return own + [tuple(padded[at : at + len(FIELDS)]) for at in range(0, len(padded), len(FIELDS) * SHARE)]


def test_strings_in_every_text_field_of_the_draft(visitor, units, people, tmp_path_factory):
    base = {
        "unit": units["D07"].pk, "doc_type": "notice", "routing_direction": "down", "security_class": "public",
        "main": [units["D09"].pk], "disclosure_attr": "on_request", "print_copies": "1",
    }  # fmt: skip
    for texts in fillings(tmp_path_factory):
        before = Document.objects.unguarded("a test looks").count()
        answer = visitor.post(reverse("documents:draft"), {**base, **dict(zip(FIELDS, texts, strict=True))})
        told = ascii([text[:40] for text in texts])
        assert answer.status_code in (302, 422), told
        if answer.status_code == 422:
            assert answer.context["form"].errors, told
            assert Document.objects.unguarded("a test looks").count() == before
        else:
            made = Document.objects.unguarded("a test looks").latest("pk")
            page = visitor.get(made.get_absolute_url())
            assert page.status_code == 200, told
            assert b"<script>alert" not in page.content


@pytest.mark.parametrize(
    ("route", "name"),
    [
        ("documents:waiting", "q"),
        ("documents:handled", "q"),
        ("documents:under_way", "q"),
        ("archive:filed", "q"),
        ("archive:search", "q"),
        ("archive:export", "q"),
        ("portal:results", "q"),
        ("portal:catalogue", "unit"),
        ("portal:results", "page"),
        ("documents:waiting", "after"),
    ],
)
def test_strings_in_every_search_box(visitor, people, route, name):
    for text in OWN_STRINGS[:-1] + ["字" * 500]:
        answer = visitor.get(reverse(route), {name: text})
        assert answer.status_code in (200, 404, 422), (route, ascii(text[:40]))  # 404: no such unit, in a sentence
        if answer.streaming:
            b"".join(answer.streaming_content)


def test_strings_as_opinions_and_reasons(visitor, people):
    document = draft(people)
    for text in OWN_STRINGS:
        answer = visitor.post(
            reverse("documents:act", args=[document.uid, "discard"]), {"discard-note": text, "version": "999999"}
        )
        assert answer.status_code in (409, 422), ascii(text[:40])
    document.refresh_from_db()
    assert document.state == "drafting"


def test_own_awkward_files_as_attachments(visitor, people):
    document = draft(people)
    for name, (make, refusals, _) in awkward.FILES.items():
        upload(visitor, document, name, make(), refused=bool(refusals))


def upload(visitor, document, name: str, content: bytes, refused: bool | None) -> None:
    before = Attachment.objects.count(), StoredFile.objects.count(), AuditEvent.objects.count()
    answer = visitor.post(
        reverse("documents:side_act", args=[document.uid, "attach"]),
        {"attach-file": SimpleUploadedFile(name, content, content_type="application/pdf")},
    )
    assert answer.status_code in (302, 422), ascii(name)
    assert refused is None or (answer.status_code == 422) == refused, ascii(name)
    if answer.status_code == 422:
        assert 'id="id_attach-file_error"' in answer.content.decode(), ascii(name)
        assert (Attachment.objects.count(), StoredFile.objects.count(), AuditEvent.objects.count()) == before


def test_what_people_have_is_judged_by_the_policy_when_it_is_uploaded(visitor, people):
    """Every fifth case of the policy's own table, through the page."""
    document = draft(people)
    for number, case in enumerate(CASES[::5]):
        name, make = case.value
        upload(visitor, document, f"{number}-{name}", make(), refused=bool(case.wanted[0]))


def test_real_awkward_files_as_attachments(visitor, people, tmp_path):
    """127 files of the shared folder, each with the verdict of the list; a refusal is a sentence at the field.

    In the suite every third through the page; tests/files/examination/test_examination.py examines all.
    """
    document = draft(people)
    folder = unpacked("badfiles.tar.gz", tmp_path)
    files = sorted(one for one in folder.rglob("*") if one.is_file() and one.name != "manifest.csv")
    for path in files[::SHARE]:
        refused, _ = VERDICTS[str(path.relative_to(folder))]
        upload(visitor, document, path.name, path.read_bytes(), refused=bool(refused))


def test_an_upload_that_is_none_and_ids_that_are_none(visitor, people):
    document = draft(people)
    assert (
        visitor.post(reverse("documents:side_act", args=[document.uid, "attach"]), {"attach-file": "text"}).status_code
        == 422
    )
    assert visitor.get(f"{reverse('documents:draft')}?reply_to=nonsense").status_code == 404
    assert visitor.get("/documents/not-a-uid/").status_code == 404
    assert visitor.post(reverse("documents:act", args=[document.uid, "nonsense"])).status_code == 404
    assert visitor.post(reverse("units:act_as"), {"appointment": "x"}).status_code == 404
