"""What stands in the cells of a slice of rows: each kind of fact is read for the whole slice at once."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable

from django.db.models import Count, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from units.calendar import ends_a_day
from units.models import Appointment
from units.texts import some_of

from .. import filing_port
from ..models import Addressee, Attachment, Document, DocumentLink, Issuer, NumberEntry, OutsideDelivery, StepRun
from ..states import (
    GONE,
    AddresseeKind,
    DispatchKind,
    HandlingKind,
    NotToFile,
    ReceivedAs,
    State,
    StepKind,
    StepState,
)
from .choice import Choice
from .columns import Names, joined, names_of

Filled = list[tuple[tuple, str, bool]]  # cells, address, is it struck through


def of_issued(entries: list[NumberEntry], choice: Choice) -> Filled:
    documents = {entry.document_id: entry.document for entry in entries}
    joint = _joint_copies(documents, choice.unit)
    numbers = {entry.number for entry in entries}
    corrections = _corrections(choice.unit, numbers)
    copy_keys = [copy.pk for copy, _ in joint.values()]
    sent_keys = [*documents, *copy_keys, *(one.pk for rows in corrections.values() for one in rows)]
    files, filed, receipts = _attachments(documents), _filed(sent_keys), _receipts(sent_keys)
    main, cc = _addressees(documents)
    (more, recalled), outside = _sent_later_and_recalled(sent_keys), _sent_outside(sent_keys)
    issuing = _co_issuers([key for key, one in documents.items() if one.unit_id == choice.unit.pk])
    doubles = Counter(one.number for one in filing_port.imported(choice.unit, numbers))
    found: Filled = []
    for entry in entries:
        document = entry.document
        corrected = corrections.get(entry.number, [])
        valid = corrected[-1] if corrected else document  # whose receipts and filing count
        # what came of the document stands at the number it went out with, not at one it had before
        sent, copies, signed, sealed, received, archived = (
            _day(document.dispatched_at), document.print_copies, _signed(document), _day(document.sealed_at),
            receipts.get(valid.pk, ""), _filing(valid, filed),
        ) if entry.number == document.doc_number else (None, None, "", None, "", "")  # fmt: skip
        cells = (
            sent, entry.number, document.title, files.get(document.pk), document.get_urgency_display(), copies,
            _with_more(main.get(document.pk, ""), more.get(document.pk, ())), cc.get(document.pk, ""),
            _drafted(document), signed, sealed, received, archived,
            joined(_remark(entry, doubles, corrected), *_moved(entry, corrected, more, recalled),
                   _together(issuing.get(document.pk, ())), _of(valid, entry, outside)),
        )  # fmt: skip
        if document.pk in joint:
            cells, document = _joint_line(cells, *joint[document.pk], filed)
        else:  # the line leads to what is in force under its number
            document = valid if entry.number == document.doc_number else document
        found.append((cells, document.get_absolute_url(), entry.voided_at is not None))
    return found


def _co_issuers(keys: list[int]) -> dict[int, list[str]]:
    """Who issues each of the unit's own documents beside it."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = Issuer.objects.filter(document__in=keys, position__gt=0).order_by("document", "position")
    for document, name in rows.values_list("document", "unit__short_name"):
        found[document].append(name)
    return found


def _of(valid: Document, entry: NumberEntry, outside: dict[int, Names]) -> str:
    return outside.get(valid.pk, "") if entry.number == entry.document.doc_number else ""


def _together(names: Collection[str]) -> str:
    """备注 of the host's own line."""
    return f"联合发文，会同：{'、'.join(names)}" if names else ""


def _joint_line(cells: tuple, copy: Document, signatory: str, filed: dict[int, str]) -> tuple[tuple, Document]:
    """联合发文（协办） as the co-issuer's register has it: its own 签发人 and filing, no receipts, who hosted it."""
    signed = " ".join(part for part in (signatory, str(copy.sender_date or "")) if part)
    remark = f"联合发文（协办），主办：{copy.sender_unit.short_name}"
    return (*cells[:9], signed, cells[10], "", _filing(copy, filed), remark), copy


def _joint_copies(documents: dict[int, Document], unit) -> dict[int, tuple[Document, str]]:
    """Other units' documents among these that `unit` has issued with them → its own row, and who signed for it."""
    keys = [key for key, one in documents.items() if one.unit_id != unit.pk]
    if not keys:
        return {}
    signed = Issuer.objects.filter(document__in=keys, unit=unit).values_list("document", "signatory__name")
    names = dict(signed)
    rows = Document.objects.unguarded("of rows that were allowed").filter(
        Q(issued__in=keys) | Q(issued__corrects__in=keys), unit=unit, joint_copy=True
    )
    found = {}
    for one in rows.select_related("issued", "sender_unit").defer("body", "issued__body").order_by("pk"):
        # a 更正件 has no number of its own: what its co-issuer has stands at that of the original
        key = one.issued_id if one.issued_id in documents else one.issued.corrects_id
        found[key] = (one, names.get(key) or "")
    return found


