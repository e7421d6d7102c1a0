"""What a citizen sees, and what the portal's role cannot reach whatever its code does."""

from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.db import OperationalError, ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from archive.models import Record
from archive.workflow import OPENING
from documents import current
from documents.states import Disclosure
from files.models import Publication
from tests.made import accessioned, brought_to, closed, decided, public_names

pytestmark = pytest.mark.django_db
VIEWS = {
    "portal_unit",
    "portal_record",
    "portal_file",
    "portal_current",
    "portal_withdrawn",
    "portal_release",
    "portal_release_item",
}
FUNCTIONS = {
    "portal_search", "portal_piece", "portal_nearest", "portal_bigram_counts", "portal_found_nothing",
    "document_validity", "egov_local_day", "egov_today",  # reckon with dates, read no table
}  # fmt: skip


HITS = "SELECT portal_search(%s, '电子公文', '{}', '{}', 20, 0) ->> 'hits'"


@pytest.fixture
def opened(people) -> Record:
    return decided(accessioned(people), "open", people)


@pytest.fixture
def offered(people):
    sent = brought_to("dispatch", people, title="关于规范公文办理的通知", disclosure_attr=Disclosure.PROACTIVE)
    return current.publish(sent, by=people["D07:clerk"], topic="综合政务", summary="规范电子公文办理")


def test_an_open_record_is_found_read_and_downloaded(opened):
    visitor = Client()
    assert opened.title in visitor.get(reverse("portal:home")).content.decode()
    page = visitor.get(reverse("portal:results"), {"q": "电子公文办理"})
    assert [one.title for one in page.context["found"].records] == [opened.title]
    assert "<mark>" in page.content.decode() and page.context["found"].years == [(opened.year, 1)]
    record = visitor.get(reverse("portal:record", args=[opened.uid]))
    names = [one.filename for one in record.context["files"]]
    assert names == ["正本.pdf"]  # neither draft sheet nor final draft
    file = visitor.get(reverse("portal:file", args=[record.context["files"][0].uid]))
    assert b"".join(file.streaming_content).startswith(b"%PDF")
    assert file["Content-Disposition"].startswith("attachment") and file["X-Content-Type-Options"] == "nosniff"
    assert opened.title in visitor.get(reverse("portal:catalogue"), {"year": opened.year}).content.decode()


def test_a_closed_record_is_gone_everywhere_at_once(opened, people, django_capture_on_commit_callbacks):
    visitor = Client()
    file = visitor.get(reverse("portal:record", args=[opened.uid])).context["files"][0]
    assert file.sha256 in public_names()
    with django_capture_on_commit_callbacks(execute=True):
        closed(opened, people, told="复核期间暂停开放")
    assert visitor.get(reverse("portal:record", args=[opened.uid])).status_code == 410
    assert visitor.get(reverse("portal:file", args=[file.uid])).status_code == 404
    found = visitor.get(reverse("portal:results"), {"q": "电子公文办理"}).context["found"]
    assert (found.records, found.total, found.units, found.years) == ([], 0, [], [])
    for name in ("portal:home", "portal:catalogue"):
        assert opened.title not in visitor.get(reverse(name)).content.decode()
    assert visitor.get(reverse("portal:catalogue")).context["years"].count() == 0
    assert file.sha256 not in public_names()


def test_a_closed_record_says_when_and_why_and_nothing_of_what_it_was(opened, people):
    closed(opened, people, note="含有张三的身份证号码。", told="复核期间暂停开放")
    answer = Client().get(reverse("portal:record", args=[opened.uid]))
    text = answer.content.decode()
    assert answer.status_code == 410 and "复核期间暂停开放" in text
    for hidden in (opened.title, opened.doc_number, opened.archival_code, "张三"):
        assert hidden and hidden not in text


def test_what_never_was_public_is_not_found_rather_than_gone(people):
    record = accessioned(people)
    assert Client().get(reverse("portal:record", args=[record.uid])).status_code == 404
    assert Client().get(reverse("portal:document", args=[record.uid])).status_code == 404


def test_a_record_opened_again_has_the_same_address_and_a_new_publication(opened, people):
    first = Client().get(reverse("portal:record", args=[opened.uid])).context["files"][0].uid
    closed(opened, people)
    decided(opened, "open", people)
    again = Client().get(reverse("portal:record", args=[opened.uid]))
    assert [one.uid for one in again.context["files"]] == [first]
    assert Client().get(reverse("portal:file", args=[first])).status_code == 200
    assert Publication.objects.of(opened.uid).count() == 2


