"""来文 and 复文 of one unit are two items, linked whichever was filed first (domain 3.2 no. 10)."""

import io
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from archive import catalogue, custody, joining, monthly, packing, pairs, parting, year_end
from archive.appraisal import erasing
from archive.correction import NewVersion, change_file
from archive.models import CodeAssignment, Component, Record, RecordRelation, RecordText, RecordWords, YearFixed
from archive.packages.metadata import metadata_xml
from archive.packages.names import stored_names
from archive.packages.schema import faults
from archive.twins import whole_copy
from documents.models import Document, DocumentLink
from documents.states import LinkKind
from files.store import land_bytes
from tests.documents.test_kinds import sent
from tests.made import brought_to, registered, take
from tests.scenarios.owner import as_owner, unwatched
from tests.transfer.stock import browser
from transfer import plans
from units.models import AuditEvent
from units.workflow import Refused

pytestmark = pytest.mark.django_db


def links() -> set[tuple[str, str]]:
    """(title of the 复文, title of the 来文) of D09's own records."""
    rows = RecordRelation.objects.filter(kind="reply_to", record__unit__code="D09", other__unit__code="D09")
    return {(one.record.title, one.other.title) for one in rows.select_related("record", "other")}


def answered(people) -> tuple[Document, Document]:
    """(来文, 复文) of D09: the 复函 is tied as 起草复文 ties it, by 答复."""
    asked = registered(people, title="关于商请协助的函")
    reply = brought_to("dispatch", people, unit="D09", to=("D07",), title="关于商请协助的复函")
    DocumentLink.objects.create(
        document=reply, other=asked.issued, kind=LinkKind.REPLIES, made_by=people["D09:officer"]
    )
    return asked, reply


def filed(people, *documents: Document, unit: str = "D09", period: str = "Y") -> list[Record]:
    for document in documents:
        take(document, "complete", people[f"{unit}:clerk"], retention_code=period)
    rows = Record.objects.unguarded("a test looks")
    return [rows.get(document=document) for document in documents]


def merged_from_today(people, unit: str = "D09"):
    by = people[f"{unit}:archivist"]
    home = by.appointments.get().post.unit
    pairs.set_policy(home, policy="merged", starts_on=timezone.localdate(), reason="本单位归档制度第六条", by=by)


def again(record: Record) -> Record:
    return Record.objects.unguarded("a test looks").get(pk=record.pk)


def found_by(record: Record, word: str) -> bool:
    return word in RecordWords.objects.get(pk=record.pk).body


@pytest.mark.parametrize("first", ["asked", "reply"])
@pytest.mark.parametrize("tied", ["replies_to", "link"])
def test_a_units_own_pair_is_linked_in_either_order(people, first, tied):
    """Shows: 3.2-10"""
    asked, reply = answered(people)
    if tied == "replies_to":
        with unwatched():
            DocumentLink.objects.all().delete()
            Document.objects.unguarded("as a reply is drafted").filter(pk=reply.pk).update(replies_to=asked.issued_id)
        reply = Document.objects.unguarded("a test looks").get(pk=reply.pk)
    filed(people, *((asked, reply) if first == "asked" else (reply, asked)))
    assert links() == {("关于商请协助的复函", "关于商请协助的函")}
    records = Record.objects.unguarded("a test looks").filter(unit__code="D09")
    assert records.count() == 2 and len({one.archival_code for one in records}) == 2


