"""开放审核批次 (domain 10.1, 10.2; practice 1, 2.2): the queues, three reviewers, the units' opinions, publication."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from archive.due import opens_from
from archive.models import OpeningItem, OpeningOpinion, OpeningVerdict, Record
from archive.opening_review import actions, consulting, listing, papers
from archive.opening_review.inputs import ConsentInput, Done, Verdict
from archive.opening_workflow import CONSULTATION, ROUND
from archive.states import Access, Ground
from documents.states import Disclosure
from files.models import Publication
from tests.opened import (
    EARLY,
    LATER,
    OLD,
    OPEN,
    POSTPONE,
    brought,
    enlisted,
    heard,
    held,
    judged,
    opening_round,
    positions,
    second_appraiser,
)
from tests.scenarios.owner import unwatched
from units.models import AccessLog, AuditEvent, Task, Unit, UnitSuccession
from units.workflow import Refused

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def browser(person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def rows():
    return Record.objects.unguarded("a test looks")


def changed(record: Record, **fields) -> Record:
    with unwatched():
        Record._base_manager.filter(pk=record.pk).update(**fields)
    record.refresh_from_db()
    return record


def in_queue(key: str, day: date = TODAY) -> set[int]:
    return set(listing.BY_KEY[key].rows(rows(), day).values_list("pk", flat=True))


def test_due_is_what_25_years_have_passed_since_the_end_of_its_year(people):
    """Shows: 10.1-1, 10.2-1"""
    old, young = held(people, 1)[0], held(people, 1, year=OLD + 1)[0]
    assert opens_from(2000) == date(2026, 1, 1)
    assert in_queue("due") == {old.pk} and in_queue("early") == {young.pk}
    first = opens_from(young.year)
    assert in_queue("due", first - timedelta(1)) == {old.pk} and in_queue("due", first) == {old.pk, young.pk}


def test_what_is_postponed_falls_due_again_after_its_last_day(people):
    """Shows: 10.2-8"""
    record, marked = held(people, 2)
    with unwatched():
        Record._base_manager.filter(pk=record.pk).update(
            access_status=Access.POSTPONED, postponed_until=TODAY, postponed_ground=Ground.OTHER_LAW
        )
        Record._base_manager.filter(pk=marked.pk).update(access_status=Access.POSTPONED)  # imported, without a day
    assert in_queue("postponed") == {record.pk} and in_queue("again") == {marked.pk}
    assert in_queue("again", TODAY + timedelta(1)) == {record.pk, marked.pk}
    assert in_queue("due") == set()


def test_an_old_mark_of_control_is_due_and_is_no_proposal(people):
    """Shows: F-18"""
    record = changed(held(people, 1)[0], access_status=Access.CONTROLLED)
    assert in_queue("due") == {record.pk}
    row = enlisted(people, [record])
    with pytest.raises(Refused, match="请选择审核意见"):
        actions.judge(row, [1], by=people["D30:appraiser"], given=Verdict("controlled"))


def test_copies_of_receivers_are_in_no_queue_and_in_no_round(people):
    record = changed(held(people, 1)[0], direction="incoming")
    assert not in_queue("due")
    with pytest.raises(Refused, match="是收文"):
        enlisted(people, [record])


def test_a_round_takes_in_what_it_can_and_names_the_rest(people):
    """Result lines: n done, k named."""
    good, taken, opened = held(people, 3)
    enlisted(people, [taken])
    changed(opened, access_status=Access.OPEN)
    by = people["D30:appraiser"]
    unit = by.appointments.get().post.unit
    row, done = actions.enlist([good.pk, taken.pk, opened.pk], unit, by=by)
    assert done.count == 1 and set(done.skipped) == {f"“{taken}”已在审核中。", f"“{opened}”已经开放。"}
    assert [one.record_id for one in row.items.all()] == [good.pk]
    _, done = actions.enlist([held(people, 1, first=9)[0].pk], unit, by=by, into=row)
    assert done.count == 1 and row.items.count() == 2
    with pytest.raises(Refused, match="权限"):
        actions.enlist([good.pk], unit, by=people["D07:archivist"])
    with pytest.raises(Refused, match="最多 1,000 件"):
        actions.enlist(range(1, 1002), unit, by=by)


def test_three_persons_review_and_nobody_does_two_stages(people):
    """Shows: 10.2-3, 10.2-4, 10.2-6"""
    row = judged(heard(enlisted(people, held(people, 2)), people), people)
    first, second, leader = people["D30:appraiser"], second_appraiser(people), people["D30:leader"]
    ROUND.perform("pass_first", row, by=first)
    with pytest.raises(Refused, match="您已办理本批的初审，复审须由另一人办理"):
        ROUND.perform("pass_second", row, by=first)
    with pytest.raises(Refused, match="您已办理本批的初审"):
        actions.judge(row, [1], by=first, given=POSTPONE)
    actions.judge(row, [1], by=second, given=POSTPONE)
    with pytest.raises(Refused, match="权限"):
        ROUND.perform("pass_second", row, by=leader)
    ROUND.perform("pass_second", row, by=second)
    with pytest.raises(Refused, match="权限"):
        ROUND.perform("approve", row, by=second)
    ROUND.perform("back_to_second", row, by=leader, note="第1件不涉及个人信息。")
    ROUND.perform("back_to_first", row, by=second, note="请重新初审。")
    with pytest.raises(Refused, match="您已办理本批的复审，初审须由另一人办理"):
        actions.judge(row, [1], by=second, given=OPEN)
    actions.judge(row, [1], by=first, given=OPEN)
    stages = OpeningVerdict.objects.filter(item__position=1).values_list("stage", "proposal", "by__name")
    assert list(stages) == [
        ("first", "open", first.name), ("second", "postpone", second.name), ("first", "open", first.name),
    ]  # fmt: skip
    assert brought(row, people, "approve").state == "decided"
    assert [name for _, name, _ in actions.persons_of(row)] == [first, second, leader]


def test_each_verdict_is_whole_and_those_it_does_not_fit_are_named(people):
    old, young = held(people, 2), held(people, 1, year=OLD + 5)
    changed(old[1], disclosure_attr=Disclosure.NOT_DISCLOSED)
    row, by = enlisted(people, [*old, *young]), people["D30:appraiser"]
    for given, words in (
        (Verdict(), "请选择审核意见"), (Verdict("postpone", ground="other_law"), "延至哪一天"),
        (Verdict("postpone", until=TODAY, ground="other_law"), "晚于今天"), (Verdict("postpone", until=LATER), "法定理由"),
        (Verdict("postpone", until=LATER, ground="x"), "法定理由"), (Verdict("open", until=LATER), "只有延期开放"),
        (Verdict("early"), "提前开放须选择理由"), (Verdict("early", early_ground="other"), "须在说明中写明"),
        (Verdict("open", early_ground="kind"), "只有提前开放"), (Verdict("open", note="长" * 201), "最多 200 个字"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=words):
            actions.judge(row, positions(row), by=by, given=given)
    done = actions.judge(row, positions(row), by=by, given=OPEN)
    assert done.count == 1 and len(done.skipped) == 2
    assert "第 2 件的公开属性为不予公开" in done.skipped[0] and "未满 25 年" in done.skipped[1]
    assert actions.judge(row, [3], by=by, given=EARLY).count == 1
    with pytest.raises(Refused, match="已到期"):
        actions.judge(row, [1], by=by, given=EARLY)
    with pytest.raises(Refused, match="第 9 件不在本批中"):
        actions.judge(row, [9], by=by, given=OPEN)
    with pytest.raises(Refused, match=r"第 2 件.*还没有审核意见"):
        ROUND.perform("pass_first", row, by=by)
    heard(row, people)
    assert actions.judge(row, [2], by=by, given=OPEN).count == 1  # its unit has agreed


def test_the_units_opinion_is_a_task_with_a_limit_and_is_kept_for_ever(people):
    """Shows: 10.1-3, 10.2-5"""
    row = enlisted(people, held(people, 3))
    consulting.ask(row, by=people["D30:appraiser"], due_on=TODAY + timedelta(20))
    asked, by = row.consultations.get(), people["D07:archivist"]
    task = Task.objects.of(asked).open().get()
    assert (task.kind, task.unit.code, timezone.localdate(task.due_at)) == ("answer_opening", "D07", asked.due_on)
    consulting.say(asked, [1, 2, 3], by=by, opinion="open")
    consulting.say(asked, [3], by=by, opinion="postpone", ground="private_rights", note="有住址")
    with pytest.raises(Refused, match="形成单位的档案员"):
        consulting.say(asked, [1], by=people["D09:archivist"], opinion="open")
    with pytest.raises(Refused, match="须选择法定理由"):
        consulting.say(asked, [1], by=by, opinion="postpone")
    CONSULTATION.perform("answer", asked, by=by)
    assert asked.state == "signing"  # it speaks against an opening: the unit's leader signs
    with pytest.raises(Refused, match="不能再填写"):
        consulting.say(asked, [1], by=by, opinion="open")
    CONSULTATION.perform("sign", asked, by=people["D07:leader"])
    assert asked.state == "answered" and asked.signed_by == people["D07:leader"]
    said = OpeningOpinion.objects.filter(item__position=3).order_by("pk")
    assert [(one.opinion, one.by, timezone.localdate(one.at)) for one in said] == [
        ("open", by, TODAY), ("postpone", by, TODAY),
    ]  # fmt: skip
    for act in (lambda: said.delete(), lambda: said.update(note="改")):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    page = browser(people["D30:appraiser"]).get(row.get_absolute_url()).content.decode()
    assert "建议延期开放" in page and "有住址" in page and "原为同意开放" not in page  # what it had not sent is its own
    with pytest.raises(Refused, match=r"第 3 件.*同意开放须填写说明"):
        actions.judge(row, [3], by=people["D30:appraiser"], given=OPEN)


def test_silence_past_the_limit_is_told_as_silence_and_never_as_consent(people):
    """Shows: 10.2-5"""
    row = enlisted(people, held(people, 2))
    barred = changed(row.items.get(position=2).record, disclosure_attr=Disclosure.NOT_DISCLOSED)
    consulting.ask(row, by=people["D30:appraiser"], due_on=TODAY + timedelta(1))
    judged(row, people, postpone=(2,))
    with pytest.raises(Refused, match="区信息委尚未答复"):
        brought(row, people, "pass_second")
    asked = row.consultations.get()
    type(asked).objects.filter(pk=asked.pk).update(due_on=TODAY - timedelta(1))
    asked.refresh_from_db()
    assert asked.is_silent and "未答复（不视为同意）" in asked.told
    with pytest.raises(Refused, match="不予公开"):
        actions.judge(row, [2], by=second_appraiser(people), given=OPEN)
    brought(row, people)
    asked.refresh_from_db()
    assert asked.state == "lapsed" and not OpeningOpinion.objects.exists()
    barred.refresh_from_db()
    assert barred.access_status == "postponed"
    notice = Task.objects.of(asked).open().get()
    assert notice.kind == "opening_told"
    CONSULTATION.perform("know", asked, by=people["D07:archivist"])
    assert not Task.objects.of(asked).open().exists()


def test_no_round_goes_to_its_decision_before_its_units_were_asked(people):
    row = judged(enlisted(people, held(people, 2)), people)
    brought(row, people, "pass_first")
    with pytest.raises(Refused, match="区信息委的 2 件还没有征求形成单位意见"):
        brought(row, people, "pass_second")


def test_a_unit_that_has_ended_is_spoken_for_by_its_successor_or_by_nobody(people, units):
    """实施条例 30: the successor; none: the archive alone.

    Shows: 10.1-4
    """
    records = [*held(people, 1), *held(people, 1, unit="D09")]
    Unit.objects.filter(code__in=("D07", "D09")).update(valid_to=TODAY - timedelta(1))
    UnitSuccession.objects.create(predecessor=units["D09"], successor=units["D15"], happened_on=TODAY)
    row = enlisted(people, records)
    done = consulting.ask(row, by=people["D30:appraiser"], due_on=TODAY + timedelta(20))
    assert done.count == 1 and "区信息委已撤销且没有承继单位" in done.skipped[0]
    assert row.consultations.get().unit == units["D15"]


def test_the_published_catalogue_opens_in_the_same_act_and_puts_back_into_the_calendar(people):
    """Shows: 10.1-2, 10.2-7"""
    row = opening_round(people, 5, postpone=2, last="consent")
    assert not Publication.objects.exists()
    ROUND.perform("publish", row, by=people["D30:appraiser"])
    items = list(row.items.select_related("record", "publication").order_by("position"))
    assert row.release_no == f"{TODAY.year}年第1号" and row.state == "published"
    assert {one.record.access_status for one in items[:3]} == {"open"}
    assert {one.publication.object_uid for one in items[:3]} == set(
        Publication.objects.values_list("object_uid", flat=True)
    )
    late = items[3]
    assert (late.record.access_status, late.record.postponed_until) == ("postponed", LATER)
    assert (late.consent_no, late.consent_on) == ("长档开〔2026〕3号", TODAY)
    event = AuditEvent.objects.of(late.record).get(verb="postpone")
    assert event.detail["consent"] == f"长档开〔2026〕3号（{TODAY}）" and event.detail["round"] == row.number
    assert event.opinion == "涉及个人信息"
    assert not OpeningItem.objects.filter(is_open=True).exists() and not Task.objects.of(row).open().exists()
    assert in_queue("again", LATER + timedelta(1)) == {one.record_id for one in items[3:]}
    page = browser(people["D07:archivist"]).get(late.record.get_absolute_url()).content.decode()
    assert "延期开放" in page and "长档开〔2026〕3号" in page


def test_a_postponement_has_the_consent_of_the_authority_with_number_and_day(people):
    """实施条例 31.

    Shows: 10.1-5
    """
    row = opening_round(people, 2, postpone=1, last="approve")
    assert row.state == "consent"
    by = people["D30:inspector"]
    assert Task.objects.of(row).open().get().label == "同意延期开放（区档案局）"
    for given in (ConsentInput(), ConsentInput("x"), ConsentInput("x", TODAY + timedelta(1)), ConsentInput(" ", TODAY)):
        with pytest.raises(Refused, match="请填写区档案局"):
            ROUND.perform("consent", row, by=by, given=given)
    with pytest.raises(Refused, match="权限"):
        ROUND.perform("consent", row, by=people["D30:leader"], given=ConsentInput("x", TODAY))
    with pytest.raises(Refused, match="待区档案局同意延期"):
        ROUND.perform("publish", row, by=people["D30:appraiser"])
    ROUND.perform("refuse", row, by=by, note="理由不足。")
    assert row.state == "second"


def test_nothing_is_published_when_one_record_cannot_be(people):
    """All or nothing: one act, one catalogue."""
    row = opening_round(people, 3, last="approve")
    gone = changed(row.items.get(position=2).record, disclosure_attr=Disclosure.NOT_DISCLOSED)
    OpeningOpinion.objects.bulk_create(
        [
            OpeningOpinion(
                item=row.items.get(position=2), consultation=row.consultations.get(), opinion="postpone",
                ground="other_law", by=people["D07:archivist"],
            )
        ]
    )  # fmt: skip
    with pytest.raises(Refused, match=f"第 2 件“{gone}”的公开属性为不予公开"):
        ROUND.perform("publish", row, by=people["D30:appraiser"])
    assert not Publication.objects.exists() and rows().filter(access_status="open").count() == 0
    ROUND.perform("review_anew", row, by=people["D30:appraiser"], note="第2件须延期。")
    assert row.state == "second"


def test_an_early_opening_says_why_in_the_trail(people):
    """Shows: 10.1-1"""
    row = judged(heard(enlisted(people, held(people, 1, year=OLD + 5)), people), people, given=EARLY)
    brought(row, people)
    record = row.items.get().record
    assert AuditEvent.objects.of(record).get(verb="open").detail == {"round": row.number, "early": "形成时已主动公开"}


def test_what_leaves_a_round_or_a_dissolved_one_waits_again(people):
    row, by = enlisted(people, held(people, 3)), people["D30:appraiser"]
    with pytest.raises(Refused, match="须填写理由"):
        actions.take_out(row, [1], by=by, reason=" ")
    assert actions.take_out(row, [1], by=by, reason="待补正题名") == Done(1)
    assert len(in_queue("due")) == 1 and row.items.get(position=1).left_because == "待补正题名"
    heard(row, people)
    ROUND.perform("dissolve", row, by=by, note="并入下批。")
    assert len(in_queue("due")) == 3 and row.consultations.get().state == "dropped"
    assert not Task.objects.open().filter(subject_type__in=("opening", "opinion")).exists()


def test_one_appraiser_alone_opens_nothing_by_any_door(people):
    """The former one-step decision is gone: only 停止开放 is left on the record's page."""
    record = held(people, 1)[0]
    client = browser(people["D30:appraiser"])
    given = {"decision": "open", "reason": "同意", "told": "x", "records": [record.uid]}
    assert client.post(reverse("archive:decide", args=[record.uid]), given).status_code == 422
    client.post(reverse("archive:opening"), given)
    record.refresh_from_db()
    assert record.access_status == "pending_review" and not Publication.objects.exists()


