"""回执 asked, an opinion entered from paper, 督办, 值班: as rows, for worlds of pages."""

from datetime import timedelta

from django.utils import timezone

from documents.models import Attachment, DutyDay, OutsideBody, PaperOpinion, Pattern, ReplyCall, Supervision, UnitSeal
from documents.roster import duty_day
from files.store import keep, land_bytes
from tests import awkward


def called(document, by) -> ReplyCall:
    """回执 asked of its receivers."""
    return ReplyCall.objects.create(document=document, due_at=timezone.now() + timedelta(days=1), asked_by=by)


def entered(document, people) -> PaperOpinion:
    """The signature, as if it had been entered from paper."""
    signed = document.opinions.filter(kind="approve").first()
    stored = keep(land_bytes(awkward.png(), "签批件.png"))
    return PaperOpinion.objects.create(
        opinion=signed, document=document, way="paper", given_at=signed.at, proof=stored, proof_name="签批件.png",
        entered_by=people["D07:clerk"],
    )  # fmt: skip


def on_duty(person) -> DutyDay:
    """Today, in the unit of his first post."""
    unit = person.appointments.get().post.unit
    return DutyDay.objects.create(unit=unit, day=duty_day(), person=person, phone="62510000")


def supervised(document, by) -> Supervision:
    return Supervision.objects.create(
        document=document, demand="请抓紧。", due_at=timezone.now() + timedelta(days=1), set_by=by
    )


def of_the_unit(people, clerk, count: int) -> dict:
    """Its duty roster, bodies outside, patterns and seal."""
    home = clerk.appointments.get().post.unit
    for post in ("officer", "leader", "reviewer")[:count]:
        on_duty(people[f"D07:{post}"])
    bodies = [OutsideBody.objects.create(unit=home, name=f"区外单位{number}") for number in range(count)]
    kept = [Pattern.objects.create(unit=home, name=f"范本{n}", changed_by=clerk) for n in range(count)]
    return {
        "body": {"uid": bodies[0].uid},
        "pattern": {"uid": kept[0].uid},
        "seal": {"uid": UnitSeal.objects.get(unit=home).uid},
    }


def scanned(document, by) -> Attachment:
    """A picture that hangs on `document`."""
    stored = keep(land_bytes(awkward.png(), "扫描.png"))
    return Attachment.objects.create(document=document, stored_file=stored, name="扫描.png", added_by=by)