def of_received(documents: list[Document], choice: Choice) -> Filled:
    by_key = {one.pk: one for one in documents}
    issued = {one.issued_id for one in documents if one.issued_id}
    texts = {one.pk: one.issued_id or one.pk for one in documents}
    files, filed = _attachments([*by_key, *issued]), _filed(by_key)
    departments = _departments({one.lead_officer_id for one in documents if one.lead_officer_id}, choice.unit)
    signers, replies = _doers(by_key, StepKind.SIGN_FOR), _replies(set(texts.values()), choice.unit)
    found: Filled = []
    for one in documents:
        n_files = (files.get(one.pk) or 0) + (files.get(one.issued_id) or 0)
        cells = (
            one.receipt_number, _day(one.signed_for_at), one.sender_name, one.sender_number, one.sender_date, one.title,
            n_files or None, None, one.get_urgency_display(), _handling(one), departments.get(one.lead_officer_id, ""),
            _limit(one.due_at), signers.get(one.pk, ""), _day(one.completed_at), replies.get(texts[one.pk], ""),
            _filing(one, filed), _received_remark(one),
        )  # fmt: skip
        found.append((cells, one.get_absolute_url(), False))
    return found


def _limit(moment):
    """A day where a day was given, else the moment."""
    return timezone.localdate(moment) if moment and ends_a_day(moment) else moment


def _day(moment):
    return timezone.localdate(moment) if moment else None


def _signed(document: Document) -> str:
    return " ".join(part for part in (document.signed_by, str(document.document_date or "")) if part)


def _drafted(document: Document) -> str:
    names = (document.department, document.drafted_by)
    return "/".join(one.name for one in names if one is not None)


def _received_remark(document: Document) -> str:
    """What it replaces; how it came, unless on paper; what became of one that is gone."""
    kind = document.get_received_as_display() if document.received_as != ReceivedAs.PAPER else ""
    return "；".join(filter(None, (document.correction_mark, kind, _gone(document))))


def _gone(document: Document) -> str:
    """已退文, 已收回 or 已替换, with the reason given."""
    if document.state not in GONE:
        return ""
    return "：".join(filter(None, (document.get_state_display(), document.ended_note)))


def _handling(document: Document) -> str:
    return HandlingKind(document.handling_kind).label if document.handling_kind else ""


def _remark(entry: NumberEntry, doubles: Counter, corrected: list[Document]) -> str:
    """Why it is void; the new 印发日期 of what replaced it, the old one stands as 发文日期; doubles."""
    parts = [f"作废：{entry.void_reason}"] if entry.voided_at else []
    parts += [f"更正重发：新印发日期{_day(one.dispatched_at)}，原件作废" for one in corrected]
    if doubles[entry.number]:
        parts.append(f"重号：另有补录档案{doubles[entry.number]}件")
    return "；".join(parts)


def _attachments(keys: Collection[int]) -> dict[int, int]:
    rows = Attachment.objects.filter(document__in=list(keys), removed_at=None).order_by()
    return dict(rows.values("document").annotate(n=Count("pk")).values_list("document", "n"))


def _addressees(keys: Collection[int]) -> tuple[dict[int, Names], dict[int, Names]]:
    """(主送, 抄送) of each document, as a register holds them: every one by name."""
    names: dict[str, dict[int, list[str]]] = {kind: defaultdict(list) for kind in AddresseeKind.values}
    rows = Addressee.objects.filter(document__in=list(keys)).order_by("document", "position", "pk")
    for document, kind, name, short in rows.values_list("document", "kind", "name", "unit__short_name"):
        names[kind][document].append(short or name)
    main, cc = ({key: names_of(found) for key, found in names[kind].items()} for kind in AddresseeKind)
    return main, cc


Units = dict[int, list[str]]


def _sent_later_and_recalled(keys: Collection[int]) -> tuple[Units, Units]:
    """补发: units that had it after the first sending, till it was replaced or to this day; 收回: from whom."""
    more: Units = defaultdict(list)
    recalled: Units = defaultdict(list)
    rows = Document.objects.unguarded("of papers that were allowed").filter(
        Q(dispatch__kind=DispatchKind.ADDITIONAL) | Q(state=State.RECALLED), issued__in=list(keys), joint_copy=False
    )
    rows = rows.exclude(state=State.RETURNED_TO_SENDER).order_by("dispatch", "unit__code")
    for document, name, state in rows.values_list("issued", "unit__short_name", "state"):
        (recalled if state == State.RECALLED else more)[document].append(name)
    return more, recalled


def _moved(entry: NumberEntry, corrected: list[Document], more: Units, recalled: Units) -> list[Names]:
    """备注: whom it was sent to later and from whom it was recalled, the original and what replaced it together."""
    document = entry.document
    if entry.number != document.doc_number:
        return []
    keys = (document.pk, *(one.pk for one in corrected))
    found = []
    for word, units in (("补发", more), ("收回", recalled)):
        if named := dict.fromkeys(name for key in keys for name in units.get(key, ())):
            names = names_of(named)
            found.append(Names(f"{word}：{names}", f"{word}：{names.short}"))
    return found