def test_a_wrongly_opened_record_is_closed_with_a_reason_and_waits_again(people):
    """Shows: 10.2-8"""
    row = opening_round(people, 2)
    record = row.items.get(position=1).record
    client, url = browser(people["D30:appraiser"]), reverse("archive:decide", args=[record.uid])
    answer = client.post(url, {"reason": "误开放"})
    assert answer.status_code == 422 and list(answer.context["opening_form"].errors) == ["told"]
    assert client.post(url, {"reason": "误开放，含个人住址", "told": "复核期间暂停开放"}).status_code == 302
    record.refresh_from_db()
    assert record.access_status == "pending_review" and record.pk in in_queue("due")
    shown = Publication.objects.get(object_uid=record.uid)
    assert shown.closed_at and shown.withdrawal_reason == "复核期间暂停开放"
    event = AuditEvent.objects.of(record).get(verb="review_again")
    assert (event.opinion, event.detail["told"]) == ("误开放，含个人住址", "复核期间暂停开放")


def test_whoever_passes_a_round_on_stands_under_each_opinion_that_he_left_as_it_was(people):
    row = opening_round(people, 2, postpone=1, last="approve")
    for item in row.items.order_by("position"):
        told = [(one.stage, one.proposal, one.note, one.by) for one in item.verdicts.order_by("pk")]
        first, *rest = told
        assert (first[0], first[3]) == ("first", people["D30:appraiser"])
        assert rest == [
            ("second", item.proposal, "同意初审意见", people["D30:appraiser2"]),
            ("final", item.proposal, "同意复审意见", people["D30:leader"]),
        ]


