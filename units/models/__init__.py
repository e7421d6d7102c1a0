"""Who: units over time, people, posts, tasks, and the trail of what was done; by noun."""

from .people import Appointment, Delegation, Department, Post, Unit, UnitSuccession, User
from .trail import AccessLog, AuditEvent, AuditLink
from .work import CalendarVersion, Counter, Interrupted, Job, Task

__all__ = [
    "AccessLog",
    "Appointment",
    "AuditEvent",
    "AuditLink",
    "CalendarVersion",
    "Counter",
    "Delegation",
    "Department",
    "Interrupted",
    "Job",
    "Post",
    "Task",
    "Unit",
    "UnitSuccession",
    "User",
]
