"""开放审核: records in the archive's custody by the dozen, three reviewers, and rounds brought to a stage by real acts."""

from datetime import date, timedelta

from django.utils import timezone

from archive.models import OpeningRound, Record
from archive.opening_review import actions, consulting
from archive.opening_review.inputs import ConsentInput, Verdict
from archive.opening_workflow import CONSULTATION, ROUND
from archive.words import write_texts
from tests.scenarios.owner import unwatched
from tests.transfer.stock import stocked
from units.models import Appointment, Post, User

# rows of the permission matrix (tests/matrix.py) and of the query counts (tests/visits.py)
OPENED = {
    "archive:opening_queue": ("get", "", "4444444444424444s"),
    "archive:opening_rounds": ("get", "", "2222222222222222s"),
    "archive:opening_round": ("get", "opening_round", "4444444444422444s"),
    "archive:opening_round_act": ("post", "opening_act", "44444444444uu444s"),
    "archive:judge_opening": ("post", "opening_round", "44444444444uu444s"),
    "archive:take_out_opening": ("post", "opening_round", "44444444444u4444s"),
    "archive:ask_units": ("post", "opening_round", "44444444444u4444s"),
    "archive:opening_paper": ("get", "opening_paper", "4444444444422444s"),
    "archive:opening_workbook": ("get", "opening_paper", "4444444444422444s"),
    "archive:opening_consultations": ("get", "", "2222222222222222s"),
    "archive:opening_consultation": ("get", "consultation", "2442424444424444s"),
    "archive:say_opening": ("post", "consultation", "44444u4444444444s"),
    "archive:opening_consultation_act": ("post", "consultation_act", "u44u4u44444u4444s"),
    "portal:releases": ("get", "", "22222222222222222"),
    "portal:release": ("get", "release", "22222222222222222"),
    "portal:release_pdf": ("get", "release", "22222222222222222"),
    "portal:release_workbook": ("get", "release", "22222222222222222"),
}
OPENING_VISITS = {
    "archive:opening_queue": ("D30:appraiser", "", ""),
    "archive:opening_rounds": ("D30:appraiser", "", ""),
    "archive:opening_round": ("D30:appraiser", "opening_round", ""),
    "archive:opening_paper": ("D30:appraiser", "opening_paper", ""),
    "archive:opening_workbook": ("D30:appraiser", "opening_paper", ""),
    "archive:opening_consultations": ("D07:archivist", "", ""),
    "archive:opening_consultation": ("D07:archivist", "consultation", ""),
    "portal:releases": (None, "", ""),
    "portal:release": (None, "release", ""),
    "portal:release_pdf": (None, "release", ""),
    "portal:release_workbook": (None, "release", ""),
}

OLD = timezone.localdate().year - 26  # the youngest year whose records are due
LATER = date(timezone.localdate().year + 10, 12, 31)
OPEN = Verdict("open")
POSTPONE = Verdict("postpone", until=LATER, ground="private_rights", note="涉及个人信息")
EARLY = Verdict("early", early_ground="disclosed")


def second_appraiser(people) -> User:
    """Another person in the archive's post 开放审核."""
    if "D30:appraiser2" not in people:
        post = Post.objects.select_related("group").get(unit__code="D30", kind="appraiser")
        person = User(username="d30-appraiser2", name="区档案局开放审核二", joined_on=date(2020, 1, 1))
        person.password = people["D30:appraiser"].password
        person.save()
        Appointment.objects.create(user=person, post=post, starts_on="2020-01-01")
        person.groups.add(post.group)
        people["D30:appraiser2"] = person
    return people["D30:appraiser2"]


def held(people, count: int, *, unit: str = "D07", year: int = OLD, title: str = "", **kind) -> list[Record]:
    """`count` records of `unit` in the archive's custody, found by their words, as a transfer would leave them."""
    made = stocked(people, count, unit=unit, year=year, **kind)
    archive = people["D30:appraiser"].appointments.get().post.unit
    with unwatched():
        rows = Record._base_manager.filter(pk__in=[one.pk for one in made])
        rows.update(state="accessioned", custodian=archive, direction="outgoing", accessioned_on=date(2020, 1, 1))
        if title:
            rows.update(title=title)
    rows = list(Record.objects.unguarded("a test looks").filter(pk__in=[one.pk for one in made]).order_by("pk"))
    write_texts([(one, "正文") for one in rows])
    return rows