def test_each_reviewer_is_asked_about_what_he_has_not_opened(people):
    """As at the sample of 人工检测: not looked at is said twice, and stands in the trail."""
    row = judged(heard(enlisted(people, held(people, 2)), people), people)
    looked_at = [one.record for one in row.items.all()]
    assert all(one.components.exists() for one in looked_at)
    by = people["D30:appraiser"], second_appraiser(people), people["D30:leader"]
    steps = ("pass_first", "pass_second", "approve")
    for step, person, stage in zip(steps, by, ("初审", "复审", "审定"), strict=True):
        client, address = Client(), reverse("archive:opening_round_act", args=[row.uid, step])
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        answer = client.post(address)
        assert answer.status_code == 422 and f"2 件（{looked_at[0].archival_code}" in answer.content.decode()
        assert client.post(address, {f"{step}-is_unopened": "on"}).status_code == 302
        assert f"{stage}时未打开" in AuditEvent.objects.of(row).get(verb=step).opinion
    row.refresh_from_db()
    assert papers.ledger_of(row, "review").made.count("（2 件未打开）") == 3  # and the printed 开放审核表 says so


def test_nothing_of_the_round_is_read_for_whom_the_step_is_not(people):
    row = judged(heard(enlisted(people, held(people, 1)), people), people)
    ROUND.perform("pass_first", row, by=people["D30:appraiser"])
    client, address = Client(), reverse("archive:opening_round_act", args=[row.uid, "pass_second"])
    client.force_login(people["D30:leader"], backend="django.contrib.auth.backends.ModelBackend")
    with CaptureQueriesContext(connection) as asked:
        assert client.post(address).status_code == 422
    assert not [one for one in asked if AccessLog._meta.db_table in one["sql"]]
