"""The tables of the product as a text for people: what moves and who may, drawn from the code (design section 4).

Every app's modules of the names in MODULES are read: each `Workflow` and `SideActs` there is one table. A test finds
a table that stands in a module of another name.
"""

import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import MISSING, Field, fields
from importlib import import_module
from importlib.util import find_spec
from types import FunctionType, ModuleType
from typing import Any

from django.apps import apps
from django.conf import settings

from documents.routes import DEFAULT_STEPS
from documents.states import Addressed
from units.roles import POST_PERMISSIONS, SYSTEM_PERMISSIONS, UNIT_PERMISSIONS, PostKind
from units.workflow import SideAct, SideActs, Transition, Workflow

PLACE = settings.BASE_DIR / "docs" / "tables.md"
MODULES = (
    "workflow",
    "line_workflow",
    "conversion_workflow",
    "appraisal_workflow",
    "exchange_workflow",
    "job_workflow",
    "opening_workflow",
    "schedule_workflow",
    "use_workflow",
    "administrators",
    "current",
    "seal_book",
    "side_acts",
)
HEAD = """# Tables

Drawn from the code by `manage.py draw_tables`; do not edit. A test holds that this text is current.
Permissions are the names in each app's `rules.py`; a check is asked under the lock and answers with its reason.
"""
STEPS_HEAD = ("Name", "Label", "From", "To", "Permission", "Checks", "Given", "Opens", "Marks")
ACTS_HEAD = ("Name", "Label", "Permission", "When", "Given", "Marks")


def drawn() -> str:
    """The whole of docs/tables.md."""
    parts = [HEAD]
    for module in modules():
        for name, table in tables_of(module):
            steps = isinstance(table, Workflow)
            parts.append(f"## {module.__name__}.{name}\n")
            parts.append(_workflow(table) if steps else _side_acts(table))
    parts += [_routes(), _posts()]
    return "\n".join(parts)


def modules() -> Iterator[ModuleType]:
    for config in apps.get_app_configs():
        for name in MODULES:
            if config.path.startswith(str(settings.BASE_DIR)) and find_spec(f"{config.name}.{name}"):
                yield import_module(f"{config.name}.{name}")


def tables_of(module: ModuleType) -> Iterator[tuple[str, Workflow | SideActs]]:
    """Tables of the module itself, each once, in the order in which they are written."""
    for name, value in vars(module).items():
        if isinstance(value, Workflow | SideActs):
            yield name, value


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = tuple(head)
    lines = [head, ("---",) * len(head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", r"\|") for cell in line) + " |\n" for line in lines)


def _workflow(workflow: Workflow) -> str:
    ended = _states(workflow.ended) or "none"
    audit = "each move is one event" if workflow.audited else "moves are no acts of persons and leave no event"
    rows = [_step(step) for step in workflow.steps.values()]
    return f"Field `{workflow.field}`; nothing more is expected in: {ended}; {audit}.\n\n{_table(STEPS_HEAD, rows)}"


def _step(step: Transition) -> tuple[str, ...]:
    opens = "、".join(f"{one.label}（{PostKind(one.post).label}）" for one in step.opens or ())
    return (
        step.name,
        step.label,
        _states(step.sources),
        _state(step.target) + (f"; {says(step.lands)}" if step.lands else ""),
        step.permission,
        "; ".join(map(says, step.checks)),
        _given(step),
        opens or ("closes what is open" if step.opens is not None else ""),
        _marks(step),
    )


def _side_acts(table: SideActs) -> str:
    return _table(
        ACTS_HEAD,
        (
            (act.name, act.label, act.permission, says(act.when), _given(act), _marks(act))
            for act in table.acts.values()
        ),
    )


def _state(state: Any) -> str:
    return f"{state.label} `{state.value}`"


def _states(states: Iterable[Any]) -> str:
    """In the order in which the life of the thing goes."""
    return "、".join(_state(state) for state in sorted(states, key=lambda state: list(type(state)).index(state)))


def _marks(row: Transition | SideAct) -> str:
    marks = {
        "asks for an opinion": row.needs_note,
        "danger": row.danger,
        "beside others": getattr(row, "beside", False),
    }
    offered = getattr(row, "offered", None)
    told = [f"offered while: {says(offered)}"] if offered else []
    return ", ".join([mark for mark, is_set in marks.items() if is_set] + told)


def _given(row: Transition | SideAct) -> str:
    return ", ".join(f"`{one.name}`{'' if _is_optional(one) else ' (required)'}" for one in fields(row.input))


def _is_optional(one: Field) -> bool:
    return one.default is not MISSING or one.default_factory is not MISSING


def says(check: Callable) -> str:
    """A check in words: its docstring's first sentence, else its name; of one made by a function, with what for."""
    maker = check.__qualname__.split(".")[0]
    source = getattr(inspect.getmodule(check), maker, check) if "<locals>" in check.__qualname__ else check
    words = (inspect.getdoc(source) or "").split("\n\n")[0].replace("\n", " ") or source.__name__.strip("_").replace(
        "_", " "
    )
    kept = inspect.getclosurevars(check).nonlocals if isinstance(check, FunctionType) else {}
    named = "、".join(str(value.label) for value in kept.values() if hasattr(value, "label"))
    return words.rstrip(".") + (f" ({named})" if named else "")


def _routes() -> str:
    rows = [
        (
            str(direction.label),
            str(place),
            str(kind.label),
            str(Addressed(addressed).label),
            str(PostKind(post).label) if post else "",
        )
        for direction, steps in DEFAULT_STEPS.items()
        for place, (kind, addressed, post) in enumerate(steps, 1)
    ]
    head = "## Default routes\n\nWhat each unit starts with (`documents.routes.DEFAULT_STEPS`); its clerk edits it.\n\n"
    return head + _table(("Direction", "Place", "Step", "Addressed to", "Post"), rows)


def _posts() -> str:
    rows = [
        (
            str(PostKind(post).label),
            f"`{post}`",
            "、".join(UNIT_PERMISSIONS[one] for one in UNIT_PERMISSIONS if one in held),
        )
        for post, held in POST_PERMISSIONS.items()
    ]
    rows.append(
        ("系统", "`system`", "、".join(UNIT_PERMISSIONS[one] for one in UNIT_PERMISSIONS if one in SYSTEM_PERMISSIONS))
    )
    head = "## Posts and their permissions\n\nThe one table of `units/roles.py`; each holds on the post's own unit"
    head += " (administrators and the system: on every unit).\n\n"
    return head + _table(("Post", "Kind", "Permissions"), rows)