def test_a_current_document_is_read_and_downloaded(offered):
    visitor = Client()
    page = visitor.get(reverse("portal:document", args=[offered.uid]))
    assert "规范电子公文办理" in page.content.decode() and page.context["document"].validity == "in_force"
    file = visitor.get(reverse("portal:document_file", args=[offered.uid]))
    assert b"".join(file.streaming_content).startswith(b"%PDF")
    assert offered.document.title in visitor.get(reverse("portal:current")).content.decode()


def test_the_public_copy_of_a_withdrawn_current_document_is_removed(
    offered, people, django_capture_on_commit_callbacks
):
    digest = Publication.objects.get(object_uid=offered.uid).files.get().stored_file.sha256
    assert digest in public_names()
    with django_capture_on_commit_callbacks(execute=True):
        current.withdraw(offered, by=people["D07:clerk"], reason="内容有误")
    assert digest not in public_names()
    assert Client().get(reverse("portal:document_file", args=[offered.uid])).status_code == 404


def test_the_410_page_of_a_withdrawn_document_shows_no_title_summary_number_or_validity(offered, people):
    current.withdraw(offered, by=people["D07:clerk"], reason="内容有误")
    answer = Client().get(reverse("portal:document", args=[offered.uid]))
    text = answer.content.decode()
    assert answer.status_code == 410 and "内容有误" in text and "已停止公开" in text
    number, index = offered.document.doc_number, offered.index_no
    for hidden in (offered.document.title, number, index, "规范电子公文办理", "现行有效", "一、统一思想", "综合政务"):
        assert hidden and hidden not in text
    for name in ("portal:home", "portal:current"):
        assert offered.document.title not in Client().get(reverse(name)).content.decode()
    assert as_portal("SELECT count(*) FROM portal_current") == [(0,)]
    assert len(as_portal("SELECT * FROM portal_withdrawn")[0]) == 5  # id, uid, kind, moment, reason


def test_a_withdrawn_document_can_be_offered_again_under_its_index_number(offered, people):
    index = offered.index_no
    current.withdraw(offered, by=people["D07:clerk"], reason="内容有误")
    current.OFFER.perform("offer_again", offered, by=people["D07:clerk"], note="经复核无误")
    page = Client().get(reverse("portal:document", args=[offered.uid]))
    assert page.status_code == 200 and page.context["document"].index_no == index
    assert Client().get(reverse("portal:document_file", args=[offered.uid])).status_code == 200
    assert [row.closed_at is None for row in Publication.objects.of(offered.uid)] == [True, False]


def test_bytes_that_another_open_publication_shows_stay_public(opened, people, django_capture_on_commit_callbacks):
    """The record and the current document of one issued document share the bytes of their page."""
    record = accessioned(people, title="关于共用文件的通知", disclosure_attr=Disclosure.PROACTIVE)
    decided(record, "open", people)
    offered = current.publish(record.document, by=people["D07:clerk"], topic="综合政务", summary="试")
    digest = Publication.objects.get(object_uid=offered.uid).files.get().stored_file.sha256
    assert digest in Publication.objects.get(object_uid=record.uid).files.values_list("stored_file__sha256", flat=True)
    with django_capture_on_commit_callbacks(execute=True):
        closed(record, people)
    assert digest in public_names()
    with django_capture_on_commit_callbacks(execute=True):
        current.withdraw(offered, by=people["D07:clerk"], reason="内容有误")
    assert digest not in public_names()


def test_the_portal_reads_publications_and_not_the_records_own_column(people):
    """A status without a publication shows nothing, whatever wrote it."""
    record = accessioned(people)
    Record._base_manager.filter(pk=record.pk).update(access_status="open")
    assert as_portal("SELECT count(*) FROM portal_record") == [(0,)]
    assert as_portal("SELECT count(*) FROM portal_file") == [(0,)]
    assert as_portal(HITS, ['[["电子公文"]]']) == [(None,)]


