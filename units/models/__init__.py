"""Who: units over time, people, posts, tasks, and the trail of what was done; by noun."""

from .people import AdministratorChange, Appointment, Delegation, Department, Post, Unit, UnitSuccession, User
from .trail import AccessLog, AuditEvent, AuditLink
from .work import Counter, Job, Task

__all__ = [
    "AccessLog",
    "AdministratorChange",
    "Appointment",
    "AuditEvent",
    "AuditLink",
    "Counter",
    "Delegation",
    "Department",
    "Job",
    "Post",
    "Task",
    "Unit",
    "UnitSuccession",
    "User",
]
