"""What went back, or was ended, last: who did it, when and why, in one sentence for whoever looks (issue 12, point 1).

A list row, the page's banner and the remark of an item say it in the same words. What is "last" is read from the trail:
an act that moved the paper on since makes it no news any more.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from units.models import AuditEvent
from units.tasks import shortened

LONGEST = 300  # letters of an item's remark
RETURNED, WITHDRAWN, RETRIEVED, VOIDED = "被退回", "已撤回", "已取回", "已作废"
REVOKED = "补录已撤销"
RECALLED, REPLACED = "已收回", "原件作废，已由更正件替换"
# act → what became of the paper by it
BACK = {
    "send_back": RETURNED,
    "return_on_paper": RETURNED,
    "revoke_entry": REVOKED,
    "return_unsealed": RETURNED,
    "unseal": "用印已撤销",
    "refer_back": "退原签批人复审",
    "agree_to_change": RETURNED,
    "withdraw": WITHDRAWN,
    "retrieve": RETRIEVED,
    "discard": VOIDED,
    "void": VOIDED,
    "void_sealed": VOIDED,
    "delete": "已删除",
    "return_to_sender": "已退文",
    "recall": RECALLED,
    "replace": REPLACED,
    "replace_copy": REPLACED,
    "supersede": REPLACED,
}
ON = (
    "submit", "review", "check", "countersign", "coordinate", "approve", "number", "correct", "keep_text", "proofread",
    "seal", "dispatch", "add_copies", "add_copies_anew", "drop_addressees", "complete", "sign_for", "register",
    "propose", "instruct", "handle", "report", "assist", "review_on_paper", "check_on_paper", "countersign_on_paper",
    "approve_on_paper", "instruct_on_paper", "file_after_all",
)  # fmt: skip
MOVES = (*BACK, *ON)
RETURNS = frozenset(
    {"send_back", "return_on_paper", "return_unsealed", "unseal", "refer_back", "agree_to_change"}
)  # an opinion tells them as well
KEPT = "last_move"


@dataclass(frozen=True)
class SetBack:
    """`word` is what became of the paper, `act` its code."""

    act: str
    word: str
    who: str
    at: datetime
    why: str

    def __str__(self) -> str:
        return told(self.word, self.who, self.why, self.at)

    @property
    def said(self) -> str:
        """Under a heading that has the word."""
        return told("", self.who, self.why, self.at)


def told(word: str, who: str, why: str = "", at: datetime | None = None) -> str:
    """被退回：请补充依据。（区信息委 张三，11-26 10:20）: of a long reason the end is left out, never who and when.

    `who` is "" where `word` names him; `at` is now.
    """
    behind = f"（{'，'.join(filter(None, (who, f'{timezone.localtime(at):%m-%d %H:%M}')))}）"
    before = f"{word}：" if word and why else word
    return f"{before}{shortened(why, LONGEST - len(before) - len(behind))}{behind}"


def last_move() -> Subquery:
    """The newest act on a document's row that moved it on or back, as JSON."""
    rows = AuditEvent.objects.filter(object_uid=OuterRef("uid"), verb__in=MOVES).order_by("-pk")
    read = JSONObject(act="verb", name="actor_name", unit="unit__short_name", at="at", why="opinion")
    return Subquery(rows.values(json=read)[:1])


def set_back(document) -> SetBack | None:
    """Of a row read with `last_move`; None where the paper has gone on since, or nothing is known."""
    found = document.__dict__.get(KEPT)
    if found and found["act"] in BACK:
        who = " ".join(filter(None, (found["unit"], found["name"])))
        return SetBack(found["act"], BACK[found["act"]], who, parse_datetime(found["at"]), found["why"])
    return None
