"""The 安全审计员 reads who did and opened what: narrowed, paged, exported, by number and never by title."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from tests.made import brought_to
from units import chores, upkeep
from units.audit import log_access
from units.models import AccessLog, ChoreRun

pytestmark = pytest.mark.django_db
TITLE = "关于梧桐雨巷的通知"


@pytest.fixture
def sent(people):
    document = brought_to("dispatch", people, title=TITLE)
    log_access("download", document, by=people["D09:clerk"])
    return document


@pytest.fixture
def look(people, client):
    client.force_login(people["D07:auditor"], backend="django.contrib.auth.backends.ModelBackend")

    def go(which="events", **query):
        return client.get(reverse("oversight:audit_of", args=[which]), query)

    return go


def acts(response) -> set[str]:
    return {line.act for line in response.context["lines"]}


def test_the_menu_of_the_auditor_has_the_audit_and_of_nobody_else(people, client):
    for who, has in (("D07:auditor", True), ("D07:sysadmin", False), ("D07:clerk", False)):
        client.force_login(people[who], backend="django.contrib.auth.backends.ModelBackend")
        assert (reverse("oversight:audit").encode() in client.get(reverse("units:password")).content) is has


@pytest.mark.parametrize("asked", ["number", "title"])
def test_events_are_found_by_number_and_whole_title_and_no_title_is_shown(look, sent, asked):
    found = look(object=sent.doc_number if asked == "number" else TITLE)
    assert acts(found) and {line.shown for line in found.context["lines"]} == {sent.doc_number}
    assert TITLE not in found.content.decode().replace(f'value="{TITLE}"', "")
    changes = {line.change for line in found.context["lines"]}
    assert {"无 → 拟稿中", "已编号 → 已校对"} <= changes and not any(
        one.isascii() and one for one in "".join(changes).split()
    )
    assert not look(object="关于梧桐").context["lines"]


def test_they_are_narrowed_by_person_act_and_day(look, sent, people):
    by_person = look(person=people["D07:officer"].username)
    assert {line.person for line in by_person.context["lines"]} == {people["D07:officer"].name}
    act = by_person.context["lines"][0].act
    assert acts(look(act=act)) == {act}
    before = (timezone.localdate() - timedelta(days=1)).isoformat()
    assert not look(first=before, last=before).context["lines"]
    assert look(first="2026-05-02", last="2026-05-01").status_code == 422


def test_accesses_say_who_opened_what_and_each_look_is_one(look, sent, people):
    lines = look("accesses", object=sent.doc_number, act="下载").context["lines"]
    assert [(line.person, line.act, line.shown) for line in lines] == [
        (people["D09:clerk"].name, "下载", sent.doc_number)
    ]
    assert AccessLog.objects.filter(user_id=people["D07:auditor"].pk, act="view", object_type="trail").count() == 1


def test_the_whole_choice_is_exported_without_titles(look, sent, client):
    query = {"object": sent.doc_number}
    made = client.get(reverse("oversight:audit_workbook", args=["events"]), query)
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(made.streaming_content))).active
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert len(rows) == len(look(**query).context["lines"]) and TITLE not in str(rows)


def test_the_state_of_the_chain_stands_at_the_head(look, settings, tmp_path):
    settings.EGOV_ANCHORS_DIR, settings.EGOV_ANCHOR_DIR = tmp_path, ""
    assert "尚未核验" in look().content.decode()
    chores.ensure()
    ChoreRun.objects.filter(name="verify_chain").update(succeeded_at=timezone.now(), result=upkeep.verify_chain())
    assert "完整：是" in " ".join(look().content.decode().split())
    (tmp_path / "audit.txt").write_text("乱写\n")
    with pytest.raises(upkeep.BrokenChain, match="不能读取"):
        upkeep.verify_chain()
    ChoreRun.objects.filter(name="verify_chain").update(failures=1, cause="审计链发现 1 处问题")
    assert "完整：否" in " ".join(look().content.decode().split())
