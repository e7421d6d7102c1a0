"""What reviewers said, and to which text: who is asked again, and what stands in the way of signing (domain 1.6, 1.7).

The one rule of who is asked again: a plain 同意 of 部门审核, 核稿 or 会签 holds for the very text it was given to, digest by
digest (title, body, type, addressees, attachments), at the same place of the route and of the same addressee. A draft
that comes back unchanged passes it by; a changed one asks everybody again (a substantive change after countersign
re-opens it). 同意（附修改意见） and 不同意 are asked again in any case: what they wanted was not done. A step that a return
opened again is asked, whatever was said before. 签发 and 批示 are never passed by.
"""

from dataclasses import dataclass, field

from . import hanging
from .models import RouteRun, StepRun
from .revisions import content_digest
from .states import State, StepKind, StepResult, StepState

HOLDS = frozenset({StepKind.REVIEW, StepKind.CHECK, StepKind.COUNTERSIGN})
AGREED = frozenset({StepResult.AGREED, StepResult.AGREED_WITH_CHANGES})


def place(step: StepRun) -> tuple:
    """The same step of two runs."""
    return (step.position, step.kind, step.unit_id, step.post_id, step.person_id)


@dataclass
class Way:
    """Every step of the document's runs in the order in which they were made, read once."""

    steps: list[StepRun] = field(default_factory=list)

    @classmethod
    def of(cls, document) -> "Way":
        return cls(hanging.steps(document))

    @property
    def current(self) -> list[StepRun]:
        """Steps of the run under way."""
        return [step for step in self.steps if step.run.ended_at is None]

    @property
    def standing(self) -> list[StepRun]:
        """Those of the run under way that no return has replaced, in the order of the way."""
        return sorted(self._kept(self.current), key=lambda step: (step.position, step.pk))

    def _kept(self, steps: list[StepRun]) -> list[StepRun]:
        """Without those in whose stead a return put another: whoever has that one may be somebody else by now."""
        returns = {step.reopened_by_id for step in self.steps} - {None}
        return [step for step in steps if step.settled_by_id not in returns]

    @property
    def statements(self) -> list[StepRun]:
        """What each reviewer said last, in any run."""
        said = {place(step): step for step in self._kept(self.steps) if step.kind in HOLDS and step.result}
        return sorted(said.values(), key=lambda step: (step.position, step.pk))

    @property
    def earlier(self) -> list[StepRun]:
        """Done steps of the run under way that stand before what is open now: to those something can go back."""
        open_now = [step.position for step in self.standing if step.state == StepState.OPEN]
        here = min(open_now, default=0)
        return [
            step
            for step in self.standing
            if step.position < here and step.state == StepState.DONE and step.result != StepResult.RETURNED
        ]

    @property
    def unresolved(self) -> list[StepRun]:
        """不同意 that neither a changed opinion nor 协调 has settled."""
        return [step for step in self.standing if step.result == StepResult.DISAGREED and step.settled_by_id is None]


def agreed_already(document, step: StepRun) -> StepRun | None:
    """The 同意 because of which `step` is not asked again; None when it is."""
    if step.kind not in HOLDS or step.reopened_by_id is not None:
        return None
    said = [one for one in Way.of(document).statements if place(one) == place(step) and one.run_id != step.run_id]
    last = said[-1] if said else None
    if last is None or last.result != StepResult.AGREED or not last.run.content_digest:
        return None
    return last if last.run.content_digest == content_digest(document) else None


def keep_digest(run: RouteRun, document) -> None:
    """To which text this run's opinions are given: it cannot be changed while they are asked for."""
    RouteRun.objects.filter(pk=run.pk).update(content_digest=content_digest(document))


@dataclass(frozen=True)
class AskedAgain:
    """Who agreed before: `again` to another text and so is asked again, `spared` to this very one."""

    again: tuple[StepRun, ...] = ()
    spared: tuple[StepRun, ...] = ()


def asked_again(document, way: Way) -> AskedAgain:
    """On a draft that was submitted before, or is under review for a second time."""
    if document.state not in (State.DRAFTING, State.IN_REVIEW):
        return AskedAgain()
    before = [step for step in way.statements if step.run.ended_at is not None and step.result in AGREED]
    passed = [step for step in way.standing if step.state == StepState.SKIPPED and step.result]
    if not before and not passed:
        return AskedAgain()
    digest = content_digest(document)
    return AskedAgain(
        again=tuple(step for step in before if step.run.content_digest != digest),
        spared=(*passed, *(step for step in before if _holds(step, digest))),
    )


def _holds(step: StepRun, digest: str) -> bool:
    return step.result == StepResult.AGREED and step.run.content_digest == digest


def who(step: StepRun) -> str:
    """会签 区民政局（张三）."""
    name = f"（{step.done_by.name}）" if step.done_by else ""
    return f"{step.get_kind_display()} {step.unit.short_name}{name}"
