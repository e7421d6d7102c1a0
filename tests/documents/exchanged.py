"""Sent documents and what is done with them, as short as a test can say it."""

from django.test import Client

from documents import actions, exchange_actions, issuers
from documents.exchange_inputs import RecallDeliveriesInput, SendInput
from documents.models import Document
from units.models import Task


def at(document, code: str) -> Document:
    """Its delivery at a unit that has only one."""
    return document.deliveries.unguarded("a test looks").select_related("unit").get(unit__code=code)


def state_at(document, code: str) -> list[str]:
    rows = document.deliveries.unguarded("a test looks").filter(unit__code=code).order_by("pk")
    return [one.state for one in rows]


def more(document, units, people, *codes, names=(), note="工作需要") -> str:
    given = SendInput(tuple(units[code] for code in codes), tuple(names))
    return exchange_actions.send_more(document, by=people["D07:clerk"], note=note, given=given)


def recall(document, people, *deliveries, note="附件有误") -> str:
    given = RecallDeliveriesInput(tuple(one.pk for one in deliveries))
    return exchange_actions.recall(document, by=people["D07:clerk"], note=note, given=given)


def browser(people, who: str) -> Client:
    client = Client()
    client.force_login(people[who], backend="django.contrib.auth.backends.ModelBackend")
    return client


def correction(original, *, by, note="有误") -> Document:
    """更正重发 with one sentence more: a 更正稿 like its original is not sent for review."""
    exchange_actions.correct(original, by=by, note=note)
    return mended(original.corrections.unguarded("a test looks").exclude(state="voided").get(), by=by)


def mended(made: Document, *, by) -> Document:
    """The 更正稿 with one sentence more."""
    edited = {name: getattr(made, name) for name in actions.DRAFT_FIELDS} | issuers.fields_of(made)
    edited["body"] = f"{made.body}\n请于12月1日前报送。"
    rows = [(one.kind, one.unit, one.name) for one in made.addressees.select_related("unit")]
    asked = [one.unit for one in made.countersigners.select_related("unit")]
    actions.save_draft(made, edited, by=by, version=made.version, addressees=rows, countersigners=asked)
    return made


def page(people, who: str, document, query: str = ""):
    return browser(people, who).get(document.get_absolute_url() + query)


def tasks(document, kind: str) -> list[Task]:
    rows = Task.objects.of(document).open().filter(kind=kind).select_related("unit", "assignee", "post")
    return list(rows.order_by("pk"))
