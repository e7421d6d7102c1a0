"""Each part of the 鉴定小组 is held by whoever has the post; a name put in by mistake is taken out before it is asked."""

import pytest
from django.urls import reverse

from archive.appraisal import actions, membership
from archive.appraisal.forms import MemberForm
from archive.appraisal_workflow import APPRAISAL
from archive.models import GroupMember
from tests.transfer.stock import browser, stocked
from units.models import AuditEvent
from units.workflow import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(people):
    return people["D07:archivist"]


@pytest.fixture
def drafted(people, units, by):
    stocked(people, 1, year=2012, retention="D10")
    return actions.create(units["D07"], by=by)


@pytest.mark.parametrize(
    ("post", "part", "said"),
    [
        ("archivist", "office", "应由文书、核稿人、监印人担任"),
        ("officer", "archivist", "应由档案员担任"),
        ("clerk", "leader", "应由领导担任"),
        ("leader", "business", "应由承办人"),
        ("sysadmin", "office", "应由文书"),
        ("auditor", "business", "应由承办人"),
    ],
)
def test_a_part_is_held_by_whoever_has_the_post(drafted, people, by, post, part, said):
    """Fault: an 档案员 was 办公室, an 承办人 档案员, and the administrators were offered."""
    with pytest.raises(Refused, match=said):
        actions.appoint(drafted, people[f"D07:{post}"], part, by=by)
    address = reverse("archive:appoint_member", args=[drafted.uid])
    sent = browser(by).post(address, {"person": people[f"D07:{post}"].pk, "part": part})
    assert sent.status_code == 422 and not GroupMember.objects.exists()


def test_the_persons_are_offered_by_part_and_no_administrator(people, units):
    choices = dict(MemberForm(unit=units["D07"]).fields["person"].choices[1:])
    names = {part: [label.partition("（")[0] for _, label in people] for part, people in choices.items()}
    assert names["可任分管领导"] == ["区信息委领导"] and names["可任档案员"] == ["区信息委档案员"]
    assert set(names["可任办公室"]) == {"区信息委文书", "区信息委核稿人", "区信息委监印人"}
    assert "管理员" not in str(choices) and "审计员" not in str(choices)


def test_a_member_is_taken_out_before_the_group_is_asked_and_not_after(drafted, people, by):
    client, address = browser(by), reverse("archive:remove_member", args=[drafted.uid])
    for post, part in (("leader", "leader"), ("clerk", "office"), ("archivist", "archivist"), ("officer", "business")):
        actions.appoint(drafted, people[f"D07:{post}"], part, by=by)
    assert "移出<span" in client.get(drafted.get_absolute_url()).content.decode()
    assert client.post(address, {"person": people["D07:clerk"].pk}).status_code == 302
    assert not GroupMember.objects.filter(person=people["D07:clerk"]).exists()
    assert AuditEvent.objects.of(drafted).order_by("pk").last().verb == "remove_member"
    assert client.post(address, {"person": people["D07:clerk"].pk}).status_code == 422
    with pytest.raises(Refused, match="没有组织鉴定的权限"):
        membership.remove(drafted, by, by=people["D07:leader"])
    actions.appoint(drafted, people["D07:reviewer"], "office", by=by)
    APPRAISAL.perform("start", drafted, by=by)
    assert client.post(address, {"person": people["D07:reviewer"].pk}).status_code == 422
    assert GroupMember.objects.count() == 4
