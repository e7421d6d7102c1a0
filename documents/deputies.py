"""What a deputy never does (practice 1): decide on a draft of his own, or put the seal on it."""

from units.access import seat_for

from . import issuers
from .states import Direction


def may_decide_as_deputy(permission: str):
    """会签 and 批示 of a draft that the deputy himself wrote, or has in his hands; 签发 has its own check."""

    def check(document, act) -> str:
        if document.direction == Direction.INCOMING or not _acts_on_own(document, act, permission):
            return ""
        return "代理人不得代为决定本人拟制或修改的文稿，请由其他领导办理。"

    return check


def may_seal_as_deputy(document, act) -> str:
    """Whoever may draft is refused as deputy when it is arranged; a post given to him later opens no way round."""
    return "监印不得由拟稿人代行，请由其他监印人用印。" if _acts_on_own(document, act, "seal") else ""


def is_not_who_signed(document, act) -> str:
    """Whoever signed a paper, as leader or for him, or consented for a joint issuer, puts no seal on it: two persons"""
    signers = {document.signatory_id, *(one.signatory_id for one in issuers.of(document))}
    return "您已签发本件：同一人不能既签发又用印，请由其他监印人用印。" if act.by.pk in signers else ""


def _acts_on_own(document, act, permission: str) -> bool:
    if act.by.pk not in (document.drafted_by_id, document.held_by_id):
        return False
    seat = seat_for(act.by, document, permission)
    return seat is not None and seat.principal is not None
