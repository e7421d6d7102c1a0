"""撤并机构 (E-18): the fonds stays, the successor fixes, keeps and transfers what is left under the old 全宗号."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from archive import fonds as fonds_loading
from archive import reorganising, year_end
from archive.appraisal.forms import MemberForm
from archive.models import Fonds, FondsCreator, Record, YearFixed
from archive.retention import fonds_of
from archive.seen import would_see
from tests.forms import send_form
from tests.made import draft
from tests.transfer.stock import accompanied, browser, handing_over, signed, stocked
from transfer import actions
from transfer.background import package_batch, receive_batch
from transfer.models import Batch
from transfer.workflow import BATCH
from units.access import may, standing, units_with
from units.models import Appointment, AuditEvent, Job, Unit, UnitSuccession, User
from units.people import appoint, dismiss
from units.successors import NOT_PASSED_ON, who_speaks_for
from units.workflow import Refused

pytestmark = pytest.mark.django_db
GONE, HEIR, LAST = "D09", "D15", "D01"
SURE = re.compile(r'name="sure"\s+value="([^"]+)"')


def today():
    return timezone.localdate()


def afresh(person) -> User:
    """As the next request reads him."""
    return User.objects.get(pk=person.pk)


def emptied(people, code: str) -> None:
    """Nobody holds a post there any more."""
    for one in Appointment.objects.active().filter(post__unit__code=code):
        dismiss(one, by=people["D07:secadmin"], reason="机构撤并")


def ended(people, units, code: str = GONE, heir: str | None = HEIR) -> Unit:
    emptied(people, code)
    return reorganising.end_unit(
        Unit.objects.get(code=code), by=people["D07:sysadmin"], on=today(), basis="长委〔2026〕5号",
        successor=Unit.objects.get(code=heir) if heir else None,
    )  # fmt: skip


def supervisors_of(unit: Unit) -> list[User]:
    """Who may be in a 鉴定小组 of its records."""
    return list(MemberForm(unit=unit).fields["person"].queryset)


def confirmed(admin, address: str, given: dict):
    """The form, and its second step with the sentence that the first one shows."""
    page = send_form(admin, address, given).content.decode()
    return send_form(admin, address, given | {"sure": SURE.search(page).group(1)})


def records(code: str = GONE):
    return Record.objects.unguarded("a test looks").filter(unit__code=code).order_by("pk")


def test_a_body_with_people_papers_or_a_transfer_under_way_does_not_end(people, units):
    """Shows: E-18"""
    document = draft(people, unit=GONE, to=(HEIR,))
    stocked(people, 2, unit=GONE, is_checked=True)
    batch = actions.create_batch(units[GONE], by=people[f"{GONE}:archivist"], name="一批")
    before = list(records().values_list("pk", "version", "state"))

    def refused(by="D07:sysadmin", **given) -> str:
        asked = {"on": today(), "basis": "长委〔2026〕5号", "successor": units[HEIR]} | given
        with pytest.raises(Refused) as refusal:
            reorganising.end_unit(units[GONE], by=people[by], **asked)
        return str(refusal.value)

    told = refused(on=today() + timedelta(1), basis=" ")
    for sentence in ("个岗位有人", "1 件公文没有办结", "2 件档案正在移交", "不能晚于今天", "请填写依据"):
        assert sentence in told
    assert "须先把 2 件档案移交区档案馆" in refused(successor=None)
    assert "另一个在用的立档单位" in refused(successor=units[GONE]) and "另一个在用" in refused(successor=units["D30"])
    assert "只有系统管理员" in refused(by="D07:secadmin")
    assert "三员所在" in str(reorganising.bars(units["D07"], units[HEIR], reorganising.left_of(units["D07"])))
    assert Unit.objects.get(code=GONE).valid_to is None and not UnitSuccession.objects.exists()
    assert list(records().values_list("pk", "version", "state")) == before
    assert document.pk and batch.pk


def test_nothing_of_the_fonds_changes_and_the_successor_has_every_right_to_what_is_left(people, units):
    """Shows: E-18"""
    stocked(people, 3, unit=GONE, is_checked=True)
    before = list(records().values())
    unit = ended(people, units)

    assert list(records().values()) == before
    assert unit.valid_to == today() - timedelta(1) and unit.has_ended and who_speaks_for(unit) == units[HEIR]
    creator = FondsCreator.objects.get(unit=unit)
    assert (creator.fonds.code, creator.ends_on) == ("Z409", unit.valid_to)
    assert fonds_of(unit).code == "Z409" and fonds_of(units[HEIR]).code == "Z415"
    assert fonds_loading.ensure_fonds([{"code": GONE, "fonds_code": "Z499"}]) == 0 and Fonds.objects.count() == 5
    event = AuditEvent.objects.get(verb="end_unit")
    assert (event.object_uid, event.detail["successor"], event.opinion) == (unit.uid, HEIR, "长委〔2026〕5号")

    record = records().first()
    assert [one.unit for one in would_see(record).units] == ["区卫生局"]
    heir, other = afresh(people[f"{HEIR}:archivist"]), afresh(people["D07:archivist"])
    assert may(heir, "arrange", record) and may(heir, "view", record)
    assert not may(other, "arrange", record)
    assert not may(afresh(people[f"{GONE}:archivist"]), "view", record)
    assert unit.pk in units_with("approve_batches", afresh(people[f"{HEIR}:leader"]))
    assert unit.pk not in units_with("make_batches", afresh(people[f"{HEIR}:officer"]))
    # what has ended makes nothing new, and nobody is appointed to it
    for kind in ("officer", "clerk", "leader", "archivist"):
        held = standing(afresh(people[f"{HEIR}:{kind}"])).units
        assert [name for name, keys in held.items() if unit.pk in keys and name in NOT_PASSED_ON] == []
    with pytest.raises(Refused, match="已于"):
        appoint(people["D07:officer"], unit.posts.get(kind="clerk"), by=people["D07:secadmin"])


def test_the_unfinished_year_is_fixed_and_what_is_left_transferred_by_the_successor_under_the_old_code(people, units):
    """Shows: E-18"""
    stocked(people, 3, unit=GONE, is_checked=True)
    unit = ended(people, units)
    assert reorganising.left_of(unit).told == "未定号年度 2016，未移交档案 3 件"
    archivist, leader = afresh(people[f"{HEIR}:archivist"]), afresh(people[f"{HEIR}:leader"])
    assert archivist in supervisors_of(unit) and people[f"{GONE}:archivist"] not in supervisors_of(unit)
    year_end.fix(unit, 2016, by=archivist)
    fixed = AuditEvent.objects.get(verb="fix_year")
    assert (fixed.unit_name, fixed.post, fixed.actor) == (unit.name, "档案员（承接）", archivist)
    assert YearFixed.objects.get().fonds.code == "Z409" and reorganising.left_of(unit).open_years == ()

    batch = accompanied(actions.create_batch(unit, by=archivist, name="原区民政局档案移交"), archivist)
    assert batch.fonds.code == "Z409" and batch.batch_no.startswith("Z409-")
    package_batch(actions.start_packaging(batch, by=archivist), str(batch.uid))
    Job._base_manager.update(state="done")
    batch.refresh_from_db()
    BATCH.perform("approve", batch, by=leader)
    BATCH.perform("submit", batch, by=archivist)
    receive_batch(Job.objects.get(state="queued", subject_uid=batch.uid), str(batch.uid))
    Job._base_manager.update(state="done")
    batch = Batch.objects.unguarded("a test looks").get(pk=batch.pk)
    cast = {key: afresh(one) for key, one in people.items()}
    cast |= {f"{GONE}:{kind}": cast[f"{HEIR}:{kind}"] for kind in ("archivist", "leader")}
    signed(handing_over(batch, cast), cast)
    sealed_by = {one.side: one.unit.code for one in batch.seals.unguarded("a test looks").select_related("unit")}
    assert sealed_by == {"unit": HEIR, "archive": "D30"}  # a body that is no more has no seal
    BATCH.perform("accept", batch, by=cast["D30:accessioner"], note="同意接收。")
    assert {(one.unit.code, one.custodian.code, one.fonds.code, one.archival_code[:4]) for one in records()} == {
        (GONE, "D30", "Z409", "Z409")
    }
    assert reorganising.left_of(unit).told == "已进馆 3 件"


def test_rights_go_on_along_the_chain_and_without_a_successor_to_nobody(people, units):
    """Shows: E-18"""
    stocked(people, 1, unit=GONE, is_checked=True)
    ended(people, units)
    assert {seat.unit.code for seat in standing(afresh(people[f"{HEIR}:archivist"])).seats} == {GONE, HEIR}
    ended(people, units, HEIR, LAST)
    last = standing(afresh(people[f"{LAST}:archivist"]))
    assert [str(one.post) for one in last.heirs] and {seat.unit.code for seat in last.seats} == {GONE, HEIR, LAST}
    assert may(afresh(people[f"{LAST}:archivist"]), "arrange", records().first())
    assert standing(afresh(people[f"{HEIR}:archivist"])).seats == ()


def test_a_body_without_successor_ends_when_all_of_it_is_in_the_archive(people, units):
    """Shows: E-18"""
    unit = ended(people, units, heir=None)
    assert who_speaks_for(unit) is None and not UnitSuccession.objects.exists()
    for code in (HEIR, LAST):
        assert unit.pk not in units_with("arrange_records", afresh(people[f"{code}:archivist"]))
    page = browser(people["D30:inspector"]).get(reverse("archive:fonds")).content.decode()
    assert "没有承接单位，档案由区档案馆保管" in page


def test_administrator_and_archive_see_the_way_of_the_fonds_and_the_heir_chooses_whose_archives(people, units):
    """Shows: E-18"""
    stocked(people, 3, unit=GONE, is_checked=True)
    admin, address = browser(people["D07:sysadmin"]), reverse("archive:end_unit", args=[units[GONE].uid])
    assert address in admin.get(reverse("archive:fonds")).content.decode()
    page = admin.get(address).content.decode()
    assert "未移交档案 3 件" in page and "个岗位有人" in page and "仅改名称的不是撤并" in page
    given = {"on": str(today()), "basis": "长委〔2026〕5号", "successor": HEIR}
    assert send_form(admin, address, given).status_code == 422
    emptied(people, GONE)
    assert send_form(admin, address, given).status_code == 422 and not UnitSuccession.objects.exists()  # asked first
    assert confirmed(admin, address, given).status_code == 302

    for who in ("D07:sysadmin", "D30:accessioner", "D30:inspector", f"{HEIR}:archivist"):
        page = browser(people[who]).get(reverse("archive:fonds")).content.decode()
        assert "长委〔2026〕5号，由长宁区卫生局承接" in page and "3 件" in page, who
        assert ("Z407" in page) == (who != f"{HEIR}:archivist")
    assert browser(people["D07:clerk"]).get(reverse("archive:fonds")).status_code == 404
    heir = browser(people[f"{HEIR}:archivist"])
    post = units[GONE].posts.get(kind="archivist")
    assert f'value="heir-{post.pk}"' in heir.get(reverse("archive:desk")).content.decode()
    assert heir.post(reverse("units:act_as"), {"appointment": f"heir-{post.pk}"}).status_code == 302
    assert "Z409" in heir.get(reverse("archive:settings")).content.decode()
    assert heir.get(reverse("archive:desk"), {"unit": GONE}).status_code == 200


def test_a_day_that_the_records_contradict_is_told_and_has_to_be_confirmed(people, units):
    """Fault: a body ended in June had records of November, and nothing was asked."""
    stocked(people, 3, unit=GONE, is_checked=True)
    emptied(people, GONE)
    latest = max(records().values_list("date", flat=True))
    on = latest - timedelta(30)
    given = {"on": on, "basis": "长委〔2026〕5号", "successor": units[HEIR]}
    with pytest.raises(Refused) as refusal:
        reorganising.end_unit(units[GONE], by=people["D07:sysadmin"], **given)
    assert f"档案 3 件（最晚 {latest}）" in str(refusal.value)

    admin, address = browser(people["D07:sysadmin"]), reverse("archive:end_unit", args=[units[GONE].uid])
    typed = {"on": str(on), "basis": "长委〔2026〕5号", "successor": HEIR}
    page = send_form(admin, address, typed).content.decode()
    assert f"档案 3 件（最晚 {latest}）" in page and "登记后不能撤回" in page
    other = typed | {"sure": SURE.search(page).group(1), "on": str(on - timedelta(1))}
    assert send_form(admin, address, other).status_code == 422 and not UnitSuccession.objects.exists()
    assert confirmed(admin, address, typed).status_code == 302
    assert "档案 3 件" in AuditEvent.objects.get(verb="end_unit").detail["later"]
