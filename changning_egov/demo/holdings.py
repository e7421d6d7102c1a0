"""Batches of the demo on their way into the archive, and the archive's decisions on opening.

As with documents, the next step is read from the batch's state: an interrupted run goes on, and what a visitor did in
the meantime is left as he wants it.
"""

from dataclasses import dataclass

from archive import ticking
from archive.states import Stage, Verdict
from transfer import actions, plans, register_seals
from transfer.accompanying import AS_RECORDED
from transfer.inputs import AccompanyInput
from transfer.models import Batch
from transfer.sampling import scope_of
from transfer.side_acts import BATCH_SIDE
from transfer.signing import SIGNERS
from transfer.states import ItemVerdict, Side, SignedAs, State
from transfer.workflow import BATCH
from units import jobs
from units.models import Job
from units.roles import PostKind
from units.workflow import Refused

from . import openings
from .plan import District
from .years import OLD, OLD_UNITS, YEARS

AS_USUAL = AccompanyInput("open", "", AS_RECORDED, "never", knows=True)
WAY = (State.DRAFT, State.SELF_CHECKED, State.APPROVED, State.INSPECTING)
RETURN_REASON = "题名与正文不一致，请核对后重新移交。"
BATCH_REASON = "归档范围与本馆接收范围不符，请按区档案局业务指导意见调整后重新移交。"


@dataclass(frozen=True)
class Planned:
    """A unit's batch of whole years; `ago` counts them back from the demo's year."""

    units: str
    ago: tuple[int, int]
    goal: str  # a state, or "confirmed": decided by the archive and confirmed by the unit
    is_assessed: bool = True  # False: its opening is left to the visitor


FIRST = (Planned("D09,D15,D30,D07,D01,D11,F01", (YEARS, 4), "confirmed"),)
LATER = (
    Planned("D02,D03,D04,D08,D13,D14,D18,D19,D20,D22,D23,D24,F02,F03,F05,F06,F10,A01,B01,E01", (YEARS, 4), "confirmed"),
    Planned("D21,D25,F04", (YEARS, 5), State.INSPECTING),
    Planned("F07,F08", (YEARS, 5), State.PARTIALLY_RETURNED),
    Planned("D15", (3, 3), "confirmed"),
    Planned("D07", (3, 3), State.INSPECTING),
    Planned("D09", (3, 3), State.ACCEPTED),
    Planned("D01", (3, 3), State.PARTIALLY_RETURNED),
    Planned("D11", (3, 3), State.RETURNED),
    Planned("D08", (3, 3), State.APPROVED),
    Planned("D15,D30", (2, 2), State.SELF_CHECKED),
    Planned("D07,D09", (2, 2), State.DRAFT),
)

OLD_ONES = (Planned(OLD_UNITS, OLD, "confirmed", is_assessed=False),)  # due for 开放审核, by nobody yet


def steps(planned: tuple[Planned, ...], district: District) -> list[tuple[str, object]]:
    """(what the job's page says, what is done), one batch each and its opening after it."""
    found = []
    for one in planned:
        for code in district.codes(one.units):
            unit = district.units[code]
            found.append((f"移交：{unit.short_name}", lambda unit=unit, one=one: carry_out(one, unit, district)))
    return found


def carry_out(one: Planned, unit, district: District) -> Batch | None:
    """The batch at its goal, or as far as people let it come; what was accepted is then reviewed for opening."""
    batch = _batch(one, unit, district)
    if batch is None:
        return None
    try:
        while _next(batch, one.goal, district):
            batch = Batch.objects.unguarded("the demo plays the whole district").for_detail().get(pk=batch.pk)
        if one.is_assessed:
            openings.assess(batch, district)
    except Refused:
        return batch
    return batch