def _with_more(main: str, more: Collection[str]) -> str:
    """主送 of a register's line, with whom it was sent to later."""
    if not more:
        return main
    later = names_of(more)
    return joined(main, Names(f"补发：{later}", f"补发：{later.short}"))


def _receipts(keys: Collection[int]) -> dict[int, str]:
    """签收情况: how many of the units that have it on the platform signed for it; what came back counts no more. To how
    many bodies outside it went by hand, and has not gone yet."""
    rows = Document.objects.unguarded("the issuer sees who has signed for it").filter(
        issued__in=list(keys), joint_copy=False
    )
    counted = (
        rows.exclude(state__in=sorted(GONE))
        .order_by()
        .values("issued")
        .annotate(n=Count("signed_for_at"), m=Count("pk"))
    )
    found = {one["issued"]: f"{one['n']}/{one['m']}" for one in counted}
    outside = OutsideDelivery.objects.filter(document__in=list(keys)).order_by()
    for one in outside.values("document").annotate(sent=Count("sent_on"), n=Count("pk")):
        sent, unsent = one["sent"], one["n"] - one["sent"]
        said = found.get(one["document"], ""), sent and f"已寄 {sent}", unsent and f"未寄 {unsent}"
        found[one["document"]] = "；".join(filter(None, said))
    return found


def _sent_outside(keys: Collection[int]) -> dict[int, Names]:
    """备注: what was sent by hand to bodies outside, the day, the way and the number of the post."""
    rows = OutsideDelivery.objects.filter(document__in=list(keys), sent_on__isnull=False).order_by("sent_on", "pk")
    named: dict[int, list[str]] = defaultdict(list)
    for one in rows:
        said = one.name, one.sent_on.isoformat(), one.get_way_display(), one.carrier
        named[one.document_id].append(" ".join(filter(None, said)))
    return {key: Names(f"寄出：{'；'.join(one)}", f"寄出：{some_of(one, 1, '处', between='；')}")
            for key, one in named.items()}  # fmt: skip


def _corrections(unit, numbers: Collection[str]) -> dict[str, list[Document]]:
    """更正件 that went out under each number, the last one in force."""
    rows = Document.objects.unguarded("of the unit whose register it is").filter(
        unit=unit, doc_number__in=list(numbers), corrects__isnull=False, dispatched_at__isnull=False
    )
    found: dict[str, list[Document]] = defaultdict(list)
    for one in rows.exclude(state=State.VOIDED).defer("body").order_by("dispatched_at", "pk"):
        found[one.doc_number].append(one)
    return found


def _filed(keys: Collection[int]) -> dict[int, str]:
    """档号 of each; of what is one item with its 复文 that one's."""
    rows = Document.objects.unguarded("of rows that were allowed").filter(pk__in=list(keys), record__isnull=False)
    return dict(rows.values_list("pk", Coalesce("record__joined_to__archival_code", "record__archival_code")))


def _filing(document: Document, filed: dict[int, str]) -> str:
    """归档情况: the archival code, else the ground for not filing, else that it is not filed yet."""
    if code := filed.get(document.pk):
        return code
    if document.not_to_file:
        return f"不归档：{document.not_to_file} {NotToFile(document.not_to_file).label}"
    return "" if document.state == State.VOIDED or document.state in GONE else "未归档"


def _doers(keys: Collection[int], kind: StepKind) -> dict[int, str]:
    """Who did the step of this kind last on each document; empty where the run does not say."""
    rows = StepRun.objects.filter(run__document__in=list(keys), kind=kind, state=StepState.DONE).order_by("pk")
    return dict(rows.exclude(done_by=None).values_list("run__document", "done_by__name"))


def _departments(officers: Iterable[int], unit) -> dict[int, str]:
    """承办部门 of the lead officers: the department of the latest appointment in the unit, with his name."""
    rows = Appointment.objects.filter(user__in=list(officers), post__unit=unit).order_by("starts_on", "pk")
    latest = {user: (department, name) for user, department, name in rows.values_list(
        "user", "department__name", "user__name")}  # fmt: skip
    return {user: "/".join(part for part in names if part) for user, names in latest.items()}


def _replies(texts: Collection[int], unit) -> dict[int, str]:
    """复文号: numbers in force of what this unit answered to each paper, as its 批复 or tied to it as 答复."""
    rows = NumberEntry.objects.unguarded("of rows that were allowed, the same unit's").filter(
        document__unit=unit, voided_at=None
    )
    of_rows = rows.filter(document__replies_to__in=list(texts)).values_list(
        "document__replies_to", "taken_at", "number"
    )
    links = DocumentLink.objects.as_answers().filter(other__in=list(texts))
    tied = links.filter(document__numbers__in=rows).values_list(
        "other", "document__numbers__taken_at", "document__numbers__number"
    )
    found: dict[int, list[str]] = defaultdict(list)
    for paper, _, number in of_rows.union(tied).order_by("taken_at", "number"):
        found[paper].append(number)
    return {paper: "、".join(numbers) for paper, numbers in found.items()}
