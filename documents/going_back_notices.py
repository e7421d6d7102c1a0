"""What stands on top of a document's page because it came back: why, who said so and when, who is asked again."""

from dataclasses import dataclass, replace

from units.models import Task
from units.panels import Page
from units.rules import own_tasks
from units.tasks import shortened
from units.texts import full_stop

from . import disputes, going_back, hanging, slips
from .agreements import AskedAgain, Way, asked_again, who
from .models import Opinion, PaperOpinion
from .rules import waiting_kinds
from .set_back import LONGEST, RETURNS, set_back, told
from .states import BESIDE, ENDED, REVIEWS, Direction, State, StepKind, StepResult, StepState


@dataclass(frozen=True)
class Notice:
    """`opinion` has the words, the name, the post and the moment; `lines` are ours."""

    heading: str
    opinion: Opinion | None = None
    lines: tuple[str, ...] = ()
    url: str = ""  # of the comparison that shows it
    is_quiet: bool = False  # a line, not a box: nothing is to be done because of it
    said: str = ""  # who, when and why, in one sentence
    link: str = "看改动对照"
    key: str = ""  # the remark with which somebody was told of the same

    @property
    def line(self) -> str:
        """已取回（区信息委 张三，11-26 10:20）, without a colon where no reason follows."""
        return f"{self.heading}{'' if self.said.startswith('（') else '：'}{self.said}"


OBJECTED = "补录有异议"


# what is possible while a countersigner disagrees; who decides on a 签报 is free to
WAY_OUT = {
    Direction.OUTGOING: "须拟稿人撤回修改后重新送审，或由本单位领导记录协调结果，才能签发。",
    Direction.INTERNAL: "拟稿人可撤回修改后重新送审，本单位领导可记录协调结果，也可直接批示。",
}


def notices(page: Page, *, is_told_replaced: bool = False) -> list[Notice]:
    """In the order of what matters to whoever has to act on it; one notice that a 更正件 has replaced it is enough."""
    document = page.obj
    held = _held(page)  # what is told of below, where the visitor was told himself, is told there
    disagreeing = () if _is_over(document) else _disagreeing(document, way_of(page))
    left = held | {one.key: one for one in disagreeing}
    found = [*_told(page, left), *(one for key, one in left.items() if key in held)]
    if not (is_told_replaced and document.state == State.REPLACED):
        found += _set_back(document)
    if _is_over(document):
        return found
    way = way_of(page)
    unsettled = [one for key, one in left.items() if key not in held]
    return [*found, *_returned(document, way), *unsettled, *_coordinated(document, way), *_asked(page)]


def on_draft(document) -> list[Notice]:
    """Why the draft came back, while it is changed."""
    returned = _returned(document, Way.of(document)) if document.was_returned else ()
    return [*_set_back(document), *returned, *_return_objected(document)]


def way_of(page: Page) -> Way:
    """Read once for a page."""
    if "way" not in page.facts:
        page.facts["way"] = Way.of(page.obj)
    return page.facts["way"]


def asked_of(page: Page) -> AskedAgain:
    """As `way_of`."""
    if "asked" not in page.facts:
        page.facts["asked"] = asked_again(page.obj, way_of(page))
    return page.facts["asked"]


def _is_over(document) -> bool:
    return document.state in ENDED or document.state == State.DISPATCHED


def holding(document) -> list[PaperOpinion]:
    """Entries whose objection is told on top of the page, because the paper waits for its end."""
    return [] if _is_over(document) else disputes.standing(document)


def _held(page: Page) -> dict[str, Notice]:
    """By the remark with which the clerk was told of it: what ends an objection, with the way to the visitor's act."""
    found = {}
    for entry in holding(page.obj):
        told_of = disputes.told_of(entry.opinion, entry.objection)
        url, link = _way_out(page, entry)
        found[shortened(told_of, LONGEST)] = Notice(
            OBJECTED, said=full_stop(told_of), lines=(disputes.SETTLES,), url=url, link=link
        )
    return found | {one.key: one for one in _return_objected(page.obj, page)}


def _return_objected(document, page: Page | None = None):
    """Of a refusal nothing waits: the paper is back, and goes on from there."""
    if (entry := disputes.of_return(document)) is not None:
        told_of = disputes.told_of(entry.opinion, entry.objection)
        lines, key = (disputes.ends_return(document),), shortened(told_of, LONGEST)
        url, link = _way_out(page, entry) if page else ("", "")
        yield Notice(OBJECTED, said=full_stop(told_of), lines=lines, url=url, link=link, key=key)


