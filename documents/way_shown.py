"""The way of a document as a person reads it: items done, current or dropped with who and when, then what is ahead."""

from units.models import Task
from units.roles import PostKind

from . import ended_items, for_reading, hanging, issuers, slips
from .models import StepRun
from .set_back import RETURNED
from .states import Addressed, Direction, StepKind, StepResult, StepState


def route_of(document) -> list[dict]:
    """One row a step: of a department everybody has an item, and its name stands for them until one has done it."""
    tasks = [task for task in hanging.items(document) if task.kind != StepKind.NOTICE]  # told beside the way
    rows = sorted(hanging.steps(document), key=lambda step: (step.position, step.pk))
    known = {step.uid: step for step in rows}
    ahead = [step for step in rows if step.state == StepState.AHEAD and step.run.ended_at is None]
    found = [_shown(group, known.get(group[0].step_uid), document.state) for group in _by_step(tasks, known)]
    found = _with_corrections(document, found)
    is_read = any(task.kind == StepKind.READ and task.outcome != "cancelled" for task in tasks)
    return found + for_reading.way_ahead(document, _ahead(document, ahead), is_read)


def _with_corrections(document, rows: list[dict]) -> list[dict]:
    """改正文字差错 after signing closes no item; it stands where it happened, behind what was closed before it."""
    for one in slips.corrections_of(document) if document.direction == Direction.OUTGOING else ():
        later = (n for n, row in enumerate(rows) if row["state"] == "current" or row["at"] > one.at)
        at = next(later, len(rows))
        rows.insert(at, {
            "label": slips.CORRECTED, "who": one.name, "remark": one.text, "unit": document.unit.short_name,
            "state": "done", "at": one.at, "due_at": None, "is_overdue": False,
        })  # fmt: skip
    return rows


def _ahead(document, steps: list[StepRun]) -> list[dict]:
    rows = [
        {
            "kind": step.kind,
            "label": step.get_kind_display(),
            "who": _asked(document, step),
            "unit": step.unit.short_name,
            "state": "ahead",
            "due_at": step.due_at,  # what 拟办 laid down for 主办 and 协办
        }
        for step in steps
    ]
    return _with_keepers(document, rows) if document.direction == Direction.OUTGOING else rows


def _with_keepers(document, rows: list[dict]) -> list[dict]:
    """Every seal of a joint issue that is still to be put, its keeper by his unit: the run has one step for all."""
    steps = [place for place, row in enumerate(rows) if row["kind"] == StepKind.SEAL]
    waiting = next((task for task in hanging.open_items(document) if task.kind == StepKind.SEAL), None)
    if not steps and waiting is None:
        return rows
    units = issuers.sealed_in_turn(document, after=waiting.unit if waiting else None)
    if waiting is None and len(units) < 2:
        return rows
    keepers = [
        {
            "kind": StepKind.SEAL,
            "label": StepKind.SEAL.label,
            "who": f"{unit.short_name} {PostKind.SEAL_KEEPER.label}",
            "unit": unit.short_name,
            "state": "ahead",
        }
        for unit in units
    ]
    at = steps[0] if steps else 0
    return [*rows[:at], *keepers, *(row for row in rows[at:] if row["kind"] != StepKind.SEAL)]


def _asked(document, step: StepRun):
    """Who will have it: of 承办 the lead as he is named by now."""
    if step.addressed == Addressed.LEAD_OFFICER and document.is_incoming:
        return document.lead_officer or document.department or step.post
    return step.person or step.department or step.post


def _by_step(tasks: list[Task], known: dict) -> list[list[Task]]:
    """Items of one department's step together, every other alone."""
    groups: dict[object, list[Task]] = {}
    for task in tasks:
        step = known.get(task.step_uid)
        shared = step is not None and step.department_id is not None
        groups.setdefault((task.step_uid, task.outcome) if shared else task.pk, []).append(task)
    return list(groups.values())


def _shown(tasks: list[Task], step: StepRun | None, state: str) -> dict:
    task, is_return = tasks[0], step is not None and step.result == StepResult.RETURNED
    return {
        "label": f"退回（{task.label}）" if is_return and task.outcome == "done" else task.label,
        "who": _doer(task, step),
        # why a draft was returned stands among the opinions, and on top while it has to be changed
        "remark": _remark(task, state),
        "unit": task.unit.short_name,
        "state": "current" if task.is_open else ("done" if task.outcome == "done" else "dropped"),
        "at": task.closed_at or task.opened_at,
        "due_at": task.due_at,
        "is_overdue": task.is_overdue,
    }


def _remark(task: Task, state: str) -> str:
    remark = "" if task.kind == StepKind.REDRAFT and task.remark.startswith(RETURNED) else task.remark
    ended = ended_items.why(task, state)
    return remark if ended in remark else "，".join(filter(None, (remark, ended)))


def _doer(task: Task, step: StepRun | None) -> str:
    if task.done_by and task.done_for:
        return f"{task.done_by.name}（代{task.done_for.name}）"
    department = step.department if step is not None else None
    if task.done_by:
        return f"{department.name} {task.done_by.name}" if department else task.done_by.name
    return str(department.name if department else task.assignee or task.post)
