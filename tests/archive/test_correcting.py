"""更正: every descriptive field with a reason, files as versions, two people, many at once and undone (issue 14)."""

import io
import re
from datetime import date
from html import unescape

import pypdfium2 as pdfium
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from archive import bulk_amend, bulk_preview, custody, deciders
from archive.bulk_amend import FILL, REPLACE, Amendment
from archive.changes import changes_of
from archive.codes import numbered
from archive.correct_forms import CorrectForm, RecordFields, initial_of
from archive.correction import NewVersion, change_file, correct
from archive.deciders import decided
from archive.models import BulkCorrection, CodeAssignment, Component, Record, RecordWords
from archive.states import Role
from files.store import land_bytes
from tests.forms import send_form
from tests.made import brought_to, take
from tests.scenarios.owner import unwatched
from tests.transfer.stock import browser, stocked
from units.models import AuditEvent
from units.workflow import Refused, Stale

pytestmark = pytest.mark.django_db


def read(record) -> Record:
    rows = Record.objects.unguarded("a test looks").select_related("fonds", "unit", "document")
    return rows.get(pk=record.pk)


@pytest.fixture
def filed(people) -> Record:
    return read(take(brought_to("dispatch", people), "complete", people["D07:clerk"], retention_code="Y").record)


def sent(record, **changed) -> dict:
    """The correction form as the browser sends it."""
    return {**initial_of(record), "version": record.version, "reason": "与原件不符", **changed}


def test_every_descriptive_field_is_corrected_in_one_form(people, filed):
    """Shows: S-07, 19.1-5"""
    changed = {
        "title": "关于做好档案归档工作的通知", "doc_number": "长信〔2025〕8号", "author": "长宁区信息化委员会办公室",
        "date": "2025-11", "page_count": 7, "doc_type": "opinion", "use_scope": "unit",
        "security_class": "internal",
        "disclosure_attr": "not_disclosed", "subject_words": "档案 归档", "main_recipients": "各街道", "cc_recipients": "区档案局",
        "legacy_code": "407-2025-3", "remark": "复印件",
    }  # fmt: skip
    response = send_form(
        browser(people["D07:archivist"]), reverse("archive:correct", args=[filed.uid]), sent(filed, **changed)
    )
    assert response.status_code == 302
    row = read(filed)
    assert {name: str(value) for name, value in initial_of(row).items() if name in changed} == {
        name: str(value) for name, value in changed.items()
    }
    assert (row.date, row.date_precision) == (date(2025, 11, 1), "month")
    told = {one.label: (one.before, one.after) for one in changes_of(row)}
    assert len(told) == len(changed) and told["日期"] == (filed.date.isoformat(), "2025-11")
    assert told["利用范围"] == ("全区机关", "本单位")
    assert {(one.who, one.event.opinion) for one in changes_of(row)} == {(("区信息委档案员", "档案员"), "与原件不符")}
    assert set(changed) | {"year", "retention_code", "class_code"} == set(RecordFields.base_fields)


def test_a_correction_says_why_and_all_that_is_wrong_at_once(people, filed):
    wrong = sent(filed, reason="", title="", date="2025-13-40", page_count="三", year="12")
    response = send_form(browser(people["D07:archivist"]), reverse("archive:correct", args=[filed.uid]), wrong)
    text = response.content.decode()
    assert response.status_code == 422
    for said in ("请填写更正理由", "“题名”不能为空", "2026-11-03", "页数应为整数", "年度应为四位数字"):
        assert said in text
    assert read(filed).version == filed.version


def test_another_period_is_another_code_and_the_old_one_is_void(people, filed):
    row = correct(
        filed, changes={"retention_code": "D30"}, reason="期限有误", by=people["D07:archivist"], version=filed.version
    )
    old, new = CodeAssignment.objects.filter(record=row).order_by("pk")
    assert (old.code, old.void_reason, new.code) == (filed.archival_code, "期限有误", row.archival_code)
    assert [(one.label, one.before, one.after) for one in changes_of(row)] == [
        ("保管期限", "永久", "30年"), ("档号", filed.archival_code, row.archival_code)
    ]  # fmt: skip


