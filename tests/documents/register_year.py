"""2027 of D07 in the registers: voided, changed, returned, answered and doubled (imported) numbers, by real acts."""

from datetime import UTC, date, datetime

from django.utils import timezone

from archive.models import Record
from documents.actions import attach, create_draft, register_outside
from documents.models import NumberEntry
from documents.side_acts import SIDE_ACTS
from documents.states import AddresseeKind, HandlingKind
from files.store import land_bytes
from tests.documents.exchanged import correction
from tests.made import BODY, STEPS, brought_to, referred_back, take
from tests.scenarios.owner import unwatched
from tests.transfer.stock import stocked
from units.models import Department


def at(monkeypatch, *moment: int) -> None:
    """That is now, in UTC: 16:30 is half past midnight here."""
    monkeypatch.setattr(timezone, "now", lambda: datetime(*moment, tzinfo=UTC))


def go_on(document, people, unit: str, since: str, last: str):
    names = [step for step, _ in STEPS]
    for step, post in STEPS[names.index(since) : names.index(last) + 1]:
        take(document, step, people[f"{unit}:{post}"], note="同意。")
    return document


def year_of_registers(people, units, monkeypatch) -> dict:
    """What D07 issued, received and sealed; the clock then stands at 15 March."""
    at(monkeypatch, 2026, 12, 31, 7)
    late = brought_to("approve", people, to=("D09", "D15"), title="关于年末签发的通知")
    again = brought_to("number", people, title="关于重新签发的通知")
    referred_back(again, people, "内容有误。")
    at(monkeypatch, 2027, 1, 4, 1)
    go_on(late, people, "D07", "number", "dispatch")
    take(late.deliveries.unguarded("a test").get(unit=units["D09"]), "sign_for", people["D09:clerk"])
    take(again, "submit", people["D07:officer"])
    go_on(again, people, "D07", "approve", "number")
    voided = brought_to("number", people, title="关于作废文件的通知")
    take(voided, "void", people["D07:clerk"], note="=重复<发文>")
    at(monkeypatch, 2027, 2, 28, 16, 30)  # 1 March here
    changed = brought_to("number", people, title="关于换号归档的通知", urgency="urgent", print_copies=30)
    SIDE_ACTS.perform("void_number", changed, by=people["D07:clerk"], note="编错字号")
    go_on(changed, people, "D07", "proofread", "dispatch")
    take(changed, "complete", people["D07:clerk"], retention_code="Y")
    unfiled = brought_to("dispatch", people, title="关于不归档事项的通知")
    take(unfiled, "complete", people["D07:clerk"], not_to_file="NF-2")
    sealed_then_void = brought_to("seal", people, title="关于用印后作废的通知")
    take(sealed_then_void, "void_sealed", people["D07:leader"], note="印错")
    letter = letter_to_many(people, units)
    incoming(people, units, monkeypatch)
    replaced(people, monkeypatch)
    together(people, units, "D07", "D09", title="关于联合开展检查的通知")
    together(people, units, "D09", "D07", title="关于联合开展宣传的通知")
    doubled(people)
    with unwatched():
        many(voided, people["D07:clerk"])
    at(monkeypatch, 2027, 3, 15, 2)
    return {"late": late, "changed": changed, "voided": voided, "letter": letter}


def letter_to_many(people, units):
    by = people["D07:officer"]
    outside = [(AddresseeKind.MAIN, None, f"第{n}街道办事处") for n in range(8)]
    letter = create_draft(
        {"title": "关于商请支持的函", "body": BODY, "doc_type": "letter", "routing_direction": "parallel",
         "department": Department.objects.get(unit=units["D07"])},
        unit=units["D07"], by=by, addressees=[*outside, (AddresseeKind.CC, units["D15"], units["D15"].name)],
    )  # fmt: skip
    attach(letter, land_bytes("附件".encode(), "附件.txt"), by=by, name="附件.txt")
    return go_on(letter, people, "D07", "submit", "seal")


