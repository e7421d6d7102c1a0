"""Who is offered as deputy: with posts, who leads first, whoever handles the same papers elsewhere last and with a word."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.made import brought_to, take
from tests.transfer.stock import browser
from units import delegations
from units.actions import system_user
from units.deputies_offered import offered
from units.models import Appointment, Delegation, Post, User
from units.people import appoint
from units.workflow import Refused

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def post(kind: str) -> Post:
    return Post.objects.select_related("unit", "group").get(unit__code="D07", kind=kind)


def test_a_leader_is_offered_leaders_first_and_whoever_has_another_step_last(people):
    second = User.objects.create_user("deputy.head", name="副职", password="x")
    appoint(second, post("leader"), by=system_user())
    staff = [people[f"D07:{kind}"] for kind in ("archivist", "clerk", "officer", "reviewer", "seal_keeper")]
    found = [one.named("某") for one in offered([*staff, second], for_leader=True)]
    assert found[:2] == ["某（区信息委 领导）", "某（区信息委 承办人）"]
    assert set(found[2:]) == {
        "某（区信息委 档案员）　兼归档，不宜", "某（区信息委 文书）　兼编号、校对，不宜", "某（区信息委 核稿人）　兼核稿，不宜",
        "某（区信息委 监印人）　兼监印，不宜",
    }  # fmt: skip
    assert all("不宜" not in one.named("某") for one in offered(staff, for_leader=False))


def test_one_is_warned_before_it_is_saved(people):
    leader, address = browser(people["D07:leader"]), reverse("units:delegations")
    own = Appointment.objects.get(user=people["D07:leader"])
    data = {"appointment": own.pk, "deputy": people["D07:seal_keeper"].pk, "starts_on": TODAY, "ends_on": TODAY,
            "reason": "出差"}  # fmt: skip
    assert 'name="sure"' not in leader.get(address).content.decode()
    warned = leader.post(address, data)
    text = warned.content.decode()
    assert warned.status_code == 422 and "负责监印" in text and "不宜再由其监印" in text and 'name="sure"' in text
    assert not Delegation.objects.exists()
    assert leader.post(address, data | {"deputy": people["D07:officer"].pk}).status_code == 302  # nobody asks
    delegations.end(Delegation.objects.get(), by=people["D07:leader"])
    assert leader.post(address, data | {"sure": "on"}).status_code == 302


def test_who_signed_for_the_leader_does_not_seal(people):
    """The 监印人 as deputy: two persons, one for each act."""
    delegations.delegate(
        people["D07:leader"], people["D07:seal_keeper"], post("leader"), by=people["D07:clerk"], starts_on=TODAY,
        ends_on=TODAY + timedelta(2), reason="出差",
    )  # fmt: skip
    keeper = User.objects.get(pk=people["D07:seal_keeper"].pk)
    document = brought_to("check", people)
    take(document, "approve", keeper, note="同意。")
    for step in ("number", "proofread"):
        take(document, step, people["D07:clerk"])
    with pytest.raises(Refused, match="同一人不能既签发又用印"):
        take(document, "seal", keeper)
    assert document.sealings.count() == 0