def test_a_wrong_file_is_replaced_and_stays_as_an_old_version(people, filed):
    old = filed.components.get(role=Role.ORIGINAL)
    new = NewVersion("正本.txt", land_bytes("更正后的正文，含档案盒三个字".encode(), "正本.txt"), Role.ORIGINAL, old)
    change_file(filed, new, by=people["D07:archivist"], reason="扫错了文件", version=filed.version)
    former, present = Component.versions.filter(record=filed, seq=old.seq).order_by("pk")
    assert (former.superseded_reason, present.filename) == ("扫错了文件", "正本.txt")
    assert "档案盒" in RecordWords.objects.get(pk=filed.pk).body
    page = browser(people["D07:archivist"]).get(filed.get_absolute_url()).content.decode()
    assert "已更换" in page and old.filename in page
    address = reverse("archive:component", args=[filed.uid, former.uid])
    assert browser(people["D07:archivist"]).get(address).status_code == 200
    assert browser(people["D07:officer"]).get(address).status_code == 404  # what was withdrawn is the archivist's
    with pytest.raises(Stale):
        change_file(filed, new, by=people["D07:archivist"], reason="再换", version=filed.version)


@pytest.mark.parametrize(
    ("role", "label"),
    [(Role.COPY, "复制件"), (Role.FORWARDED, "被转发文"), (Role.TRANSLATION, "译本")],
)
def test_what_belongs_to_the_original_lies_behind_it_in_one_item(people, filed, role, label):
    """Shows: 3.2-4, 3.2-5, 3.2-6"""
    by, records = people["D07:archivist"], Record.objects.unguarded("a test looks").count()
    form = browser(by).get(reverse("archive:correct", args=[filed.uid])).content.decode()
    assert f'<option value="{role}">' in form
    new = NewVersion("另一件.txt", land_bytes("同一件的另一份".encode(), "另一件.txt"), role)
    made = change_file(filed, new, by=by, reason="补入", version=filed.version)
    parts = list(filed.components.order_by("seq").values_list("role", flat=True))
    assert parts.index(Role.ORIGINAL) < parts.index(role) and made.get_role_display() == label
    assert Record.objects.unguarded("a test looks").count() == records
    assert label in browser(by).get(filed.get_absolute_url()).content.decode()


def test_two_people_see_both_values_on_top_and_nothing_is_overwritten(people, filed):
    first = correct(
        filed, changes={"remark": "甲写的", "subject_words": "归档"}, reason="补录", by=people["D07:archivist"],
        version=filed.version,
    )  # fmt: skip
    late = sent(filed, remark="乙写的", author="乙改的责任者")
    client = browser(people["D07:archivist"])
    response = send_form(client, reverse("archive:correct", args=[filed.uid]), late)
    text = response.content.decode()
    assert response.status_code == 409 and read(filed).remark == "甲写的"
    assert text.index("未更正：页面打开后内容已变") < text.index('id="id_title"')
    assert "<td>乙写的</td>" in text and "<td>甲写的</td>" in text and "更正著录" in text
    form = response.context["form"]  # one's own where touched, the other's where not
    assert [form.initial[name] for name in ("remark", "author", "subject_words")] == ["乙写的", "乙改的责任者", "归档"]
    assert send_form(
        client, reverse("archive:correct", args=[filed.uid]), form.initial | {"reason": "核对后"}
    ).status_code == 302  # fmt: skip
    row = read(filed)
    assert (row.remark, row.author, row.subject_words) == (
        "乙写的",
        "乙改的责任者",
        "归档",
    ) and first.version < row.version


def test_what_the_archive_has_is_not_the_units_to_correct(people, filed):
    with transaction.atomic():
        custody.freeze([filed.pk], by=people["D07:archivist"])
    with pytest.raises(Refused, match="正在移交，不能更正"):
        correct(filed, changes={"remark": "改"}, reason="改", by=people["D07:archivist"], version=filed.version + 1)
    client = browser(people["D07:archivist"])
    response = client.get(reverse("archive:correct", args=[filed.uid]))
    assert response.status_code >= 400 and "正在移交，不能更正" in response.content.decode()


def test_a_finding_leads_to_its_field(people, filed):
    page = browser(people["D07:archivist"]).get(reverse("archive:correct", args=[filed.uid]) + "?field=date")
    assert b'id="id_date"' in page.content and page.context["form"].fields["date"].widget.attrs["autofocus"] is True


@pytest.fixture
def year(people) -> list[Record]:
    """Seven records of one year and class."""
    return sorted(stocked(people, 7, year=2011), key=lambda one: one.pk)


