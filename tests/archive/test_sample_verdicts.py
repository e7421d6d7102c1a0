"""What persons find is evidence: kept when it is settled, on the records that it names and on no other."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from archive import monthly, ticking
from archive.correct_forms import initial_of
from archive.correction import correct
from archive.models import Record, SampleTick
from archive.reinspection import inspect_record
from archive.states import Stage, Verdict
from archive.ticking import Noted
from tests.forms import send_form
from tests.transfer.stock import browser, stocked
from units.workflow import Refused

pytestmark = pytest.mark.django_db
NOTE, MENDED = "附件二打不开", "附件二已换成可打开的一份"


@pytest.fixture
def by(people):
    return people["D07:archivist"]


@pytest.fixture
def home(by):
    return by.appointments.get().post.unit


def this_month():
    return timezone.localdate().replace(day=1)


def read(record) -> Record:
    rows = Record.objects.unguarded("a test looks")
    return rows.select_related("unit", "custodian", "fonds", "document", "retention_rule").get(pk=record.pk)


def judged(record, serial: str = "3-4", stage: Stage = Stage.FILING):
    (one,) = [one for one in inspect_record(read(record), stage) if one.item.serial == serial]
    return one


def failed(home, by, *, at: int = 0, stage: Stage = Stage.FILING):
    scope = ticking.month_scope(home, stage, this_month())
    ticking.tick(scope, {"3-4": Verdict.FAIL}, note=NOTE, by=by, failing=[scope.sample[at].uid])
    return scope


def lines(home) -> dict[str, str]:
    today = timezone.localdate()
    return dict(monthly.lines_of(monthly.filled(home, today.year, today.month), None))


def test_a_failure_stands_on_its_record_alone(people, by, home):
    rows = stocked(people, 12)
    scope = failed(home, by)
    faulty, well = scope.sample[0], scope.sample[1]
    unseen = next(one for one in rows if one.pk not in {two.pk for two in scope.sample})
    assert judged(faulty).verdict == Verdict.FAIL and NOTE in judged(faulty).told
    assert judged(well).verdict == Verdict.PASS and NOTE not in judged(well).told
    assert judged(unseen).verdict == Verdict.MANUAL_PENDING and "本件未抽到" in judged(unseen).told
    ticking.tick(scope, {"3-4": Verdict.FAIL}, note="缺页", by=by, failing=[well.uid])
    assert [judged(one).verdict for one in (faulty, well)] == [Verdict.FAIL] * 2  # another failure settles none


def test_a_pass_after_a_failure_says_what_was_mended_and_both_stay(people, by, home):
    stocked(people, 3)
    scope = failed(home, by)
    record = scope.sample[0]
    assert lines(home)["可用性检验"].startswith("不合格（") and record.archival_code in lines(home)["可用性检验"]
    with pytest.raises(Refused, match=f"此前不合格（{record.archival_code}），至今没有更正或更换文件"):
        ticking.tick(scope, {"3-4": Verdict.PASS}, note="", by=by)
    ticking.tick(scope, {"3-4": Verdict.PASS}, note="", by=by, mended=MENDED)
    one = judged(record)
    assert one.verdict == Verdict.PASS and MENDED in one.told
    assert f"此前 不合格，{timezone.localdate()} {by.name}（{record.archival_code}）：{NOTE}" in one.told
    assert "此前" not in judged(scope.sample[1]).told and MENDED not in judged(scope.sample[1]).told
    told = lines(home)["人工检测（抽样）"]
    assert all(part in told for part in ("合格 1 项", "此前 不合格", NOTE, MENDED, record.archival_code))
    assert "此前不合格、已改正" in lines(home)["可用性检验"]
    assert list(SampleTick.objects.order_by("pk").values_list("verdict", flat=True)) == ["fail", "pass"]
    page = browser(by).get(reverse("archive:checks", args=[home.uid])).content.decode()
    assert "此前不合格 1 项，已改正" in page


def test_a_record_corrected_since_needs_no_words(people, by, home):
    stocked(people, 3)
    scope = failed(home, by)
    record = read(scope.sample[0])
    changes = {"title": f"{initial_of(record)['title']}（更正）"}
    correct(record, changes=changes, reason="核对原件", by=by, version=record.version)
    ticking.tick(scope, {"3-4": Verdict.PASS}, note="", by=by)
    assert f"{record.archival_code} {timezone.localdate()} 已更正著录" in judged(record).told


def test_in_keeping_a_failure_of_an_earlier_month_waits_for_its_mending(people, by, home):
    stocked(people, 2)
    scope = failed(home, by, stage=Stage.KEEPING)
    before = (this_month() - timedelta(days=1)).replace(day=1)
    earlier = ticking.month_scope(home, Stage.KEEPING, before)
    with pytest.raises(Refused, match="此前不合格"):
        ticking.tick(earlier, {"3-4": Verdict.PASS}, note="", by=by)
    assert judged(scope.sample[0], stage=Stage.KEEPING).verdict == Verdict.FAIL


@pytest.mark.parametrize(
    ("verdict", "failing", "words"),
    [(Verdict.FAIL, 0, "勾选是哪一件"), (Verdict.PASS, 1, "没有一项结果为不合格")],
)
def test_a_failure_names_its_record_and_nothing_else_does(people, by, home, verdict, failing, words):
    stocked(people, 2)
    scope = ticking.month_scope(home, Stage.FILING, this_month())
    with pytest.raises(Refused, match=words):
        ticking.tick(scope, {"3-4": verdict}, note=NOTE, by=by, failing=[one.uid for one in scope.sample[:failing]])
    assert not SampleTick.objects.exists()


def test_the_database_keeps_no_failure_without_a_record(people, by, home):
    stocked(people, 1)
    row = {"unit": home, "stage": "GD", "serial": "3-4", "month": this_month(), "total": 1, "ticked_by": by}
    with pytest.raises(IntegrityError, match="tick_names_what_fails"), transaction.atomic():
        SampleTick.objects.create(verdict="fail", **row)


def test_the_record_is_chosen_on_the_page_and_the_overview_names_it(people, by, home):
    record = stocked(people, 2)[1]
    month, client = this_month(), browser(by)
    address = reverse("archive:sample", args=[home.uid, "GD", month.year, month.month])
    sent = {"item_3-4": "fail", "note": NOTE}
    assert "勾选是哪一件" in send_form(client, address, sent).content.decode()
    assert send_form(client, address, sent | {"failing": str(record.uid)}).status_code == 302
    overview = client.get(reverse("archive:checks", args=[home.uid])).content.decode()
    assert reverse("archive:inspection", args=[record.uid]) in overview and record.archival_code in overview
    page = client.get(address).content.decode()
    assert "此前 不合格" in page and "改正情况" in page
    again = {"item_3-4": "pass", "is_unopened": "on"}
    assert "至今没有更正或更换文件" in send_form(client, address, again).content.decode()
    assert send_form(client, address, again | {"mended": MENDED}).status_code == 302
    inspected = client.get(reverse("archive:inspection", args=[record.uid])).content.decode()
    assert MENDED in inspected and "此前 不合格" in inspected


def test_a_failure_of_the_surroundings_stays_beside_the_newest_too(people, by, home):
    today = timezone.localdate()
    given = {"serial": "4-1", "target": "应用服务器", "found_on": today, "valid_until": today, "means": "查看"}
    ticking.note_environment(home, Noted(verdict=Verdict.FAIL, note="定义库过期", **given), by=by)
    with pytest.raises(Refused, match=r"此前检测不合格.*写明改正了什么"):
        ticking.note_environment(home, Noted(verdict=Verdict.PASS, **given), by=by)
    ticking.note_environment(home, Noted(verdict=Verdict.PASS, note="已更新定义库", **given), by=by)
    (record,) = stocked(people, 1)
    one = judged(record, "4-1")
    assert one.verdict == Verdict.PASS and f"此前 不合格，{by.name} {today}（应用服务器）：定义库过期" in one.told
    assert "定义库过期" in browser(by).get(reverse("archive:checks", args=[home.uid])).content.decode()
