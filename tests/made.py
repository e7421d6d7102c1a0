"""Documents brought to a state by the real acts, as short as a test can say it."""

from documents.actions import create_draft
from documents.states import AddresseeKind, HandlingKind
from documents.workflow import workflow_of

BODY = "各有关单位：\n为进一步规范电子公文办理，现就有关事项通知如下。\n一、统一思想，提高认识。\n二、明确职责，抓好落实。\n特此通知。"


def draft(people, to=("D09",), *, title="关于做好电子公文归档工作的通知", unit="D07", **fields):
    drafter = people[f"{unit}:officer"]
    home = drafter.appointments.get().post.unit
    units = {one.code: one for one in type(home).objects.filter(code__in=to)}
    return create_draft(
        {"title": title, "body": BODY, **fields},
        unit=home,
        by=drafter,
        addressees=[(AddresseeKind.MAIN, units[code], units[code].name) for code in to],
    )


STEPS = (
    ("submit", "officer"),
    ("check", "reviewer"),
    ("approve", "leader"),
    ("number", "clerk"),
    ("proofread", "clerk"),
    ("seal", "seal_keeper"),
    ("dispatch", "clerk"),
)


def take(document, step, by, note="", **data):
    document.refresh_from_db()
    workflow = workflow_of(document)
    workflow.perform(step, document, by=by, note=note, given=workflow.steps[step].input(**data))
    return document


def brought_to(last: str, people, *, unit="D07", **kwargs):
    """A new outgoing document after the step `last` of STEPS."""
    document = draft(people, unit=unit, **kwargs)
    for step, post in STEPS:
        take(document, step, people[f"{unit}:{post}"], note="同意。")
        if step == last:
            return document
    raise LookupError(last)


def registered(people, *, unit="D09", kind=HandlingKind.FOR_READING, **kwargs):
    """A delivery, signed for and registered at `unit`."""
    sent = brought_to("dispatch", people, to=(unit,), **kwargs)
    delivery = sent.deliveries.get()
    take(delivery, "sign_for", people[f"{unit}:clerk"])
    return take(delivery, "register", people[f"{unit}:clerk"], handling_kind=kind)