def amended(rows, amendment, people, reason="统一口径"):
    keys = [row.pk for row in rows]
    now = Record.objects.unguarded("a test looks").filter(pk__in=keys).select_related("fonds", "unit").order_by("pk")
    shown = bulk_amend.preview(now, amendment)
    return bulk_amend.apply(
        [row.pk for row in rows], amendment, unit=rows[0].unit, by=people["D07:archivist"], reason=reason,
        digest=shown.digest,
    )  # fmt: skip


def test_the_preview_of_another_period_shows_the_new_codes_and_what_is_lowered(people, year):
    """What the preview says is what is done."""
    client = browser(people["D07:archivist"])
    sent_form = {"step": "preview", "unit": "D07", "keys": ",".join(str(one.uid) for one in year), "reason": "统一口径",
                 "field": "retention_code", "how": "fill", "retention_code": "D30"}  # fmt: skip
    page = send_form(client, reverse("archive:bulk"), sent_form)
    text = page.content.decode()
    assert page.status_code == 200 and "其中 7 件由永久降为30年" in text
    told = {line["record"].pk: line["new_code"] for line in page.context["lines"]}
    assert all(code in text for code in told.values())
    amended(year, Amendment("retention_code", FILL, "D30"), people)
    assert {row.pk: read(row).archival_code for row in year} == told


def test_a_text_corrected_in_many_shows_no_code_and_lowers_nothing(people, year):
    shown = bulk_amend.preview([read(row) for row in year], Amendment("remark", FILL, "甲"))
    amendment = Amendment("remark", FILL, "甲")
    assert bulk_preview.new_codes(shown.lines, amendment) == {} and bulk_preview.lowered(shown.lines, amendment) == []


def test_many_are_reclassified_in_one_act_and_have_their_codes_again_when_it_is_undone(people, year):
    codes = [row.archival_code for row in year]
    done = amended(year, Amendment("retention_code", FILL, "D10"), people)
    now = [read(row) for row in year]
    assert [row.item_no for row in now] == list(range(1, 8)) and {row.retention_code for row in now} == {"D10"}
    assert CodeAssignment.objects.filter(code__in=codes, void_reason="统一口径").count() == 7
    assert bulk_amend.undo(done, by=people["D07:archivist"]) == 7
    assert [read(row).archival_code for row in year] == codes
    assert CodeAssignment.objects.filter(code__in=codes, voided_at=None).count() == 7
    with pytest.raises(Refused, match="已经撤销"):
        bulk_amend.undo(done, by=people["D07:archivist"])


def test_what_left_in_a_batch_or_was_changed_again_is_left_out_and_told_before(people, year):
    done = amended(year, Amendment("remark", FILL, "复印件"), people)
    other = read(year[3])
    correct(other, changes={"remark": "原件"}, reason="另有原件", by=people["D07:archivist"], version=other.version)
    with transaction.atomic():
        custody.freeze([year[0].pk], by=people["D07:archivist"])
    client, place = browser(people["D07:archivist"]), reverse("archive:bulk_done", args=[done.uid])
    page = client.get(place).content.decode()
    assert "移交中，不再恢复" in page and "的备注之后又有改动，不再恢复，请逐件更正" in page and "5 件恢复" in page
    assert client.post(f"{place}undo/", {"count": "6"}).status_code == 409  # something moved since the page was read
    assert client.post(f"{place}undo/", {"count": "5"}).status_code == 302
    assert [read(row).remark for row in year] == ["复印件", "", "", "原件", "", "", ""]
    assert "除下列 2 件外" in client.get(place).content.decode()


def test_all_or_nothing(people, year):
    long = Amendment("title", REPLACE, "很" * 600, year[0].title[:2])
    with pytest.raises(Refused, match="题名最多 500 个字"):
        amended(year, long, people)
    shown = bulk_amend.preview([read(row) for row in year], Amendment("remark", FILL, "甲"))
    correct(read(year[2]), changes={"remark": "乙"}, reason="改", by=people["D07:archivist"], version=year[2].version)
    with pytest.raises(Stale, match="什么都没有更正"):
        bulk_amend.apply(
            [row.pk for row in year], Amendment("remark", FILL, "甲"), unit=year[0].unit, by=people["D07:archivist"],
            reason="统一", digest=shown.digest,
        )  # fmt: skip
    with pytest.raises(Refused, match="不在您整理的范围内"):
        bulk_amend.apply(
            [row.pk for row in year], Amendment("remark", FILL, "甲"), unit=year[0].unit, by=people["D09:archivist"],
            reason="统一", digest=shown.digest,
        )  # fmt: skip
    assert {read(row).remark for row in year} == {"", "乙"} and not BulkCorrection.objects.exists()