def _way_out(page: Page, entry: PaperOpinion) -> tuple[str, str]:
    if entry.opinion.by_id == page.user.pk and "withdraw_objection" in page.facts.get("side_acts", ()):
        return "#act-withdraw_objection", "去撤回异议"
    acts = (("revoke_entry", "去撤销补录"), ("unseal", "去撤销用印"))
    offered = ((f"#act-{name}", label) for name, label in acts if name in page.facts)
    return next(offered, ("#paper-opinions", "看补录的意见"))


def _told(page: Page, held: dict[str, Notice]):
    """What the visitor is told himself; asked for only when he may answer 阅知. Of `held` it takes what he is told of."""
    if "take_note" not in page.facts.get("side_acts", ()):
        return
    rows = Task.objects.of(page.obj).open().filter(own_tasks(page.user), kind=StepKind.NOTICE).order_by("pk")
    tasks = list(rows)
    for place, task in enumerate(tasks, start=1):
        counted = f"（{place}/{len(tasks)}，逐条阅知）" if len(tasks) > 1 else ""
        one = Notice(f"请阅知{counted}", lines=(task.remark,))
        if task.remark.startswith(slips.TOLD):
            one = replace(one, url=slips.comparison_of(page.obj))
        if (ends := held.pop(task.remark, None)) is not None:
            one = replace(one, lines=(task.remark, *ends.lines), url=ends.url, link=ends.link)
        yield one


def _set_back(document):
    """撤回, 取回, 作废, 退文, 收回, 替换: for whoever may read the page; a return is told by its opinion."""
    found = set_back(document)
    if found is not None and found.act not in RETURNS:
        word = f"发文单位{found.word}" if found.act == "recall" and document.is_incoming else found.word
        yield Notice(word, said=found.said, is_quiet=found.act == "retrieve")
    elif found is None and document.ended_at is not None:  # a row that came here without its trail
        by = document.ended_by.name if document.ended_by else "发文单位"
        yield Notice(document.get_state_display(), said=told("", by, document.ended_note, document.ended_at))


def _returned(document, way: Way):
    if document.state == State.DRAFTING:
        opinion = going_back.last_return(document) if document.was_returned else None
    else:
        opened = [step for step in way.standing if step.state == StepState.OPEN and step.reopened_by]
        opinion = opened[-1].reopened_by if opened else None
    if opinion is not None:
        yield Notice("被退回" if opinion.label == "退回" or document.was_returned else opinion.label, opinion)


def own_return(page: Page) -> str | None:
    """Who has to review it again reads what he returned it for, beside what was changed since (review.py)."""
    document = page.obj
    if document.state != State.IN_REVIEW or not waiting_kinds(page.user, document, page.facts) & set(REVIEWS):
        return None
    own = [one for one in hanging.opinions(document) if one.by_id == page.user.pk and one.result == StepResult.RETURNED]
    return told("", "", own[-1].text, own[-1].at) if own else None


def _disagreeing(document, way: Way):
    if document.state != State.IN_REVIEW:
        return
    for step in way.unresolved:
        opinion = document.opinions.filter(kind=step.kind, result=step.result, by=step.done_by).last()
        key = going_back.told_of_result(step.unit, StepResult(step.result), opinion.text if opinion else "")
        yield Notice(f"会签有分歧：{step.unit.short_name}", opinion, (WAY_OUT[document.direction],), key=key)


def _coordinated(document, way: Way):
    """A line for who signs: that somebody had disagreed, and what was recorded of it."""
    said = {one.pk: one for one in hanging.opinions(document) if one.result in going_back.COORDINATED}
    for step in way.standing:
        if document.state == State.IN_REVIEW and (ended := said.get(step.settled_by_id)) is not None:
            yield Notice(
                f"{step.unit.short_name}会签不同意，已{ended.label}", said=told("", ended.name, ended.text, ended.at),
                is_quiet=True,
            )  # fmt: skip


def _asked(page: Page):
    found = asked_of(page)
    if found.again:
        names = "、".join(who(step) for step in found.again)
        yield Notice("正文已改", lines=(f"以下人员原已同意，须重新办理：{names}。",))
    # it concerns who acts next, not whoever has just sent the paper back
    if found.spared and not waiting_kinds(page.user, page.obj, page.facts) <= set(BESIDE):
        names = "、".join(who(step) for step in found.spared)
        yield Notice("文稿未改", lines=(f"以下人员已同意本稿，不再重复办理：{names}。",), is_quiet=True)
