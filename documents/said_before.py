"""What an act will do, said before its button is pressed: which number is taken or voided, to whom it goes."""

from django.utils import timezone

from units.counters import following

from . import hanging, numbering
from .after_seal import WHO_ELSE
from .before_signing import expected_number
from .states import AddresseeKind, State

WAY_OUT = "用印有误的，可撤销用印；不再发出的，请报请本单位领导在本页作废。"
NAMED = 12  # receivers by name; of more, how many there are


def said_before(step: str, document) -> str:
    """One sentence, "" where the button says all."""
    if step == "number":
        found = expected_number(document)
        return f"将编为{found.number}（{found.note.rstrip('。')}）。" if found.number else found.note
    if step == "dispatch":
        return to_whom(document) + (WHO_ELSE if document.state == State.SEALED else "")
    return WAY_OUT if step == "unseal" else ""


def of_voiding(document) -> str:
    """作废长信〔2026〕10号，改用11号: a numbered document has the next one at once."""
    if document.state != State.NUMBERED:
        return f"将作废{document.doc_number}。"
    year = (document.document_date or timezone.localdate()).year
    serial = numbering.SERIAL.get(document.doc_type, "{}号").format(
        following(numbering.series(numbering.prefix_of(document), year))
    )
    return f"将作废{document.doc_number}，改用{serial}（预计，以办理时为准）。作废的字号不再使用，登记簿中注明。"


def to_whom(document) -> str:
    """主送 and 抄送 by name."""
    rows, told = hanging.addressees(document), []
    for kind in AddresseeKind:
        names = [one.unit.short_name if one.unit else one.name for one in rows if one.kind == kind]
        if names:
            more = f"等{len(names)}个单位" if len(names) > NAMED else ""
            told.append(f"{kind.label}{'、'.join(names[:NAMED])}{more}")
    return f"将发给：{'；'.join(told)}。" if told else ""
