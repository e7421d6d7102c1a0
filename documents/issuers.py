"""联合发文 and 代章: in whose names a document goes out, who signed for each, whose seal is put for whom.

The hosting unit comes first and gives number and draft; the others are asked by 会签 and their signature is their
leader's consent to this very text (practice 2.1).
"""

from collections.abc import Mapping

from units.workflow import Act

from . import hanging
from .agreements import AGREED, Way
from .models import Countersigner, Issuer
from .states import StepKind

MOST = 12  # bodies of one joint issue that the head can hold


def of(document) -> list[Issuer]:
    """In the order of the signatures; a document of one unit has one, which is kept nowhere."""
    rows = document.issuers.select_related("unit", "seal_unit", "signatory")
    return hanging.once(document, "issuers", lambda: list(rows)) or [Issuer(document=document, unit=document.unit)]


def others(document) -> list[Issuer]:
    """Who issues beside the hosting unit."""
    return [one for one in of(document) if one.position]


def sealed_in_turn(document, after=None) -> list:
    """Units whose keepers seal one behind the other; `after`: those that come behind this one."""
    units = [one.sealed_by for one in of(document)]
    return units[units.index(after) + 1 :] if after in units else units


def together(document) -> str:
    """联合发文 in words: every body as it signs; "" of one unit's own document."""
    rows = of(document)
    return "、".join(one.signature for one in rows) if len(rows) > 1 else ""


def keep(document, fields: Mapping) -> None:
    """The rows as the draft's form has them; nothing where the form does not ask."""
    if "co_issuers" not in fields:
        return
    units = list(fields["co_issuers"] or ())
    seal_unit, authority = fields.get("seal_unit"), fields.get("seal_authority", "")
    document.issuers.all().delete()
    if not units and seal_unit is None:
        return
    rows = [Issuer(document=document, unit=document.unit, seal_unit=seal_unit, seal_authority=authority)]
    rows += [Issuer(document=document, unit=unit, position=number) for number, unit in enumerate(units, start=1)]
    Issuer.objects.bulk_create(rows)
    asked = set(document.countersigners.values_list("unit", flat=True))
    Countersigner.objects.bulk_create(
        [Countersigner(document=document, unit=unit) for unit in units if unit.pk not in asked]
    )


def as_typed(document, fields: Mapping) -> list[Issuer] | None:
    """The rows that `keep` would write, kept nowhere; None where the form does not say all of it."""
    if not {"co_issuers", "seal_unit"} <= set(fields):
        return None
    host = Issuer(
        document=document, unit=document.unit, seal_unit=fields["seal_unit"],
        seal_authority=fields.get("seal_authority", ""),
    )  # fmt: skip
    units = [unit for unit in fields["co_issuers"] or () if unit != document.unit]
    return [host, *(Issuer(document=document, unit=unit, position=place) for place, unit in enumerate(units, start=1))]


def fields_of(document) -> dict:
    """The rows as `keep` takes them: for a copy of the document."""
    rows = list(document.issuers.select_related("unit", "seal_unit"))
    host = next((one for one in rows if one.position == 0), None)
    return {
        "co_issuers": [one.unit for one in rows if one.position],
        "seal_unit": host.seal_unit if host else None,
        "seal_authority": host.seal_authority if host else "",
    }


def initial_of(document) -> dict:
    """What the draft's form shows of them."""
    found = fields_of(document)
    return found | {"co_issuers": [unit.pk for unit in found["co_issuers"]]}


def _signers(document) -> dict[int, object]:
    """unit key → who agreed for it last, in the run under way or to the same text before."""
    way, found = Way.of(document), {}
    for step in way.statements:
        if step.kind == StepKind.COUNTERSIGN and (step.result in AGREED or step.settled_by_id):
            found[step.unit_id] = step.done_by
    return found


def all_have_signed(document, act: Act) -> list[str]:
    """Every body of a joint issue has signed by 会签 before the hosting unit signs"""
    if not (rows := others(document)):
        return []
    signed = _signers(document)
    return [
        f"联合发文单位{one.unit.short_name}尚未会签同意，不能签发；请拟稿人核对流转路线是否有会签环节。"
        for one in rows
        if one.unit_id not in signed
    ]


def take_signatures(document) -> None:
    """At 签发: whoever agreed for his unit is its 签发人."""
    if not (rows := others(document)):
        return
    signed = _signers(document)
    for one in rows:
        one.signatory = signed.get(one.unit_id)
    Issuer.objects.bulk_update(rows, ["signatory"])


def with_keepers(document, places: list) -> list:
    """The way of a joint issue as it is drawn before 送审: beside its one step 用印, whose seals come behind the first."""
    names = "、".join(unit.short_name for unit in sealed_in_turn(document)[1:])
    for box in (box for place in places for box in place.boxes if box.label == StepKind.SEAL.label and names):
        box.notes = [*box.notes, f"联合发文，其后依次用印：{names}"]
    return places
