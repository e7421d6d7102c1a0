"""用印: the unit's seal and signature behind the proofread bytes, by one unit after another of a joint issue.

Signing needs no lock and is done before it; under the lock the page must still be the very one that was signed on
(compare and swap on its digest). The proofread bytes stay the file's beginning (design section 13).
"""

import functools
import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from django.db.models import Subquery
from django.utils import timezone

import paper
from files.store import Landed, keep, land_made, path_of
from paper import authority, checking, seals, signing
from units.access import seat_for
from units.models import Task
from units.roles import PostKind
from units.tasks import post_of
from units.workflow import Act, Refused, Stale

from . import issuers, name_stamps, pages, routing, seal_book, slips
from .models import Issuer, Rendition, Sealing, UnitSeal
from .states import State, StepKind

ANEW = "请监印人撤销用印，重新校对后再用印"


@dataclass(frozen=True)
class Prepared:
    """A page that was sealed before the lock was taken."""

    landed: Landed
    on: Rendition
    issuer: Issuer
    seal: UnitSeal
    spot: signing.Spot
    certificate: str


def sealings_of(document) -> list[Sealing]:
    """Seals on the present page of the issuing document, in the order of sealing; none after it was proofread anew."""
    content = document.content
    if not content.page_digest:
        return []
    rows = content.sealings.select_related("seal__imprint", "seal__unit", "for_unit", "by", "rendition")
    chain, digest = [], content.page_digest
    newest = content.renditions.filter(kind=Rendition.Kind.PAGE).order_by("-pk").values("pk")[:1]
    for one in rows.filter(rendition__based_on=Subquery(newest)).order_by("pk"):
        if one.before == digest:
            chain.append(one)
            digest = one.after
    return chain


def left(document, done: list[Sealing] | None = None) -> list[Issuer]:
    """Whose seal is still to be put, in the order of the signatures."""
    sealed = {one.for_unit_id for one in (sealings_of(document) if done is None else done)}
    return [one for one in issuers.of(document) if one.unit_id not in sealed]


def turn_of(document, by, done: list[Sealing] | None = None) -> Issuer | None:
    """For which body the person puts the seal: the one whose seal his unit keeps."""
    seat = seat_for(by, document, "seal")
    waiting = left(document, done)
    if seat is None:
        return None
    return next((one for one in waiting if one.sealed_by == seat.unit), None)


def spots_of(document) -> list[signing.Spot]:
    """Places of all seals, or 签名章, in the order of the signatures."""
    places = paper.seal_places(pages.page_input(document))
    return [
        signing.Spot(f"Seal{n}", page, place.x, place.y, _diameter(document, body))
        for n, (body, (page, place)) in enumerate(zip(issuers.of(document), places, strict=True), start=1)
    ]


def _diameter(document, body: Issuer) -> float:
    if name_stamps.is_stamped(document):
        return float(name_stamps.WIDTH)
    seal = seal_book.in_use(body.sealed_by)
    return float(seal.diameter if seal else seal_book.diameter_for(body.sealed_by))


def has_its_turn(user, document) -> bool:
    """Whose seal is on it already, or not asked for yet, is offered no act"""
    return turn_of(document, user) is not None and slips.is_undisputed(user, document)


def may_be_sealed(document, act: Act) -> list[str]:
    """The unit of the keeper has its turn, a seal in use and a certificate that is valid"""
    body = turn_of(document, act.by)
    if body is None:
        return ["本单位的印章已经盖好，或者尚未轮到本单位用印。"]
    reason = name_stamps.why_not(document, body)
    return [reason] if reason else []


def prepare(document, act: Act) -> Prepared:
    """Seal and sign without a lock: 30 to 80 ms. Raises Refused when seal, certificate or page are not to be had."""
    body = turn_of(document, act.by)
    if body is None:
        raise Stale("本单位的印章已经盖好，或者尚未轮到本单位用印。")
    on = pages.page_of(document)
    if on is None:
        raise Refused("还没有正本，请先校对。")
    unit = body.sealed_by
    seal = name_stamps.usable(document, body)
    identity = authority.identity_of(unit.code, unit.name)
    spots = spots_of(document)
    spot = spots[body.position]
    ink = seals.ink_of(seal_book.picture(seal), float(seal.diameter))
    base = _bytes(on)
    made = signing.seal_page(base, spots, spot, ink, identity, reason=f"用印：{document.doc_number}")
    if not made.startswith(base):
        raise RuntimeError("A seal is an addition behind the page; this one changed it.")
    return Prepared(land_made(made, "正本.pdf"), on, body, seal, spot, identity.issued.serial)


def _bytes(rendition: Rendition) -> bytes:
    """As kept, read again and compared with its digest. Raises Refused."""
    try:
        data = path_of(rendition.stored_file).read_bytes()
    except OSError as error:
        raise Refused("正本文件不能读取，请与系统管理员联系。") from error
    if hashlib.sha256(data).hexdigest() != rendition.stored_file.sha256:
        raise Refused("正本文件与登记的摘要不符，不能继续办理，请与安全审计员联系。")
    return data


def lands(document, act: Act) -> str:
    """已用印 with the last seal; before that it stays 已校对."""
    return State.SEALED if len(left(document)) <= 1 else State.PROOFREAD