@pytest.mark.parametrize("first", ["asked", "reply"])
def test_by_policy_a_pair_is_one_item_with_the_reply_first_and_one_code(people, first):
    """Shows: 3.2-10, 3.3"""
    merged_from_today(people)
    asked, reply = answered(people)
    order = (asked, reply) if first == "asked" else (reply, asked)
    filed(people, *order)
    one, part = (Record.objects.unguarded("a test looks").get(document=document) for document in (reply, asked))
    assert (part.state, part.joined_to_id) == ("joined", one.pk) and links() == {(one.title, part.title)}
    # one item, one valid code; the code that the 来文 had for a while is void, and none was taken for nothing
    valid = CodeAssignment.objects.filter(record__unit__code="D09", voided_at=None)
    assert [code.record_id for code in valid] == [one.pk]
    assert CodeAssignment.objects.filter(record=part).count() == (1 if first == "asked" else 0)
    # 复文 before 来文, nothing lost, nothing doubled
    files = list(one.components.all())
    own, other = [c for c in files if c.came_with_id is None], [c for c in files if c.came_with_id == part.pk]
    assert files == own + other and [c.seq for c in files] == list(range(1, len(files) + 1))
    assert [c.role for c in own] == ["original", "draft_sheet", "final_draft"]
    assert [c.role for c in other] == ["handling_sheet", "original"] and not part.components.exists()
    was = Component.versions.filter(record=part).order_by("seq")
    assert [c.stored_file_id for c in was] == [c.stored_file_id for c in other]
    assert one.component_count == len(files) and one.page_count == sum(c.pages or 0 for c in files)
    printed = sorted(files, key=whole_copy.place_of)  # 带章打印: the whole 复文, then the whole 来文
    assert [c.came_with_id for c in printed] == [None] * len(own) + [part.pk] * len(other)
    # search finds the item once, by the words of both
    assert found_by(one, asked.title) and not RecordText.objects.unguarded("a test looks").filter(pk=part.pk).exists()
    # what travels: the files in their order, the acts on both, the relation
    (packed_one,) = packing.packed([one.pk], "区档案馆")
    assert [file.filename for file in packed_one.files] == [c.filename for c in files]
    assert {"归档登记", "签收", "签发"} <= {event.activity for event in packed_one.events}
    assert "并入来文" in {event.act for event in packed_one.events}
    assert [relation.target for relation in packed_one.relations if relation.relation == "批复与请示"] == [
        str(part.uid)
    ]
    metadata = metadata_xml(packed_one, stored_names(file.filename for file in packed_one.files))
    assert (not faults(metadata) and "来文 文件处理单" in metadata.decode()) or "来文 " in metadata.decode()
    verbs = {event.verb for event in AuditEvent.objects.filter(object_uid__in=[one.uid, part.uid])}
    assert {"file", "join", "take_in"} <= verbs


@pytest.mark.parametrize("kind", ["minutes", "internal_material"])
def test_one_meeting_and_one_issue_of_a_bulletin_are_one_item(people, kind):
    """Shows: 3.2-8, 3.2-9"""
    document = sent(people, kind)
    record = take(document, "complete", people["D07:clerk"], retention_code="Y").record
    assert Record.objects.unguarded("a test looks").filter(unit__code="D07").get() == record
    assert record.component_count >= 2 and record.title == document.title


def counted_as_an_item(record: Record, people) -> dict[str, bool]:
    """Where the record stands as an item: the catalogue, the year, the month's register, what can be transferred."""
    by, day = people["D09:archivist"], timezone.localdate()
    state = year_end.preview(record.unit, record.fonds, record.year, by)
    return {
        "catalogue": record in catalogue.records_of(record.unit, record.year),
        "year": state.count == Record.objects.unguarded("a test looks").items().filter(unit=record.unit).count()
        and record in [*state.unchecked, *state.late, *state.textless],
        "month": record in monthly.records_of(record.unit, day.year, day.month),
        "transfer": bool(plans.proposal(None, record.unit, by).count == 2),
    }


def test_joined_and_parted_by_hand_with_a_new_code_and_every_file_again(people):
    """Shows: 3.2-10, 19.1-5"""
    by = people["D09:archivist"]
    part, one = filed(people, *answered(people))
    before = {record.pk: [c.stored_file_id for c in record.components.all()] for record in (one, part)}
    pages, former = (one.page_count, part.page_count), part.archival_code
    joining.join(one, part, by=by, reason="一并整理")
    one, part = again(one), again(part)
    assert part.joined_to_id == one.pk and one.page_count == sum(pages)
    assert part.codes.get().voided_at and not any(counted_as_an_item(part, people).values())
    assert found_by(one, former) and one.title in links().pop()
    with pytest.raises(Refused, match="已并入另一件"):
        joining.join(one, part, by=by, reason="再并一次")
    parting.part(part, by=by, reason="分别利用")
    one, part = again(one), again(part)
    assert (part.state, part.joined_to_id, part.former_codes[0]["code"]) == ("filed", None, former)
    told = AuditEvent.objects.get(object_uid=part.uid, verb="number_anew").detail["changes"]
    assert told["archival_code"] == [former, part.archival_code]
    assert part.archival_code != former and part.codes.filter(voided_at=None).get().code == part.archival_code
    assert {record.pk: [c.stored_file_id for c in record.components.all()] for record in (one, part)} == before
    assert (one.page_count, part.page_count) == pages and found_by(part, "特此通知") and not found_by(one, former)
    assert not any(c.filename.startswith(joining.MARK) for c in part.components.all())
    assert not one.findings.filter(settled_at=None, verdict="fail").exists()
    assert sum(counted_as_an_item(part, people).values()) >= 3


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda one, part: {"paper_exists": True}, "已登记纸质件"),
        (lambda one, part: {"use_scope": "department"}, "利用范围"),
        (lambda one, part: {"security_class": "internal"}, "密级"),
        (lambda one, part: {"copy_only": True}, "只存复制件"),
        (lambda one, part: {"carrier_mode": "paper_only"}, "仅有纸质件"),
    ],
)
def test_what_bars_one_item_is_said_and_both_stay_as_they_are(people, spoil, told):
    """Shows: 3.2-10"""
    part, one = filed(people, *answered(people))
    with unwatched():
        Record.objects.unguarded("a test spoils").filter(pk=part.pk).update(**spoil(one, part))
    with pytest.raises(Refused, match=told):
        joining.join(one, part, by=people["D09:archivist"], reason="一并整理")
    assert again(part).state == "filed" and again(part).components.exists()