def _batch(one: Planned, unit, district: District) -> Batch | None:
    first, last = (district.birthday.year - ago for ago in one.ago)
    years = f"{first}年度" if first == last else f"{first}至{last}年度"
    name = f"{years}文书档案"
    found = (
        Batch.objects.unguarded("the demo plays the whole district").for_detail().filter(unit=unit, name=name).first()
    )
    if found is None:
        archivist = district.people.holder(unit, PostKind.ARCHIVIST)
        try:
            made = actions.create_batch(unit, by=archivist, name=name, first_year=first, last_year=last)
        except Refused:  # nothing to transfer
            return None
        found = Batch.objects.unguarded("the demo plays the whole district").for_detail().get(pk=made.pk)
    return found


def _next(batch: Batch, goal: str, district: District) -> bool:
    """One step towards `goal`; False when it is reached."""
    if waiting := Job.objects.of(batch).filter(state=Job.State.QUEUED).order_by("pk").first():
        jobs.run_now(waiting)
        return True
    if batch.state == goal or (batch.state in WAY and goal in WAY and WAY.index(batch.state) >= WAY.index(goal)):
        return False
    archivist = district.people.holder(batch.unit, PostKind.ARCHIVIST)
    if batch.state == State.DRAFT:
        _package(batch, archivist)
    elif batch.state == State.SELF_CHECKED:
        leader = district.people.holder(batch.unit, PostKind.LEADER)
        BATCH.perform("approve", batch, by=leader, note="同意移交。")
    elif batch.state == State.APPROVED:
        BATCH.perform("submit", batch, by=archivist)
    elif batch.state == State.INSPECTING:
        _decide(batch, goal, district)
    elif batch.state == State.PROPOSED:
        BATCH.perform("agree_return", batch, by=archivist, note="同意退回。")
    elif batch.state == State.HANDING_OVER:
        _hand_over(batch, district)
    elif goal == "confirmed" and batch.state in (State.ACCEPTED, State.PARTIALLY_RETURNED):
        BATCH.perform("close", batch, by=archivist)
    else:
        return False
    return True


def _package(batch: Batch, archivist) -> None:
    if batch.items.filter(is_open=True, opening="").exists():
        plans.accompany(batch, by=archivist, given=AS_USUAL)
    actions.start_packaging(batch, by=archivist)


def _look_at(batch: Batch, accessioner) -> None:
    """人工检测 of the archive: one look at the sample for all items that only a person decides."""
    verdicts = {one.serial: Verdict.PASS for one in ticking.items_to_tick(Stage.TRANSFER)}
    ticking.tick(scope_of(batch, batch.archive), verdicts, note="抽查各件均可打开，正文、附件齐全。", by=accessioner)


def _decide(batch: Batch, goal: str, district: District) -> None:
    accessioner = district.people.holder(batch.archive, PostKind.ACCESSIONER)
    if goal != State.RETURNED:
        _look_at(batch, accessioner)
    if goal == State.RETURNED:
        BATCH.perform("return_batch", batch, by=accessioner, note=BATCH_REASON)
    elif goal == State.PARTIALLY_RETURNED:
        for item in batch.items.filter(is_open=True, verdict=ItemVerdict.PENDING).order_by("position")[:2]:
            actions.mark(item, by=accessioner, is_returned=True, reason=RETURN_REASON)
        BATCH.perform("propose_return", batch, by=accessioner)
    else:
        BATCH.perform("settle", batch, by=accessioner)


def _hand_over(batch: Batch, district: District) -> None:
    """Two persons of each side sign the register, then custody changes."""
    for (side, role), (_, name) in SIGNERS.items():
        unit = batch.unit if side == Side.UNIT else batch.archive
        filled = PostKind.ARCHIVIST if side == Side.UNIT else PostKind.ACCESSIONER
        post = filled if role == SignedAs.FILLED else PostKind.LEADER
        BATCH_SIDE.perform(name, batch, by=district.people.holder(unit, post))
    for asked in batch.seals.unguarded("the demo plays the whole district").filter(void_at=None, at=None):
        register_seals.seal(asked, by=district.people.holder(asked.unit, PostKind.SEAL_KEEPER))
    accessioner = district.people.holder(batch.archive, PostKind.ACCESSIONER)
    BATCH.perform("accept", batch, by=accessioner, note="检测合格，同意接收。")
