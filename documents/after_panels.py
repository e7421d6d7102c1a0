"""What the document page shows of 回执, of opinions entered from paper, and of 督办."""

from units.calendar import WorkingCalendar
from units.panels import Page

from . import hanging
from . import reply_calls as calls
from .deadlines import told
from .models import ReplyCall
from .supervised import open_of


def _call(page: Page) -> ReplyCall | None:
    return calls.call_of(page.obj)


def _answers(page: Page) -> calls.Answers | None:
    call = None if page.obj.is_incoming else _call(page)
    if call is None or page.obj.dispatched_at is None:
        return None
    if "answers" not in page.facts:
        first = page.request.GET.get("replies") == "waiting"
        page.facts["answers"] = calls.answers_to(call, waiting_first=first)
    return page.facts["answers"]


def reply_counts(page: Page) -> dict[str, int] | None:
    """How many of the receivers have answered, of what was sent and asks."""
    found = _answers(page)
    return found.counts if found else None


def asked(page: Page) -> dict | None:
    """At the issuer: what is asked, and the counts with the way to the table."""
    call = None if page.obj.is_incoming else _call(page)
    if call is None:
        return None
    answers = _answers(page)
    return {"told": calls.told_of(call), "counts": answers.counts if answers else None, "is_over": calls.is_over(call)}


def answers(page: Page) -> dict | None:
    """The issuer's table under the paper, a line a unit."""
    found = _answers(page)
    return {"answers": found, "waiting_first": "replies" in page.request.GET} if found else None


def own_reply(page: Page, form) -> dict | None:
    """At a receiver: what is asked, what it answered, and the form while it may be written; `form` or None."""
    call = _call(page) if page.obj.is_incoming else None
    if call is None:
        return None
    said = calls.reply_of(page.obj)
    barred = calls.bars_answer(page.obj) if form is None else ""
    return {
        "told": calls.told_of(call),
        "reply": said,
        "said": calls.in_words(said) if said else "",
        "form": form,
        "barred": barred,
    }


def entered(page: Page, form) -> dict | None:
    """Opinions entered from paper, with their scans; `form` or None to enter one."""
    taken_back = {one.takes_back_id: one for one in hanging.opinions(page.obj)}
    rows = [(one, taken_back.get(one.opinion_id) if one.revoked else None) for one in hanging.entered(page.obj)]
    return {"entries": rows, "form": form} if rows or form else None


def supervised(page: Page, form) -> dict | None:
    """What is asked under 督办 and until when; `form` of 督办反馈 or None."""
    one = open_of(page.obj)
    return {"supervision": one, "limit": told(one.due_at, WorkingCalendar()), "form": form} if one else None