def test_by_policy_what_cannot_be_one_item_stays_two_and_says_why(people):
    """Shows: 3.2-10"""
    merged_from_today(people)
    asked, reply = answered(people)
    (part,) = filed(people, asked)
    (one,) = filed(people, reply, period="D10")
    assert again(part).state == "filed" and again(one).component_count == one.components.count()
    told = AuditEvent.objects.get(object_uid=one.uid, verb="stay_apart").opinion
    assert "保管期限" in told and links() == {(one.title, part.title)}
    year_end_told = joining.bars_joining(again(one), again(part))
    assert any("请先更正复文的保管期限" in sentence for sentence in year_end_told)


def test_the_policy_is_the_archivists_dated_and_shown(people):
    by, today = people["D09:archivist"], timezone.localdate()
    home = by.appointments.get().post.unit
    client, place = browser(by), reverse("archive:set_pair_policy")
    assert "各为一件" in client.get(reverse("archive:settings")).content.decode()
    tomorrow = {"policy": "merged", "starts_on": today + timedelta(days=1), "reason": "归档制度第六条"}
    assert client.post(place, tomorrow).status_code == 302
    assert pairs.policy_of(home.pk) == "separate" and pairs.policy_of(home.pk, today + timedelta(days=1)) == "merged"
    for wrong in ({"starts_on": today - timedelta(days=1)}, {"policy": "both"}, {"reason": ""}, {"starts_on": ""}):
        assert client.post(place, tomorrow | wrong).status_code == 422
    assert "归档制度第六条" in client.get(reverse("archive:settings")).content.decode()
    assert browser(people["D09:clerk"]).post(place, tomorrow).status_code == 404
    assert AuditEvent.objects.filter(verb="set_pair_policy", object_uid=home.uid).count() == 1


def test_the_pair_is_joined_and_parted_from_the_records_page(people):
    part, one = filed(people, *answered(people))
    client = browser(people["D09:archivist"])
    assert "来文与复文合为一件" in client.get(one.get_absolute_url()).content.decode()
    sent = {"reply": one.uid, "asked": part.uid, "reason": "一并整理"}
    assert client.post(reverse("archive:join", args=[part.uid]), sent | {"reason": ""}).status_code == 422
    assert client.post(reverse("archive:join", args=[part.uid]), sent | {"asked": one.uid}).status_code == 404
    assert browser(people["D07:archivist"]).post(reverse("archive:join", args=[part.uid]), sent).status_code == 404
    assert client.post(reverse("archive:join", args=[part.uid]), sent)["Location"] == one.get_absolute_url()
    page = client.get(part.get_absolute_url()).content.decode()
    assert "本件是来文，与复文合为一件" in page and one.archival_code in page and "拆开" in page
    assert part.archival_code not in client.get(reverse("archive:filed")).content.decode()
    clerk = browser(people["D09:clerk"])
    assert one.archival_code in clerk.get(part.document.get_absolute_url()).content.decode()
    gone = reverse("archive:part", args=[part.uid])
    assert client.post(gone, {"reason": ""}).status_code == 422 and again(part).state == "joined"
    assert client.post(gone, {"reason": "分别利用"}).status_code == 302 and again(part).state == "filed"


def test_a_refusal_to_join_leads_to_both_records_and_to_where_they_are_corrected(people):
    part, one = filed(people, *answered(people))
    with unwatched():
        Record.objects.unguarded("a test spoils").filter(pk=part.pk).update(retention_code="Y")
        Record.objects.unguarded("a test spoils").filter(pk=one.pk).update(retention_code="D10")
    client, sent = browser(people["D09:archivist"]), {"reply": one.uid, "asked": part.uid, "reason": "一并整理"}
    for row in (part, one):
        answer = client.post(reverse("archive:join", args=[row.uid]), sent)
        page = answer.content.decode()
        assert answer.status_code == 422 and "请先更正复文的保管期限" in page
        for other in (part, one):
            assert f'href="{other.get_absolute_url()}">{other.title}</a>' in page
            assert f'href="{reverse("archive:correct", args=[other.uid])}">' in page