def seal(document, act: Act) -> None:
    """The row in 用印登记簿, and the next keeper's task; Stale when another seal came in between."""
    made: Prepared = act.prepared
    present = pages.page_of(document)
    if present is None or present.pk != made.on.pk:
        raise Stale("正本在用印期间有变（另一单位刚用了印，或已重新校对），请核对后再用印。")
    stored = keep(made.landed)
    base = made.on.based_on or made.on
    rendition = Rendition.objects.create(
        document=document, kind=Rendition.Kind.SEALED, stored_file=stored, pages=made.on.pages, fonts=made.on.fonts,
        based_on=base,
    )  # fmt: skip
    Sealing.objects.create(
        document=document, rendition=rendition, for_unit=made.issuer.unit, seal=made.seal,
        authority=made.issuer.seal_authority, position=made.issuer.position, field=made.spot.field,
        certificate=made.certificate, before=made.on.stored_file.sha256, after=stored.sha256, by=act.by,
        at=timezone.now(),
    )  # fmt: skip
    act.detail |= {
        "page_digest": document.page_digest, "sealed_digest": stored.sha256, "seal": str(made.seal.uid),
        "seal_name": made.seal.name, "certificate": made.certificate,
    }  # fmt: skip
    if made.issuer.seal_authority:
        act.detail["authority"] = made.issuer.seal_authority
    routing.finish(document, act, StepKind.SEAL)
    if waiting := left(document):
        keeper = waiting[0].sealed_by
        routing.assign(document, StepKind.SEAL, unit=keeper, post=PostKind.SEAL_KEEPER, remark="联合发文，请用印")
        return
    document.sealed_at = timezone.now()
    routing.advance(document)


def ask_the_keeper(document) -> None:
    """代章: the step of the unit's own keeper goes to the keeper of the seal that is put in its stead."""
    first = next(iter(issuers.of(document)))
    task = Task.objects.of(document).open().filter(kind=StepKind.SEAL).first()
    if first.seal_unit is None or task is None:
        return
    Task.objects.filter(pk=task.pk).update(
        unit=first.seal_unit, post=post_of(first.seal_unit, PostKind.SEAL_KEEPER), assignee=None,
        remark=f"代章：{first.seal_authority}"[:300],
    )  # fmt: skip
    task.refresh_from_db()
    routing.readdress(task)
    routing.take_part(document, StepKind.SEAL, post=task.post)


def sealed_page_is_whole(document, act: Act) -> str:
    """What goes out is the proofread page and its seals: every byte, every seal, none missing"""
    if document.state != State.SEALED:
        return ""
    done, page = sealings_of(document), pages.page_of(document)
    if page is None or page.kind != Rendition.Kind.SEALED or left(document, done):
        return "正本还没有盖齐印章，请先用印。"
    try:
        whole = _bytes(page).startswith(_bytes(page.based_on))
    except Refused as refusal:
        return "".join(refusal.reasons)
    if not whole:
        return "用印正本不是校对过的版面，不能分发，请与安全审计员联系。"
    found = checked(page)
    if found.is_valid and len(found.seals) == len(done):
        return ""
    return f"用印正本未通过验章（{found.told}），不能分发；{ANEW}。"


def checked(rendition: Rendition) -> checking.Checked:
    """验章 of the file as it lies there now; kept while it, the certificates and the lists are the same."""
    try:
        _bytes(rendition)
        stamp = authority.stamp()
    except Refused as refusal:
        return checking.Checked(fault="".join(refusal.reasons).rstrip("。"))
    return _checked(str(path_of(rendition.stored_file)), rendition.stored_file.sha256, stamp)


@functools.lru_cache(512)
def _checked(path: str, sha256: str, stamp: tuple) -> checking.Checked:
    return checking.check_seals(Path(path).read_bytes())


def with_seals(document, given: "paper.PageInput", user=None) -> "paper.PageInput":
    """The page as the screen shows it: the seals that are on it, and the one that `user` is about to put."""
    content = document.content
    if not given.sealed or content.state not in (State.PROOFREAD, State.SEALED, State.DISPATCHED, State.COMPLETED,
                                                 State.REPLACED):  # fmt: skip
        return given
    done = sealings_of(content)
    shown: dict[int, paper.Seal] = {one.position: seal_book.for_screen(one.seal) for one in done}
    body = turn_of(content, user, done) if user is not None and content.state == State.PROOFREAD else None
    if body is not None and not name_stamps.why_not(content, body):
        shown[body.position] = about_to_be_put(content, body)
    if not shown:
        return given
    return replace(given, seals=tuple(shown.get(place) for place in range(max(shown) + 1)))


def about_to_be_put(document, body: Issuer) -> "paper.Seal":
    """The unit's seal, or a drawn 样章 where one will be made; of an order the 签名章 that 校对 asked for."""
    if name_stamps.is_stamped(document):
        return seal_book.for_screen(name_stamps.usable(document, body))
    unit = body.sealed_by
    found = seal_book.in_use(unit)
    return seal_book.for_screen(found) if found else paper.Seal(unit.name, float(seal_book.diameter_for(unit)))
