"""A fault found after signing (条例 25(1), practice 1): 文字差错 is corrected with trace, 实质性修改 is the signer's to decide.

The number stays reserved either way. Until the 原签批人 has decided nothing goes on.
"""

import copy
from dataclasses import replace
from difflib import SequenceMatcher

from units.models import Task
from units.roles import PostKind
from units.tasks import close_tasks, retitle
from units.workflow import Act

from . import checks, going_back, hanging, retracing, routing, slips
from .agreements import Way
from .inputs import CorrectInput
from .models import Opinion, StepRun
from .revisions import content_digest, keep_revision
from .set_back import told
from .states import Addressed, RunOutcome, State, StepKind, StepResult, StepState

AFTER_SIGNING = (StepKind.NUMBER, StepKind.PROOFREAD, StepKind.SEAL, StepKind.DISPATCH)
FOUND_IN = frozenset({State.APPROVED, State.NUMBERED, State.PROOFREAD})
# our bound, for all corrections since signing together: no rule counts letters, and whoever rewrites a sentence does
# not correct a typo
MOST_LETTERS = 30
COMPARED = 4000  # letters of a changed passage that are compared one by one; a longer passage is no typo


def nothing_is_referred(document, act: Act) -> str:
    """Nothing goes on while the 原签批人 has not decided on a substantive change"""
    task = (
        Task.objects.of(document)
        .open()
        .filter(kind=StepKind.REAPPROVE)
        .select_related("assignee", "post__unit")
        .first()
    )
    return f"已退原签批人复审，{task.assignee or task.post}作出决定前不能办理。" if task else ""


def is_not_referred(user, document) -> bool:
    """The 原签批人 has nothing to decide"""
    return not nothing_is_referred(document, Act(user, None))


def letters_changed(before: str, after: str) -> int:
    """How many letters were struck or put in; blanks and line breaks are layout and count as nothing."""
    olds, news = before.split("\n"), after.split("\n")
    count = 0
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, olds, news, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        old, new = ("".join("".join(part).split()) for part in (olds[i1:i2], news[j1:j2]))
        count += _letters(old, new)
    return count


def _letters(old: str, new: str) -> int:
    if max(len(old), len(new)) > COMPARED:
        return abs(len(old) - len(new)) or (0 if old == new else COMPARED)
    found = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return sum(max(i2 - i1, j2 - j1) for tag, i1, i2, j1, j2 in found if tag != "equal")


def is_a_slip(document, act: Act[CorrectInput]) -> list[str]:
    """文字差错 only: something changed, few letters did, and the text can still be printed"""
    given = act.given
    if (given.title, given.body) == (document.title, document.body):
        return ["标题和正文都没有改动，请直接在文字上改正。"]
    changed = slips.changed_together(document, given.title, given.body, letters_changed)
    found = []
    names = {
        name for one in hanging.addressees(document) for name in (one.name, one.unit and one.unit.short_name) if name
    }
    if facts := slips.facts_changed((document.title, document.body), (given.title, given.body), sorted(names)):
        found.append(f"改动涉及{'、'.join(facts)}，不是文字差错：请用“退原签批人复审”，由签发人决定。")
    if changed > MOST_LETTERS:
        found.append(
            f"签发后改动累计约 {changed} 个字，文字差错前后合计不超过 {MOST_LETTERS} 个字；"
            "内容有实质性修改的，请用“退原签批人复审”。"
        )
    corrected = copy.copy(document)
    corrected.title, corrected.body = given.title, given.body
    return found + [one.message for one in checks.problems(checks.of(corrected)) if one.is_refusal]


def where_it_is_proofread(document, act: Act[CorrectInput]) -> State:
    """A page that was proofread already is proofread again"""
    return State.NUMBERED if document.state == State.PROOFREAD else State(document.state)