def incoming(people, units, monkeypatch) -> None:
    """A request that is answered, a notice returned, a paper from outside read and done, one signed for in February."""
    clerk = people["D07:clerk"]
    asked = brought_to("dispatch", people, unit="D09", to=("D07",), title="关于审批方案的请示", urgency="urgent",
                       doc_type="request_for_instruction", routing_direction="up", contact="甲 62510000")  # fmt: skip
    received = asked.deliveries.unguarded("a test").get()
    take(received, "sign_for", clerk)
    at(monkeypatch, 2027, 3, 2, 2)
    due = datetime(2027, 3, 9, 15, 59, tzinfo=UTC)
    take(received, "register", clerk, handling_kind=HandlingKind.FOR_ACTION, due_at=due)
    take(received, "propose", clerk, note="请承办", lead_officer=people["D07:officer"])
    reply = create_draft(
        {"title": "关于方案的批复", "body": BODY, "doc_type": "reply_to_request"}, unit=units["D07"],
        by=people["D07:officer"], replies_to=asked, addressees=[(AddresseeKind.MAIN, units["D09"], units["D09"].name)],
    )  # fmt: skip
    go_on(reply, people, "D07", "submit", "dispatch")
    returned = brought_to("dispatch", people, unit="D15", to=("D07",), title="关于错发的通知")
    returned = returned.deliveries.unguarded("a test").get()
    take(returned, "sign_for", clerk)
    take(returned, "register", clerk, handling_kind=HandlingKind.FOR_READING)
    take(returned, "return_to_sender", clerk, note="不属本单位职权")
    fields = {"title": "关于外来文件的意见", "sender_name": "市信息化委", "sender_number": "沪信〔2027〕3号",
              "sender_date": date(2027, 2, 20)}  # fmt: skip
    outside = register_outside(fields, unit=units["D07"], by=clerk)
    take(outside, "register", clerk, handling_kind=HandlingKind.FOR_READING)
    take(outside, "complete", clerk, not_to_file="NF-3")


def replaced(people, monkeypatch) -> None:
    """更正重发 on 12 March of what was sent on 10 March: the same number, two 印发日期."""
    at(monkeypatch, 2027, 3, 10, 1)
    original = brought_to("dispatch", people, to=("D09", "D15"), title="关于有误的通知")
    at(monkeypatch, 2027, 3, 12, 1)
    made = correction(original, by=people["D07:clerk"], note="日期有误")
    take(made, "submit", people["D07:clerk"])
    go_on(made, people, "D07", "check", "dispatch")


def together(people, units, host: str, other: str, *, title: str) -> None:
    """联合发文 of two: one number, the host's; two seals; a row of its own in the book of each."""
    document = create_draft(
        {"title": title, "body": BODY, "co_issuers": [units[other]]}, unit=units[host], by=people[f"{host}:officer"],
        addressees=[(AddresseeKind.MAIN, units["D15"], units["D15"].name)],
    )  # fmt: skip
    take(document, "submit", people[f"{host}:officer"])
    take(document, "check", people[f"{host}:reviewer"])
    take(document, "countersign", people[f"{other}:leader"])
    go_on(document, people, host, "approve", "seal")
    take(document, "seal", people[f"{other}:seal_keeper"])
    take(document, "dispatch", people[f"{host}:clerk"])


def doubled(people) -> None:
    """Back-file records of 2027: 1 and 2 meet the platform's own numbers, 40 stands twice among themselves."""
    records = stocked(people, 4, year=2010)
    with unwatched():
        for record, number in zip(records, (1, 2, 40, 40), strict=True):
            Record.objects.unguarded("a test").filter(pk=record.pk).update(doc_number=f"长信〔2027〕{number}号")


def many(document, by) -> None:
    """Enough rows for a second page."""
    moment = datetime(2027, 3, 10, 1, tzinfo=UTC)
    NumberEntry.objects.bulk_create(
        NumberEntry(unit=document.unit, prefix="旧信", year=2027, seq=n, number=f"旧信〔2027〕{n}号", document=document,
                    taken_at=moment, taken_by=by, voided_at=moment, voided_by=by, void_reason="试")
        for n in range(1, 25)
    )  # fmt: skip