def enlisted(people, records: list[Record], **more) -> OpeningRound:
    by = people["D30:appraiser"]
    made, _ = actions.enlist([one.pk for one in records], by.appointments.get().post.unit, by=by, **more)
    return made


def positions(row: OpeningRound) -> list[int]:
    return list(row.items.filter(is_open=True).values_list("position", flat=True))


def heard(row: OpeningRound, people, *, against: tuple[int, ...] = ()) -> OpeningRound:
    """Every unit is asked and answers; `against` are positions that it would postpone."""
    consulting.ask(row, by=people["D30:appraiser"], due_on=timezone.localdate() + timedelta(20))
    for one in row.consultations.select_related("unit"):
        by, own = people[f"{one.unit.code}:archivist"], set(one.items.values_list("position", flat=True))
        if agreed := own - set(against):
            consulting.say(one, agreed, by=by, opinion="open")
        if refused := own & set(against):
            consulting.say(one, refused, by=by, opinion="postpone", ground="private_rights", note="涉及个人信息")
        CONSULTATION.perform("answer", one, by=by)
        if one.state == "signing":
            CONSULTATION.perform("sign", one, by=people[f"{one.unit.code}:leader"])
    return row


def judged(row: OpeningRound, people, *, postpone: tuple[int, ...] = (), given: Verdict = OPEN) -> OpeningRound:
    by = people["D30:appraiser"]
    if rest := set(positions(row)) - set(postpone):
        actions.judge(row, rest, by=by, given=given)
    if postpone:
        actions.judge(row, postpone, by=by, given=POSTPONE)
    return row


WAY = ("pass_first", "pass_second", "approve", "consent", "publish")


def brought(row: OpeningRound, people, last: str = "publish") -> OpeningRound:
    """By its three reviewers to the step `last`; without a postponement nobody consents."""
    by = {
        "pass_first": people["D30:appraiser"], "pass_second": second_appraiser(people), "approve": people["D30:leader"],
        "consent": people["D30:inspector"], "publish": people["D30:appraiser"],
    }  # fmt: skip
    for step in WAY[: WAY.index(last) + 1]:
        row.refresh_from_db()
        if row.state not in ROUND.steps[step].sources:
            continue
        given = ConsentInput("长档开〔2026〕3号", timezone.localdate()) if step == "consent" else None
        ROUND.perform(step, row, by=by[step], given=given)
    return row


def opening_round(people, count: int, *, postpone: int = 0, last: str = "publish") -> OpeningRound:
    """A round of `count` due records of D07, of which the last `postpone` are postponed, brought to `last`."""
    row = enlisted(people, held(people, count))
    late = tuple(positions(row)[count - postpone :]) if postpone else ()
    heard(row, people, against=late)
    judged(row, people, postpone=late)
    return brought(row, people, last)


def opened(people, count: int = 1, *, titles: tuple[str, ...] = ("", "", "")) -> dict:
    """For walks over all routes: a round of `count` units with `count` records each, asked and answered, in 初审; as
    many published catalogues. `titles` name the records under review of two units, and the published ones."""
    for number in range(count):
        due = held(people, count, first=201 + 20 * number, title=titles[2])
        shown = brought(judged(heard(enlisted(people, due), people), people), people)
    by, units = people["D30:appraiser"], ("D07", "D09", "D15")[: max(count, 2)]
    records = [
        one for place, unit in enumerate(units)
        for one in held(people, count, unit=unit, first=301, title=titles[min(place, 1)])
    ]  # fmt: skip
    row = enlisted(people, records)
    consulting.ask(row, by=by, due_on=timezone.localdate() + timedelta(20))
    asked = row.consultations.get(unit__code="D07")
    consulting.say(asked, asked.items.values_list("position", flat=True), by=people["D07:archivist"], opinion="open")
    for _ in range(count):
        actions.judge(row, positions(row), by=by, given=OPEN)
    actions.judge(row, [positions(row)[0]], by=by, given=POSTPONE)
    one, own = {"uid": row.uid}, {"uid": asked.uid}
    return {
        "opening_round": one, "opening_act": {**one, "step": "approve"}, "opening_paper": {**one, "kind": "review"},
        "consultation": own, "consultation_act": {**own, "step": "sign"}, "release": {"uid": shown.uid},
    }  # fmt: skip