def test_a_letter_of_ones_own_is_one_item_with_the_answer_that_came(people):
    """Shows: 3.2-10, 3.3"""
    merged_from_today(people, "D07")
    asked, reply = answered(people)
    (part,) = filed(people, asked.issued, unit="D07")
    came = reply.deliveries.unguarded("a test looks").get()
    take(came, "sign_for", people["D07:clerk"])
    take(came, "register", people["D07:clerk"], handling_kind="for_reading")
    (one,) = filed(people, came, unit="D07")
    roles = [(c.role, c.came_with_id) for c in one.components.all()]
    assert again(part).joined_to_id == one.pk and roles[:2] == [("handling_sheet", None), ("original", None)]
    assert roles[2:] == [("original", part.pk), ("draft_sheet", part.pk), ("final_draft", part.pk)]


def test_a_letter_to_several_is_one_item_with_none_of_its_answers(people):
    merged_from_today(people, "D07")
    letter = brought_to("dispatch", people, to=("D09", "D30"), title="关于征求意见的函")
    reply = brought_to("dispatch", people, unit="D09", to=("D07",), title="关于征求意见的复函")
    DocumentLink.objects.create(document=reply, other=letter, kind=LinkKind.REPLIES, made_by=people["D09:officer"])
    (part,) = filed(people, letter, unit="D07")
    came = reply.deliveries.unguarded("a test looks").get()
    take(came, "sign_for", people["D07:clerk"])
    take(came, "register", people["D07:clerk"], handling_kind="for_reading")
    (one,) = filed(people, came, unit="D07")
    assert again(part).state == "filed"
    assert "主送不止一个单位" in AuditEvent.objects.get(object_uid=one.uid, verb="stay_apart").opinion


def test_what_was_transferred_or_fixed_stays_apart(people):
    """Shows: 3.2-10"""
    part, one = filed(people, *answered(people))
    with unwatched():
        YearFixed.objects.create(
            unit=one.unit, fonds=one.fonds, year=one.year, items=2, fixed_by=people["D09:archivist"]
        )
    with pytest.raises(Refused, match="年度已定号"):
        joining.join(one, part, by=people["D09:archivist"], reason="一并整理")
    with unwatched():
        YearFixed.objects.all().delete()
    joining.join(one, part, by=people["D09:archivist"], reason="一并整理")
    with transaction.atomic():
        custody.freeze([one.pk], by=people["D09:archivist"])
    with pytest.raises(Refused, match="已移交或不在本单位保管"):
        parting.part(again(part), by=people["D09:archivist"], reason="分别利用")
    assert again(part).joined_to_id == one.pk


def test_a_new_file_in_the_item_keeps_its_place_and_goes_back_when_they_part(people):
    by = people["D09:archivist"]
    part, one = filed(people, *answered(people))
    joining.join(one, part, by=by, reason="一并整理")
    old = one.components.get(came_with=part, role="original")
    new = NewVersion("正本（补正）.txt", land_bytes("补正后的来文。\n".encode(), "a.txt"), "original", replaces=old)
    change_file(again(one), new, by=by, reason="来文补正", version=again(one).version)
    assert one.components.get(came_with=part, role="original").filename == "正本（补正）.txt"
    assert found_by(one, "补正后的来文") and found_by(one, part.title)  # written anew, with the 来文's name
    parting.part(again(part), by=by, reason="分别利用")
    assert [c.filename for c in part.components.filter(role="original")] == ["正本（补正）.txt"]
    assert part.components.count() == 2
    assert not one.components.filter(came_with__isnull=False).exists() and not found_by(one, "补正后的来文")


def test_the_register_tells_the_reply_and_the_one_code(people):
    """The 复文号 of a 复函 stands in 收文登记簿 as that of a 批复, and 归档情况 is the item's code."""
    part, one = filed(people, *answered(people))
    joining.join(one, part, by=people["D09:archivist"], reason="一并整理")
    answer = browser(people["D09:clerk"]).get(reverse("documents:register_workbook", args=["received"]))
    sheet = load_workbook(io.BytesIO(b"".join(answer))).active
    cells = {str(cell) for row in sheet.iter_rows(values_only=True) for cell in row}
    assert {one.doc_number, one.archival_code} <= cells and part.archival_code not in cells


def test_a_destroyed_item_takes_the_versions_of_the_joined_files_with_it(people):
    """Shows: 4.6"""
    part, one = filed(people, *answered(people))
    joining.join(one, part, by=people["D09:archivist"], reason="一并整理")
    sheet = one.components.get(came_with=part, role="handling_sheet").stored_file
    assert erasing.is_referred_to(sheet)
    connection.check_constraints()  # no ALTER while checks are pending
    with as_owner("archive_record") as cursor:
        cursor.execute("UPDATE archive_record SET state = 'destroyed' WHERE id = %s", [one.pk])
    assert not erasing.is_referred_to(sheet) and erasing.candidates().filter(pk=sheet.pk).exists()
