"""安排监销: who watches over the destruction, on which day, where and how, before anybody signs for it.

A signature covers the arrangement it was put under, by its digest; a change makes the signatures void and says whose
(practice 1: 监销人 2, place, time → A.4).
"""

import hashlib
import json

from django.utils import timezone

from units.models import Task
from units.tasks import close_tasks, open_following
from units.workflow import Act

from ..models import Appraisal, SupervisionWithdrawal
from ..states import Opinion
from . import supervisors
from .carriers import FILES, NO_FILES, PAPER, asked_of, carriers_of, notes
from .conditions import SUPERVISORS, supervising
from .effects import ARRANGE, DESTROY
from .inputs import ArrangeInput, DestroyInput


def digest_of(appraisal: Appraisal) -> str:
    """SHA-256 of what a witness signs for: witnesses, day, place, way, and every item with what it consists of."""
    chosen = appraisal.items.filter(opinion=Opinion.DESTROY).order_by("position")
    told = [
        sorted((appraisal.first_witness_id, appraisal.second_witness_id)), f"{appraisal.planned_on}", appraisal.place,
        [getattr(appraisal, name) for name, _ in (*FILES, PAPER)], carriers_of(appraisal).shown(),
        list(chosen.values_list("record__archival_code", flat=True)),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def cells(appraisal: Appraisal) -> list[tuple[str, str]]:
    """(label, value) of the arrangement as a page and the papers show it; values are "" before it is made."""
    way = [(label, getattr(appraisal, name)) for name, label in (*FILES, PAPER)]
    day = f"{appraisal.planned_on:%Y-%m-%d}" if appraisal.planned_on else ""
    told = [(label, value) for label, value in way if value not in ("", NO_FILES)]
    return [
        ("监销人", supervisors.witness_names(appraisal)), ("计划销毁日", day), ("监销地点", appraisal.place), *told,
    ]  # fmt: skip


def summary(appraisal: Appraisal) -> str:
    return "；".join(f"{label}：{value}" for label, value in cells(appraisal))


def is_whole(appraisal: Appraisal, act: Act[ArrangeInput]) -> list[str]:
    """Two different persons who may watch, a day that is not over, the place, and the way for each carrier."""
    given, found = act.given, []
    keys = {one.pk for one in given.witnesses}
    if len(keys) != SUPERVISORS:
        found.append("请选择两名不同的监销人。")
    allowed = {one.pk for one in supervisors.eligible(appraisal)}
    found += [f"{one.name}不能监销这批档案，请另选。" for one in given.witnesses if one.pk not in allowed]
    operators = supervisors.operators(appraisal)
    if not found and operators and not operators - keys:
        found.append("两名监销人都是档案员，将无人执行销毁，请至少改选一名。")
    if given.planned_on is None:
        found.append("请填写计划销毁日。")
    elif given.planned_on < timezone.localdate():
        found.append("计划销毁日不能早于今天。")
    wanted = (("place", "监销地点"), *asked_of(carriers_of(appraisal)))
    return found + [f"请填写{label}。" for name, label in wanted if not getattr(given, name).strip()]


def arranged(appraisal: Appraisal, act: Act[ArrangeInput]) -> None:
    """The content stands; signatures put under another are void, and both are asked."""
    signed = list(supervising(appraisal))
    given = act.given
    appraisal.first_witness, appraisal.second_witness = given.witnesses
    appraisal.planned_on, appraisal.place = given.planned_on, given.place.strip()
    for name, told in notes(given, carriers_of(appraisal)).items():
        setattr(appraisal, name, told)
    digest, before = digest_of(appraisal), appraisal.arranged_digest
    act.note = summary(appraisal)
    if digest == before:
        return
    appraisal.arranged_digest = digest
    SupervisionWithdrawal.objects.bulk_create(SupervisionWithdrawal(supervision=one, is_voided=True) for one in signed)
    names = "、".join(one.person.name for one in signed)
    if names:
        act.detail["voided"] = names
        act.note += f"；安排已更改，{names}的监销签字作废"
    _ask_again(appraisal, act.by)


def _ask_again(appraisal: Appraisal, by) -> None:
    close_tasks(appraisal, by=by, kinds=(supervisors.SUPERVISE,), outcome="dropped")
    close_tasks(appraisal, by=by, kinds=tuple(one.kind for one in ARRANGE))
    supervisors.ask(appraisal, set())
    if not Task.objects.of(appraisal).open().filter(kind__in=[one.kind for one in DESTROY]).exists():
        open_following(appraisal, DESTROY)


def voided_told(event) -> str:
    """After a change: whose signature is void, as the page says it."""
    names = event.detail.get("voided", "")
    return f"安排已更改，{names}的监销签字作废，须重新签字。" if names else ""


def is_as_signed(appraisal: Appraisal, act: Act) -> list[str]:
    """What is destroyed now is what was signed for, and not before its day."""
    if not appraisal.arranged_digest:
        return ["请先安排监销：监销人、计划销毁日、监销地点和销毁方式。"]
    found = []
    if digest_of(appraisal) != appraisal.arranged_digest:
        found.append("拟销毁的档案在监销签字后有变化（如补登了纸质件），请重新安排监销并签字。")
    if timezone.localdate() < appraisal.planned_on:
        found.append(f"计划销毁日是 {appraisal.planned_on:%Y-%m-%d}，提前销毁的请先更改监销安排。")
    return found


def is_timed(appraisal: Appraisal, act: Act[DestroyInput]) -> list[str]:
    """Paper is destroyed by hand, before the act is entered: from when to when is what A.4 asks, not the click."""
    begun, ended = act.given.started_at, act.given.finished_at
    if begun is None or ended is None:
        return ["请填写纸质件的销毁起止时间。"] if carriers_of(appraisal).with_paper else []
    found = []
    if ended < begun:
        found.append("销毁结束时间不能早于开始时间。")
    if ended > timezone.now():
        found.append("销毁结束时间不能晚于现在，纸质件销毁完毕后再执行。")
    if appraisal.planned_on is not None and timezone.localdate(begun) < appraisal.planned_on:
        found.append(f"销毁开始时间不能早于计划销毁日 {appraisal.planned_on:%Y-%m-%d}。")
    return found
