"""A document at each moment of its life, brought there by the real acts; for tests/documents/test_every_act.py."""

from collections.abc import Callable

from documents.actions import create_draft
from documents.exchange_inputs import RecallDeliveriesInput
from documents.side_acts import SIDE_ACTS
from documents.states import Direction
from tests.documents.test_going_back import step_uid
from tests.made import BODY, brought_to, draft, referred_back, registered, take

AGREE = "同意。"


def checked(people, units):
    """Under 会签 by two units."""
    document = draft(people)
    for code in ("D09", "D15"):
        document.countersigners.create(unit=units[code])
    take(document, "submit", people["D07:officer"])
    return take(document, "check", people["D07:reviewer"], note=AGREE)


def disagreed(people, units):
    return take(checked(people, units), "countersign", people["D09:leader"], note="经费来源不明。", result="disagreed")


def returned(people, units):
    return take(brought_to("submit", people), "send_back", people["D07:reviewer"], note="请补充依据。")


def back_at_check(people, units):
    document = brought_to("check", people)
    return take(document, "send_back", people["D07:leader"], note="请核对。", to=step_uid(document, "check"))


def referred(people, units):
    return take(brought_to("number", people), "refer_back", people["D07:clerk"], note="主送有误。")


def voided(people, units):
    return take(brought_to("number", people), "void", people["D07:clerk"], note="不再印发。")


def completed(people, units):
    return take(brought_to("dispatch", people), "complete", people["D07:clerk"], retention_code="Y")


def left_out(people, units):
    return take(brought_to("dispatch", people), "complete", people["D07:clerk"], not_to_file="NF-2")


def delivered(people, units):
    return brought_to("dispatch", people, to=("D09", "D15")).deliveries.unguarded("a test looks").get(unit__code="D09")


def signed_for(people, units):
    return take(delivered(people, units), "sign_for", people["D09:clerk"])


def sent_back(people, units):
    return take(delivered(people, units), "return_to_sender", people["D09:clerk"], note="不属本局职责。")


def recalled(people, units):
    delivery = delivered(people, units)
    given = RecallDeliveriesInput(deliveries=(delivery.pk,))
    SIDE_ACTS.perform("recall", delivery.issued, by=people["D07:clerk"], note="附件有误。", given=given)
    return delivery


LINE = (("propose", "reviewer", "拟请领导阅示。"), ("instruct", "leader", "请落实。"), ("handle", "officer", ""),
        ("report", "officer", "已办理。"), ("complete", "clerk", ""))  # fmt: skip


def handled(last: str) -> Callable:
    def at(people, units):
        document = registered(people, kind="for_action")
        for step, post, note in LINE:
            take(
                document,
                step,
                people[f"D09:{post}"],
                note=note,
                **({"retention_code": "Y"} if step == "complete" else {}),
            )
            if step == last:
                break
        return document

    return at


REPORT = (
    ("submit", "officer", ""),
    ("check", "reviewer", AGREE),
    ("instruct", "leader", AGREE),
    ("complete", "officer", ""),
)


def inside(last: str) -> Callable:
    """A 签报 after the act `last`."""

    def at(people, units):
        unit = units["D07"]
        fields = {"title": "关于购置设备的签报", "body": BODY}
        document = create_draft(fields, unit=unit, by=people["D07:officer"], direction=Direction.INTERNAL)
        for step, post, note in REPORT:
            if last == "draft":
                break
            take(
                document,
                step,
                people[f"D07:{post}"],
                note=note,
                **({"retention_code": "Y"} if step == "complete" else {}),
            )
            if step == last:
                break
        return document

    return at


def after(step: str) -> Callable:
    return lambda people, units: brought_to(step, people, to=("D09", "D15"))


MOMENTS: dict[str, Callable] = {
    "发文 草稿": lambda people, units: draft(people),
    "发文 退回的草稿": returned,
    "发文 签发后退回的草稿": lambda people, units: referred_back(brought_to("number", people), people),
    "发文 待核稿": after("submit"),
    "发文 退到核稿": back_at_check,
    "发文 会签中": checked,
    "发文 会签有分歧": disagreed,
    "发文 待签发": after("check"),
    "发文 待编号": after("approve"),
    "发文 待校对": after("number"),
    "发文 待复审": referred,
    "发文 待用印": after("proofread"),
    "发文 待分发": after("seal"),
    "发文 已分发": after("dispatch"),
    "发文 办结": completed,
    "发文 办结，不归档": left_out,
    "发文 作废": voided,
    "收文 待签收": delivered,
    "收文 待登记": signed_for,
    "收文 阅件": lambda people, units: registered(people),
    "收文 待拟办": lambda people, units: registered(people, kind="for_action"),
    "收文 待批示": handled("propose"),
    "收文 待接办": handled("instruct"),
    "收文 承办中": handled("handle"),
    "收文 待办结": handled("report"),
    "收文 办结": handled("complete"),
    "收文 退文": sent_back,
    "收文 已收回": recalled,
    "签报 草稿": inside("draft"),
    "签报 待核稿": inside("submit"),
    "签报 待批示": inside("check"),
    "签报 已批示": inside("instruct"),
    "签报 办结": inside("complete"),
}
