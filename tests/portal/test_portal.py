"""What a citizen sees, and what the portal's role cannot reach whatever its code does."""

import pytest
from django.conf import settings
from django.db import OperationalError, ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse

from archive import custody, opening
from archive.models import Record
from documents import current
from documents.states import Disclosure
from tests.made import brought_to, take
from units.workflow import Refused

pytestmark = pytest.mark.django_db
VIEWS = {"portal_unit", "portal_record", "portal_file", "portal_current"}
FUNCTIONS = {"portal_search", "portal_facets", "portal_found_nothing"}


def accessioned(people, title="关于开放查阅的通知", **fields) -> Record:
    document = brought_to("dispatch", people, title=title, **fields)
    take(document, "complete", people["D07:clerk"], retention_code="Y")
    with transaction.atomic():
        custody.freeze([document.record.pk], by=people["D07:archivist"])
        archive = people["D30:accessioner"].appointments.get().post.unit
        custody.offer([document.record.pk], archive, by=people["D07:archivist"])
        custody.accession([document.record.pk], archive, by=people["D30:accessioner"])
    return Record.objects.get(pk=document.record.pk)


@pytest.fixture
def opened(people) -> Record:
    return opening.decide(accessioned(people), "open", by=people["D30:appraiser"], reason="同意开放。")


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


def test_a_closed_record_is_gone_everywhere_at_once(opened, people):
    visitor = Client()
    file = visitor.get(reverse("portal:record", args=[opened.uid])).context["files"][0]
    opening.decide(opened, "controlled", by=people["D30:appraiser"], reason="涉及个人信息。")
    assert visitor.get(reverse("portal:record", args=[opened.uid])).status_code == 404
    assert visitor.get(reverse("portal:file", args=[file.uid])).status_code == 404
    assert not visitor.get(reverse("portal:results"), {"q": "电子公文办理"}).context["found"].records
    for name in ("portal:home", "portal:catalogue"):
        assert opened.title not in visitor.get(reverse(name)).content.decode()


def test_what_cannot_be_opened(people):
    record = accessioned(people, disclosure_attr=Disclosure.NOT_DISCLOSED, disclosure_reason="内部事项")
    with pytest.raises(Refused, match="不予公开"):
        opening.decide(record, "open", by=people["D30:appraiser"], reason="试")
    with pytest.raises(Refused, match="权限"):
        opening.decide(record, "controlled", by=people["D07:archivist"], reason="试")
    with pytest.raises(Refused, match="审核意见"):
        opening.decide(record, "controlled", by=people["D30:appraiser"], reason=" ")


def test_current_documents_come_and_go(people):
    sent = brought_to("dispatch", people, disclosure_attr=Disclosure.PROACTIVE)
    offered = current.publish(sent, by=people["D07:clerk"], topic="综合政务", summary="规范电子公文办理")
    visitor = Client()
    url = reverse("portal:document", args=[offered.uid])
    assert "规范电子公文办理" in visitor.get(url).content.decode()
    assert b"".join(visitor.get(reverse("portal:document_file", args=[offered.uid])).streaming_content).startswith(
        b"%PDF"
    )
    current.withdraw(offered, by=people["D07:clerk"], reason="内容有误")
    answer = visitor.get(url)
    assert (
        answer.status_code == 410
        and "内容有误" in answer.content.decode()
        and "一、统一思想" not in answer.content.decode()
    )
    assert visitor.get(reverse("portal:document_file", args=[offered.uid])).status_code == 404
    assert sent.title not in visitor.get(reverse("portal:current")).content.decode()


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


def test_the_portals_role_reads_four_views_and_nothing_else(opened):
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
    found = as_portal("SELECT record_id FROM portal_search(ARRAY['电子公文'], NULL, NULL, 20, 0)")
    assert found == [(opened.pk,)]
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
    for words in ("一", "\x00", " ".join("词语" for _ in range(11)), "字" * 101):
        answer = visitor.get(reverse("portal:results"), {"q": words})
        assert answer.status_code in (200, 422)
        assert answer.status_code == 200 or answer.context["refusal"]
    assert visitor.get(reverse("portal:results"), {"q": "没有这样的词"}).status_code == 200


def test_the_public_root_is_the_only_folder(opened):
    held = settings.EGOV_PUBLIC_DIR
    assert sum(1 for path in held.rglob("*") if path.is_file()) >= 1
    component = opened.components.get(role="draft_sheet")
    assert not (held / component.stored_file.sha256[:2] / component.stored_file.sha256).exists()