def correct(document, act: Act[CorrectInput]) -> None:
    """改正文字差错: a new wording under the same approval, both digests in the trail, the signer is told."""
    act.detail["digest_before"] = document.content_digest
    words = slips.told((document.title, document.body), (act.given.title, act.given.body)) or "只改版面"
    act.detail["words"] = words
    document.title, document.body = act.given.title, act.given.body
    document.content_digest = act.detail["content_digest"] = content_digest(document)
    keep_revision(document, act.by)
    retitle(document)
    beside = replace(act, note=f"{act.note}（系统比对：{words}）")  # his words, and what was changed in fact
    opinion = routing.give_opinion(document, StepKind.PROOFREAD, beside, label=slips.CORRECTED)
    routing.did(document, act)
    if document.page_digest:
        document.page_digest = ""
        proofread_again(document, act, opinion, "文字差错已改正，重新校对", "文字差错已改正，请重新校对")
    said = f"{slips.TOLD}：{words}（说明：{act.note}）"
    retracing.tell_person(document, document.signatory, PostKind.LEADER, said)
    if document.in_hands_of not in (None, act.by, document.signatory):
        retracing.tell_person(document, document.in_hands_of, PostKind.CLERK, said)


def proofread_again(document, act: Act, opinion: Opinion, why: str, remark: str) -> None:
    """The seal waits until the page was proofread anew; of a joint issue those who have sealed seal once more."""
    steps = Way.of(document).standing
    proofread = next((step for step in steps if step.kind == StepKind.PROOFREAD), None)
    ended = retracing.end_open_steps(document, by=act.by, why=why)
    close_tasks(document, by=act.by, kinds=(StepKind.SEAL,), outcome="dropped")  # the next issuer's has no step
    if proofread is not None:
        uids = {task.step_uid for task in ended}
        sealed = [step for step in steps if step.kind == StepKind.SEAL and step.state == StepState.DONE]
        again = [proofread, *(step for step in steps if step.uid in uids or step in sealed)]
        retracing.open_again(document, again, opinion, remark)


def where_it_is(document, act: Act) -> State:
    """It stays where it is"""
    return State(document.state)


def refer_back(document, act: Act, at: StepKind = StepKind.PROOFREAD, label: str = "实质性修改") -> None:
    """实质性修改: to the 原签批人 first, who decides; the step that was open waits for that."""
    opinion = routing.give_opinion(document, at, act, label=label, result=StepResult.RETURNED)
    open_now = [step for step in Way.of(document).standing if step.state == StepState.OPEN]
    retracing.end_open_steps(document, by=act.by, why=f"{retracing.who_acts(act)}退原签批人复审，待其决定")
    signer = retracing.addressee(document, document.signatory, PostKind.LEADER)
    step = StepRun(
        run=routing.current_run(document), position=min((one.position for one in open_now), default=0),
        kind=StepKind.REAPPROVE, unit=document.unit, reopened_by=opinion,
        addressed=Addressed.PERSON if "person" in signer else Addressed.POST, person=signer.get("person"),
        post=routing.post_of(document.unit, PostKind.LEADER) if "post" in signer else None,
    )  # fmt: skip
    step.save(force_insert=True)
    routing.did(document, act)
    routing.advance(document)
    remark = told("请复审", retracing.who_acts(act), act.note)
    Task.objects.of(document).open().filter(step_uid=step.uid).update(remark=remark)


def agree_to_change(document, act: Act) -> None:
    """同意修改: the approval falls, the drafter changes, and it is signed again; the number waits for it."""
    reason = going_back.last_return(document)
    routing.give_opinion(document, StepKind.REAPPROVE, act, label="同意修改")
    routing.finish_own(document, act, StepKind.REAPPROVE, result=StepResult.AGREED)
    going_back.approval_falls(document)
    words = [reason.text if reason else "", f"{act.by.name}：{act.note}" if act.note else ""]
    going_back.to_the_draft(document, act, RunOutcome.RETURNED, "；".join(one for one in words if one))


def keep_text(document, act: Act) -> None:
    """维持原稿: what was waiting goes on where it stood."""
    opinion = routing.give_opinion(document, StepKind.REAPPROVE, act, label="维持原稿")
    waiting = [
        step for step in Way.of(document).standing if step.kind in AFTER_SIGNING and step.state == StepState.DROPPED
    ]
    routing.finish_own(document, act, StepKind.REAPPROVE, result=StepResult.AGREED)
    retracing.open_again(document, waiting, opinion, f"维持原稿：{act.note}")
