"""What a step of a round does besides moving its state; always inside `Workflow.perform`'s transaction."""

from django.utils import timezone

from files.models import Publication
from units.counters import take
from units.roles import PostKind
from units.tasks import close_tasks, open_task

from ..inputs import PostponeInput, ReviewedInput
from ..models import OpeningItem, OpeningRound, OpeningVerdict
from ..states import Proposal, RoundState
from ..workflow import OPENING
from . import conditions
from .inputs import ConsentInput


def _passed(row: OpeningRound, stage: str, by, act) -> None:
    setattr(row, f"{stage}_by", by)
    setattr(row, f"{stage}_at", timezone.now())
    act.detail.update(counts(row), unopened=act.given.unopened, unseen=act.given.unseen)


def counts(row: OpeningRound) -> dict[str, int]:
    rows = list(row.items.filter(is_open=True).values_list("proposal", flat=True))
    return {name: rows.count(name) for name in Proposal.values}


def first_passed(row: OpeningRound, act) -> None:
    _passed(row, "first", act.by, act)


def second_passed(row: OpeningRound, act) -> None:
    _agreed(row, RoundState.SECOND, act.by, "同意初审意见")
    _passed(row, "second", act.by, act)


def _agreed(row: OpeningRound, stage: str, by, words: str) -> None:
    """Of each record the opinion at `stage` stands under the name of whoever passed it on, unchanged ones too."""
    items = list(row.items.filter(is_open=True).order_by("position"))
    newest = {one.item_id: one.stage for one in OpeningVerdict.objects.filter(item__in=items).order_by("pk")}
    now = timezone.now()
    OpeningVerdict.objects.bulk_create(
        OpeningVerdict(
            item=one, stage=stage, proposal=one.proposal, until=one.until, ground=one.ground or one.early_ground,
            note=words, by=by, at=now,
        )
        for one in items if newest.get(one.pk) != stage
    )  # fmt: skip


def lands_approved(row: OpeningRound, act) -> str:
    """With 区档案局 when anything is postponed (实施条例 31), else ready to be published."""
    postponed = row.items.filter(is_open=True, proposal=Proposal.POSTPONE)
    return RoundState.CONSENT if postponed.exists() else RoundState.DECIDED


def approved(row: OpeningRound, act) -> None:
    """Whose task it is now follows from where it lands: `row` bears its new state already."""
    _agreed(row, RoundState.FINAL, act.by, "同意复审意见")
    _passed(row, "final", act.by, act)
    close_tasks(row, by=act.by)
    if row.state == RoundState.CONSENT:
        open_task("consent_opening", "同意延期开放（区档案局）", row, unit=row.unit, post=PostKind.INSPECTOR)
    else:
        open_task("publish_opening", "公布开放目录", row, unit=row.unit, post=PostKind.APPRAISER)


def back_from_second(row: OpeningRound, act) -> None:
    row.second_by, row.first_at, row.second_at = act.by, None, None


def back_to_second(row: OpeningRound, act) -> None:
    """From 审定, from 区档案局 or before the publication: what comes after is to be done anew."""
    if row.final_at is None:
        row.final_by = act.by
    row.second_at = row.final_at = None
    row.items.filter(is_open=True).update(consent_no="", consent_on=None)


def consented(row: OpeningRound, act) -> None:
    given: ConsentInput = act.given
    items = row.items.filter(is_open=True, proposal=Proposal.POSTPONE)
    items.update(consent_no=given.number.strip(), consent_on=given.on)
    act.detail.update(consent_no=given.number.strip(), consent_on=str(given.on))


def published(row: OpeningRound, act) -> None:
    """The records open, or are postponed, each with its own event; the catalogue gets its number."""
    items = list(row.items.filter(is_open=True).select_related("record").order_by("position"))
    for one in items:
        _decide(one, row, act.by)
    uids = {one.record.uid: one for one in items if one.proposal in conditions.OPENS}
    for shown in Publication.objects.open().filter(object_uid__in=uids):
        uids[shown.object_uid].publication = shown
    for one in items:
        one.is_open = False
    OpeningItem.objects.bulk_update(items, ["publication", "is_open"], batch_size=500)
    year = timezone.localdate().year
    row.release_no = f"{year}年第{take(f'opening-release:{row.unit.code}:{year}')}号"
    row.published_by, row.published_at = act.by, timezone.now()
    act.detail.update(release=row.release_no, opened=len(uids), postponed=len(items) - len(uids))


def _decide(item: OpeningItem, row: OpeningRound, by) -> None:
    note = item.note or f"{row}审定：{item.get_proposal_display()}。"
    if item.proposal in conditions.OPENS:
        given = ReviewedInput(round=row.number, early=item.get_early_ground_display())
        OPENING.perform("open", item.record, by=by, note=note, given=given)
    else:
        consent = f"{item.consent_no}（{item.consent_on}）"
        postponed = PostponeInput(until=item.until, ground=item.ground, round=row.number, consent=consent)
        OPENING.perform("postpone", item.record, by=by, note=note, given=postponed)


def dissolved(row: OpeningRound, act) -> None:
    """Its records wait again where they came from."""
    row.items.filter(is_open=True).update(is_open=False, left_because=act.note[:200])


# ----------------------------------------------------------------- the forming unit's side


def answered(consultation, act) -> None:
    consultation.answered_by, consultation.answered_at = act.by, timezone.now()
    act.detail["unopened"] = act.given.unopened
    close_tasks(consultation, by=act.by)
    if consultation.state == "signing":
        open_task("sign_opening", "审签开放意见", consultation, unit=consultation.unit, post=PostKind.LEADER)


def signed(consultation, act) -> None:
    consultation.signed_by, consultation.signed_at = act.by, timezone.now()
    act.detail["unopened"] = act.given.unopened


def tell(consultation) -> None:
    """The unit learns that its records were decided on."""
    open_task("opening_told", "开放审核结果", consultation, unit=consultation.unit, post=PostKind.ARCHIVIST)
