"""Issue 11, B: a document number typed without its brackets, or with wrong ones, finds its document first."""

import pytest
from django.urls import reverse

from archive.models import Record
from archive.search import search
from archive.words import rewrite_head
from documents.linking import with_heads
from documents.models import Document
from documents.search import in_progress
from tests.made import brought_to, take
from units.doc_numbers import as_number, other_reading
from units.matching import holds

pytestmark = pytest.mark.django_db
SHAPES = (
    "{0}{1} {2}号", "{0}〔{1}〕{2}", "{0}{1}年{2}号", "{0}{1}-{2}", "{0} {1} {2}", "{0}（{1}）第{2}号", "{0}[{1}]0{2}号",
    "{0}{1}－{2}号", "{1}-{2}号", "[{1}]{2}号", "〔{1}〕{2}", "{1} {2}号",
)  # fmt: skip
READ = {
    "长宁民发2003 12号": "长宁民发〔2003〕12号", "长民发〔2003〕12": "长民发〔2003〕12号", "2003-12号": "〔2003〕12号",
    "长民發（2003）第012號": "长民发〔2003〕12号", "长 民 发 2003 12": "长民发〔2003〕12号", "长民2026_4": "长民〔2026〕4号",
    "长民２０２６－４": "长民〔2026〕4号", "【2003】12": "〔2003〕12号",
}  # fmt: skip


@pytest.mark.parametrize(("typed", "number"), READ.items(), ids=READ)
def test_what_is_typed_reads_as_the_number(typed, number):
    assert as_number(typed) == number


def test_what_finds_the_number_as_it_stands_has_no_other_reading():
    for typed in ("长民〔2026〕4号", "长民[2026]4", "长民〔2026〕1", "〔2026〕4号", "防汛工作"):
        assert other_reading(typed) == "", typed


def parts_of(number: str) -> tuple[str, str, str]:
    head, rest = number.split("〔")
    year, serial = rest.rstrip("号").split("〕")
    return head, year, serial


@pytest.fixture
def pair(people):
    """A record, and a newer one whose text and title cite its number."""
    first = take(brought_to("dispatch", people), "complete", people["D07:clerk"], retention_code="Y")
    cites = f"按{first.doc_number}办理。"
    second = brought_to("dispatch", people, title=f"关于贯彻{first.doc_number}文件的通知", body=cites)
    take(second, "complete", people["D07:clerk"], retention_code="Y")
    return first.record


@pytest.mark.parametrize("shape", SHAPES)
def test_the_staff_find_the_document_of_the_number_first(people, pair, shape):
    typed = shape.format(*parts_of(pair.doc_number))
    found = search(people["D07:archivist"], typed)
    assert found.records[0].pk == pair.pk and found.total == 2, typed


def test_the_page_says_how_it_read_and_takes_the_whole_result_so(people, pair, client):
    client.force_login(people["D07:archivist"], backend="django.contrib.auth.backends.ModelBackend")
    head, year, serial = parts_of(pair.doc_number)
    page = client.get(reverse("archive:search"), {"q": f"{head}{year}-{serial}"})
    assert f"按文号“{pair.doc_number}”检索" in page.content.decode() and page.context["records"][0].pk == pair.pk
    whole = client.get(reverse("archive:export"), {"q": f"{head}{year}-{serial}"})
    assert pair.archival_code in b"".join(whole.streaming_content).decode("utf-8-sig")
    nothing = client.get(reverse("archive:search"), {"q": f"{head}1999-{serial}"}).content.decode()
    assert "按文号" not in nothing  # there is none: it is asked as it stands


def test_a_part_of_a_number_finds_all_that_go_on_so_the_number_itself_first(people):
    """长民〔2026〕1 is the number 1 and the beginning of 10 and 12."""
    made = [take(brought_to("dispatch", people), "complete", people["D07:clerk"], retention_code="Y") for _ in range(2)]
    one, two = (Record.objects.unguarded("a test looks").get(document=document) for document in made)
    head, year, serial = parts_of(one.doc_number)
    two.doc_number = f"{head}〔{year}〕{serial}0号"
    two.save()
    rewrite_head(two)
    found = search(people["D07:archivist"], f"{head}[{year}]{serial}")
    assert [record.pk for record in found.records] == [one.pk, two.pk]


@pytest.mark.parametrize("shape", SHAPES)
def test_documents_in_progress_lists_and_links_read_it_too(people, shape, client):
    sent, by = brought_to("dispatch", people), people["D07:clerk"]
    typed = shape.format(*parts_of(sent.doc_number))
    client.force_login(by, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("archive:search"), {"q": typed})
    assert [one.pk for one in page.context["documents"]] == [sent.pk]
    rows = Document.objects.unguarded("a test looks").filter(holds("words__head_n", typed))
    assert sent in rows and sent.pk in with_heads(typed)
    assert in_progress(by, sent.doc_number).filter(pk=sent.pk).exists()
