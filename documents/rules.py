"""Who may: one Q per permission on a document. When, is the workflow's business."""

from django.db.models import Exists, OuterRef, Q

from units.access import on_units, standing
from units.models import Task
from units.rules import own_tasks

from .states import Direction, State


def takes_part(user) -> Exists:
    """The person, or a post he holds, had a task, a circulation or a deputyship on the document."""
    from .models import Participant  # models import this table of rules

    held = standing(user)
    return Exists(
        Participant.objects.filter(
            Q(user=user) | Q(user__in=held.principals) | Q(post__in=held.post_ids), document=OuterRef("pk")
        )
    )


def view(user) -> Q:
    return on_units("unit", "view_documents", user) | Q(takes_part(user))


def has_task(*kinds: str):
    """A rule: an open task of one of `kinds` on the document waits for the person or his post."""

    def rule(user) -> Q:
        return Q(
            Exists(Task.objects.filter(own_tasks(user), subject_uid=OuterRef("uid"), kind__in=kinds, closed_at=None))
        )

    return rule


def drafted(user) -> Q:
    return Q(drafted_by=user) | Q(drafted_by__in=standing(user).principals)


def edit(user) -> Q:
    """The drafter edits his draft; a clerk edits what he registered by hand until it is proposed."""
    outside = Q(direction=Direction.INCOMING, issued=None, state__in=(State.SIGNED_FOR, State.REGISTERED))
    return (drafted(user) & Q(state=State.DRAFTING)) | (outside & on_units("unit", "receive_documents", user))


def on_unit(permission: str):
    return lambda user: on_units("unit", permission, user)


def complete(user) -> Q:
    return on_units("unit", "complete_documents", user) | has_task("complete")(user)


def propose(user) -> Q:
    return has_task("propose")(user) | on_units("unit", "propose_documents", user)


RULES = {
    "view": view,
    "edit": edit,
    "submit": drafted,
    "withdraw": drafted,
    "review": has_task("review"),
    "check": has_task("check"),
    "countersign": has_task("countersign"),
    "approve": has_task("approve"),
    "send_back": has_task("review", "check", "countersign", "approve"),
    "number": on_unit("number_documents"),
    "proofread": on_unit("proofread_documents"),
    "seal": on_unit("seal_documents"),
    "dispatch": on_unit("dispatch_documents"),
    "receive": on_unit("receive_documents"),
    "propose": propose,
    "instruct": has_task("instruct"),
    "handle": has_task("handle"),
    "report": has_task("report"),
    "circulate": on_unit("propose_documents"),
    "read": has_task("read"),
    "urge": on_unit("propose_documents"),
    "complete": complete,
    "publish": on_unit("publish_documents"),
}

CURRENT_RULES = {"view": on_unit("view_documents"), "publish": on_unit("publish_documents")}
