"""Who: units over time, people, posts, tasks, and the trail of what was done; by noun."""

from .drafts import DoneForm, FormDraft
from .filters import SavedFilter
from .groups import UnitGroup
from .people import AdministratorChange, Appointment, Delegation, Department, Post, Unit, UnitSuccession, User
from .trail import AccessLog, AuditEvent, AuditLink
from .work import (
    Asked,
    CalendarVersion,
    ChoreRun,
    Counter,
    Interrupted,
    Job,
    JobFinding,
    StopsRunning,
    Superseded,
    Task,
)

__all__ = [
    "AccessLog",
    "AdministratorChange",
    "Appointment",
    "Asked",
    "AuditEvent",
    "AuditLink",
    "CalendarVersion",
    "ChoreRun",
    "Counter",
    "Delegation",
    "Department",
    "DoneForm",
    "FormDraft",
    "Interrupted",
    "Job",
    "JobFinding",
    "Post",
    "SavedFilter",
    "StopsRunning",
    "Superseded",
    "Task",
    "Unit",
    "UnitGroup",
    "UnitSuccession",
    "User",
]
