"""拆开: what was joined to its 复文 is an item of its own again, with a new 档号; the former one stays void."""

from django.db import transaction

from units import audit
from units.access import may
from units.texts import too_long
from units.workflow import Refused, patiently

from .filed_words import words_of_files
from .filing import number_anew
from .joining import LONGEST, bars_moving, changed, locked, move_files
from .models import Record
from .states import State
from .words import write_texts, write_words
from .workflow import RECORD


def part(asker: Record, *, by, reason: str) -> Record:
    """By the archivist; the 来文 gets back the files that came with it. Raises Refused with every reason."""
    reason = reason.strip()
    with patiently(), transaction.atomic():
        rows = locked(asker.pk, asker.joined_to_id or asker.pk)
        asker = rows[asker.pk]
        if asker.state != State.JOINED or asker.joined_to_id not in rows:
            raise Refused(f"“{asker}”没有并入复文，不必拆开。")
        reply = rows[asker.joined_to_id]
        found = [
            "" if may(by, "join", reply) and may(by, "join", asker) else "只有本单位档案员可以拆开来文与复文。",
            "" if reason else "请填写拆开的理由。",
            too_long(reason, LONGEST),
            *bars_moving(reply),
            *bars_moving(asker),
        ]
        if found := [one for one in found if one]:
            raise Refused(*found)
        _take_out(reply, asker, by, reason)
    return asker


def _take_out(reply: Record, asker: Record, by, reason: str) -> None:
    told = f"拆开：{reason}"
    former = asker.codes.order_by("-pk").first()
    RECORD.perform("part", asker, by=by, note=reason)
    files = list(reply.components.filter(came_with=asker))
    back = move_files(files, asker, f"拆开，归还来文：{reason}", None)
    for place, one in enumerate(reply.components.order_by("seq"), start=1):  # no gap where they lay
        if one.seq != place:
            one.seq = place
            one.save(update_fields=["seq"])
    reply.component_count -= len(back)
    reply.page_count = max(0, reply.page_count - asker.page_count)
    changed(reply, by, f"拆开来文：{reason}", None)  # each has its own again: what it lacks it lacked before
    asker.component_count = len(back)
    if former:
        asker.former_codes = [*asker.former_codes, {"code": former.code, "reason": reason}]
        former.void_reason = f"{former.void_reason}；{told}"
        former.save(update_fields=["void_reason"])
    asker._change_reason = told[:200]
    number_anew(asker, by, reason=told)
    changed(asker, by, told, None)
    write_words(reply, words_of_files(reply, reply.components.select_related("stored_file")))
    write_texts([(asker, words_of_files(asker, asker.components.select_related("stored_file")))])
    names = "、".join(one.filename for one in back)
    audit.record(
        "number_anew", "另编档号", asker, by=by, through="join", opinion=reason,
        changes={"components": ["", names], "archival_code": [former.code if former else "", asker.archival_code]},
    )  # fmt: skip
    audit.record(
        "let_go", "拆开来文", reply, by=by, through="join", opinion=reason, asked=str(asker.uid),
        changes={"components": [names, ""]},
    )  # fmt: skip