def test_every_open_status_has_its_open_publication(opened, people):
    other = accessioned(people, title="关于另一事项的通知")
    decided(other, "open", people)
    closed(opened, people)
    statuses = set(Record.objects.unguarded("a test looks").filter(access_status="open").values_list("uid", flat=True))
    rows = Publication.objects.open().filter(kind="record")
    assert statuses == set(rows.values_list("object_uid", flat=True)) == {other.uid}
    assert OPENING.state_of(Record.objects.unguarded("a test looks").get(pk=other.pk)) == "open"


def as_portal(statement: str, arguments=None):
    """Run `statement` as egov_portal in a savepoint; rows, or the error's text."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE egov_portal")
            cursor.execute(statement, arguments)
            found = cursor.fetchall() if cursor.description else []
            cursor.execute("SET LOCAL ROLE egov_app")
            return found
    except (ProgrammingError, OperationalError) as error:
        return str(error)


def relations() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, relkind FROM pg_class "
            "WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S')"
        )
        return cursor.fetchall()


def test_the_portals_role_reads_five_views_and_nothing_else(opened):
    """Shows: F-04, 19.1-2"""
    readable, tried = set(), 0
    for name, kind in relations():
        column = "last_value" if kind == "S" else "*"
        if isinstance(as_portal(f'SELECT {column} FROM public."{name}" LIMIT 1'), list):
            readable.add(name)
        tried += 1
        assert "permission denied" in str(as_portal(f'DELETE FROM public."{name}"')) or kind in ("S", "v"), name
    assert readable == VIEWS
    assert tried > 60
    for view in VIEWS:
        for act in ("DELETE FROM {}", "INSERT INTO {} DEFAULT VALUES", "UPDATE {} SET id = id"):
            assert isinstance(as_portal(act.format(view)), str), (view, act)


def test_the_portals_role_calls_its_functions_and_no_others(opened):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace "
            "AND has_function_privilege('egov_portal', oid, 'EXECUTE')"
        )
        assert {row[0] for row in cursor.fetchall()} == FUNCTIONS
    assert as_portal(HITS, ['[["电子公文"]]']) == [(f'[["record", {opened.pk}]]',)]
    for statement in (
        "SET ROLE egov_app",
        "SET ROLE egov_owner",
        "CREATE TABLE mine (id int)",
        "SELECT pg_read_file('/etc/passwd')",
        "COPY portal_unit TO '/tmp/x'",
    ):
        assert isinstance(as_portal(statement), str) or statement.startswith("SET ROLE"), statement


def test_a_condition_of_the_visitors_cannot_see_hidden_rows(people):
    """security_barrier: a cheap function in WHERE is not run on rows that the view hides."""
    hidden = accessioned(people, title="关于不开放事项的通知")
    answer = as_portal(
        "SELECT title FROM portal_record WHERE title LIKE '%%不开放%%' OR 1 / (length(title) - %s) > 0",
        [len(hidden.title)],
    )
    assert answer == []


def test_words_that_cannot_be_searched_get_a_sentence(db):
    visitor = Client()
    for words in ("一", "\x00", " ".join("词语" for _ in range(11)), "字" * 201):
        answer = visitor.get(reverse("portal:results"), {"q": words})
        assert answer.status_code in (200, 422)
        assert answer.status_code == 200 or answer.context["refusal"]
    assert visitor.get(reverse("portal:results"), {"q": "没有这样的词"}).status_code == 200


def test_the_public_root_is_the_only_folder(opened):
    """Shows: F-15, 19.1-2"""
    held = settings.EGOV_PUBLIC_DIR
    assert sum(1 for path in held.rglob("*") if path.is_file()) >= 1
    component = opened.components.get(role="draft_sheet")
    assert not (held / component.stored_file.sha256[:2] / component.stored_file.sha256).exists()


def test_the_portal_counts_days_as_shanghai_does(db):
    """At 17:00 UTC it is the next day here; current_date of the database's session is UTC's."""
    for hour in (0, 15, 16, 23):
        moment = datetime(2026, 11, 24, hour, 30, tzinfo=UTC)
        with connection.cursor() as cursor:
            cursor.execute("SELECT egov_local_day(%s)", [moment])
            assert cursor.fetchone()[0] == timezone.localdate(moment)
    with connection.cursor() as cursor:
        cursor.execute("SELECT egov_today() = egov_local_day(now())")
        assert cursor.fetchone()[0] is True