def test_two_thousand_rows_are_one_act_with_a_complete_history(people):
    """Must show of issue 14: one act, history complete, undone until the batch leaves."""
    rows = copied(stocked(people, 1, year=2012)[0], 2000)
    done = amended(rows, Amendment("remark", FILL, "复印件"), people)
    keys = [row.pk for row in rows]
    assert Record.objects.unguarded("a test looks").filter(pk__in=keys, remark="复印件").count() == 2000
    events = AuditEvent.objects.filter(verb="bulk_correct", detail__act=str(done.uid))
    assert events.count() == 2000 and done.count == done.changes.count() == 2000
    assert {tuple(one["changes"]["remark"]) for one in events.values_list("detail", flat=True)} == {("", "复印件")}
    assert Record.history.filter(id__in=keys, remark="复印件", history_user=people["D07:archivist"]).count() == 2000
    assert bulk_amend.undo(done, by=people["D07:archivist"]) == 2000
    assert not Record.objects.unguarded("a test looks").filter(pk__in=keys, remark="复印件").exists()
    assert AuditEvent.objects.filter(verb="undo_bulk_correct").count() == 2000


def copied(record: Record, count: int) -> list[Record]:
    """`count` records as `record`, each with a number of its own."""
    like = {
        one.attname: getattr(record, one.attname)
        for one in Record._meta.concrete_fields
        if one.name not in ("id", "uid")
    }
    numbers = range(1001, 1001 + count)
    named = [(f"第{number}件", f"{record.archival_code[:-4]}{number}", number) for number in numbers]
    made = [
        Record(**like | {"title": title, "archival_code": code, "item_no": number}) for title, code, number in named
    ]
    with unwatched():
        return Record.objects.bulk_create(made, batch_size=1000)


def _put(filed, **more) -> dict:
    old = filed.components.order_by("seq").first()
    return {"file-replaces": str(old.uid), "file-role": "original", "file-reason": "扫错了", **more}


def test_a_restored_draft_of_a_file_never_carries_an_old_version(people, filed):
    """The trial's loop: a refused file, a correction in between, and 409 about one's own correction without end."""
    by = people["D07:archivist"]
    client, address = browser(by), reverse("archive:put_file", args=[filed.uid])
    page = client.get(reverse("archive:correct", args=[filed.uid]))
    ticket = page.context["file_form"].draft.signed
    refused = client.post(address, _put(filed, form_ticket=ticket, **{"file-version": filed.version}))
    assert refused.status_code == 422  # no file
    row = correct(read(filed), changes={"remark": "改过"}, reason="补录", by=by, version=filed.version)
    form = client.get(reverse("archive:correct", args=[filed.uid])).context["file_form"]
    assert form.initial["reason"] == "扫错了" and form["version"].value() == row.version


def test_a_conflict_over_a_file_is_shown_once_with_what_changed(people, filed):
    by = people["D07:archivist"]
    client, address = browser(by), reverse("archive:put_file", args=[filed.uid])
    row = correct(read(filed), changes={"remark": "改过"}, reason="补录", by=by, version=filed.version)
    typed = _put(filed, **{"file-version": filed.version})
    new = SimpleUploadedFile("正本.txt", "更正后的正文".encode())
    stale = client.post(address, typed | {"file-file": new})
    text = stale.content.decode()
    assert stale.status_code == 409 and "更正著录" in text and "已上传：正本.txt" in text
    form = stale.context["file_form"]
    assert form["version"].value() == str(row.version)
    token = re.search(r'name="kept_file"\s+value="([^"]+)"', text)[1]
    again = client.post(address, typed | {"file-version": form["version"].value(), "kept_file": unescape(token)})
    assert again.status_code == 302


