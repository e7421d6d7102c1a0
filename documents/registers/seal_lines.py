"""用印登记簿: one line for each use of a seal of the unit, whoever's paper it was on, the same to all who read the book.

批准人 is who answers for it in the unit whose seal it is: of a joint issue its own leader, who has signed by 会签.
Papers that are no documents (移交接收登记表) stand here as well; whether such a use fell is told by the app whose paper it is.
"""

from collections import defaultdict
from collections.abc import Callable, Collection

from django.db.models import Exists, OuterRef, QuerySet

from .. import corrections
from ..after_checking import UNSEALED, fell
from ..models import Document, Issuer, NumberEntry, Opinion, Sealing
from ..states import State, StepKind
from .choice import Choice

Filled = list[tuple[tuple, str, bool]]  # cells, address, is it struck through
FELL = "正本已重制，此次用印作废"
REPLACED = "原件，已由更正件替换作废"  # two lines of one number: which of them is void
TAKEN_BACK = "已收回，此次用印作废"
fallen: list[Callable[[Collection[int]], set[int]]] = []  # of keys of uses on other papers, those that count no more


def uses(user, choice: Choice) -> QuerySet:
    """Who may open the book has been asked; `may_view` says whether he may open the paper as well."""
    seen = Document.objects.allowing("view", user).filter(pk=OuterRef("document"))
    rows = Sealing.objects.filter(seal__unit=choice.unit, at__gte=choice.since, at__lt=choice.until)
    for name, value in (("doc_type", choice.kind), ("number_prefix", choice.prefix), ("state", choice.state)):
        if value:
            rows = rows.filter(**{f"document__{name}": value})
    return (
        rows.annotate(may_view=Exists(seen))
        .select_related(
            "seal", "by", "rendition__based_on__stored_file", "document__unit", "document__drafted_by",
            "document__signatory", "document__signed_for", "document__corrects", "approved_by", "brought_by",
        )
        .defer("document__body", "document__corrects__body")
    )  # fmt: skip


def of_uses(rows: list[Sealing], choice: Choice) -> Filled:
    documents = {one.document_id: one.document for one in rows if one.document_id}
    others = [one.pk for one in rows if not one.document_id]
    gone = set().union(*(of(others) for of in fallen)) if others else set()
    foreign = [key for key, one in documents.items() if one.unit_id != choice.unit.pk]
    signers, copies = _signers(foreign, choice.unit), _copies(foreign, choice.unit)
    voided = _voided([key for key, one in documents.items() if one.state == State.VOIDED])
    corrected = corrections.those_replaced([key for key, one in documents.items() if one.unit_id == choice.unit.pk])
    unsealed = _unsealed([one.document for one in rows if one.document_id and fell(one)])
    found: Filled = []
    for one in rows:
        if one.document_id is None:
            found.append((_of_another(one, one.pk in gone), "", one.pk in gone))
            continue
        document, has_fallen = one.document, fell(one)
        is_void = document.state == State.VOIDED
        remark = [
            f"作废：{voided.get(document.pk, '')}".rstrip("：")
            if is_void
            else _why(one, unsealed)
            if has_fallen
            else ""
        ]
        remark.insert(0, document.correction_mark)
        remark += [REPLACED] if document.pk in corrected else []
        remark += [f"{document.unit.short_name}主办"] if document.unit_id != choice.unit.pk else []
        cells = (
            one.at, document.doc_number, document.title, document.print_copies, _named(one),
            signers.get(document.pk) or document.signed_by, _brought_by(document, choice), one.by.name,
            "；".join(filter(None, remark)),
        )  # fmt: skip
        address = document.get_absolute_url() if one.may_view else copies.get(document.pk, "")
        found.append((cells, address, is_void or has_fallen))
    return found


def _of_another(one: Sealing, fell: bool) -> tuple:
    approved, brought = (who.name if who else "" for who in (one.approved_by, one.brought_by))
    return one.at, one.subject, one.title, 1, _named(one), approved, brought, one.by.name, TAKEN_BACK if fell else ""


def _unsealed(documents: list[Document]) -> dict[int, list[tuple]]:
    """(moment, reason) of each 撤销用印 on these documents, the oldest first."""
    rows = Opinion.objects.filter(document__in=documents, kind=StepKind.SEAL, label=UNSEALED) if documents else []
    found: dict[int, list[tuple]] = defaultdict(list)
    for one in rows and rows.order_by("at", "pk"):
        found[one.document_id].append((one.at, one.text))
    return found


def _why(one: Sealing, unsealed: dict[int, list[tuple]]) -> str:
    """撤销用印 with its reason, where that is the next thing that befell this use of the seal."""
    reason = next((text for at, text in unsealed[one.document_id] if at >= one.at), None)
    return FELL if reason is None else f"{UNSEALED}：{reason}"


def _named(one: Sealing) -> str:
    return f"{one.seal.name}（代章：{one.authority}）" if one.authority else one.seal.name


def _brought_by(document: Document, choice: Choice) -> str:
    name = document.drafted_by.name if document.drafted_by else ""
    return name if document.unit_id == choice.unit.pk else f"{document.unit.short_name} {name}".strip()


def _signers(keys: list[int], unit) -> dict[int, str]:
    """Who has consented for `unit` to each document of another."""
    rows = Issuer.objects.filter(document__in=keys, unit=unit, signatory__isnull=False)
    return dict(rows.values_list("document", "signatory__name")) if keys else {}


def _copies(keys: list[int], unit) -> dict[int, str]:
    """Where the unit's own row of a joint issue stands."""
    if not keys:
        return {}
    rows = Document.objects.unguarded("the unit's own, of its own book").filter(
        issued__in=keys, unit=unit, joint_copy=True
    )
    return {one.issued_id: one.get_absolute_url() for one in rows.only("uid", "issued_id")}


def _voided(keys: list[int]) -> dict[int, str]:
    if not keys:
        return {}
    rows = NumberEntry.objects.unguarded("of papers under the unit's own seal").filter(document__in=keys)
    rows = rows.filter(voided_at__isnull=False).order_by("voided_at", "pk")
    return dict(rows.values_list("document_id", "void_reason"))