def test_a_conflict_over_sending_back_leaves_the_form_on_the_present_state(people, filed):
    """The kind: 退档 stood on the old version after its 409 as well."""
    by = people["D07:archivist"]
    correct(read(filed), changes={"remark": "改过"}, reason="补录", by=by, version=filed.version)
    typed = {"reason": "缺页", "version": filed.version}
    response = send_form(browser(by), reverse("archive:send_back", args=[filed.uid]), typed)
    assert response.status_code == 409 and "更正著录" in response.content.decode()
    assert response.context["form"]["version"].value() == str(read(filed).version)


def test_a_number_typed_with_any_brackets_is_kept_with_those_of_the_standard(people, filed):
    address = reverse("archive:correct", args=[filed.uid])
    for typed in ("长信[2025]8号", "长信（2025）8号", "长信【2025】8号", "长信［2025］8号"):
        version = read(filed).version
        data = sent(read(filed), doc_number=typed, remark=typed, version=version)
        assert send_form(browser(people["D07:archivist"]), address, data).status_code == 302
        row = read(filed)
        assert (row.doc_number, row.doc_number_as_given) == ("长信〔2025〕8号", "长信〔2025〕8号")


@pytest.mark.parametrize(("typed", "kept"), [
    ("长档〔2026〕5号", "长档〔2026〕5号"), ("长档(2026)5号", "长档〔2026〕5号"), ("沪府（办）12号", "沪府（办）12号"), ("", ""),
])  # fmt: skip
def test_only_the_brackets_around_a_year_are_those_of_a_number(typed, kept):
    assert numbered(typed) == kept


def test_the_text_of_a_draft_is_not_shown_for_a_replaced_original(people, filed):
    old = filed.components.get(role=Role.ORIGINAL)
    by = people["D07:archivist"]
    before = browser(by).get(filed.get_absolute_url()).context["text"]
    new = NewVersion("正本.txt", land_bytes("只有新的正本".encode(), "正本.txt"), Role.ORIGINAL, old)
    change_file(filed, new, by=by, reason="扫错了文件", version=filed.version)
    assert browser(by).get(filed.get_absolute_url()).context["text"] == "只有新的正本"
    pdf = NewVersion(
        "正本.pdf", land_bytes(pdf_bytes(), "正本.pdf"), Role.ORIGINAL, filed.components.get(role=Role.ORIGINAL)
    )
    row = read(filed)
    change_file(row, pdf, by=by, reason="换成版式文件", version=row.version)
    after = browser(by).get(filed.get_absolute_url()).context["text"]
    assert after == "" and before is not None


def pdf_bytes() -> bytes:
    document = pdfium.PdfDocument.new()
    document.new_page(595, 842)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_one_line_says_who_set_the_period_and_who_corrected_it(people, filed):
    """Practice: the original setter is found without piecing together."""
    by, clerk = people["D07:archivist"], people["D07:clerk"]
    day = timezone.localdate()
    first = decided(filed)
    assert first.startswith("永久，") and first.endswith(f"归档人 {filed.filed_by.name} {day}") and "更正" not in first
    row = correct(filed, changes={"retention_code": "D30"}, reason="期限有误", by=by, version=filed.version)
    said = decided(read(row))
    assert said == f"{first}；更正：永久改为30年（{by.name} {day}，期限有误）" and clerk.name in said
    assert said in unescape(browser(by).get(row.get_absolute_url()).content.decode())


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        ({"filed_rule_text": "区信息委 2026年版 04-03 业务通知：10年"}, "由条款 04-03 提出"),
        ({"filed_rule_text": "", "retention_basis": "未命中条款，按10年暂定"}, "未命中条款，按10年暂定"),
        ({"filed_rule_text": "", "retention_basis": ""}, "未留下依据"),
    ],
)
def test_the_clause_is_named_where_one_decided(kept, told):
    first = Record(**{"filed_rule_text": "", "retention_basis": "", **kept})
    assert deciders.proposed_by(first) == told


def test_a_report_for_signature_is_called_so_in_its_form(people, filed):
    """签报 is none of the 文种; its form said “—”."""
    with unwatched():
        Record.objects.unguarded("a test spoils").filter(pk=filed.pk).update(direction="internal", doc_type="")
    form = CorrectForm(record=read(filed))
    assert form.fields["doc_type"].choices == [("", "签报")]
    bound = CorrectForm(sent(read(filed), doc_type=""), record=read(filed))
    assert bound.is_valid() and "doc_type" not in bound.changes_of(read(filed))
