"""Choosing units (issue 12, point 7): who is offered, in which order, a unit's own groups, and what is refused."""

import json
import re

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from tests.forms import send_form
from tests.made import BODY, draft
from units.choosing import ChoosingField, UnitsField, groups_of, offer_of_units, people_in, syllables, units_for
from units.models import AuditEvent, Unit, UnitGroup
from units.unit_groups import end, names_of, save
from units.workflow import Refused

pytestmark = pytest.mark.django_db


def client_of(person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def group(people, units, *codes, name="三局") -> UnitGroup:
    return save(
        None, unit=units["D07"], name=name, members=[units[code] for code in codes], by=people["D07:clerk"]
    )  # fmt: skip


def typed(units, **more) -> dict:
    return {
        "unit": units["D07"].pk, "doc_type": "notice", "title": "关于试行的通知", "routing_direction": "down",
        "security_class": "public", "disclosure_attr": "on_request", "print_copies": "1", "body": BODY, **more,
    }  # fmt: skip


def test_units_are_offered_in_the_order_of_their_table_whatever_order_they_are_ticked_in(units):
    field = UnitsField()
    field.offer = offer_of_units(Unit.objects.order_by("code"))
    given = [str(units[code].pk) for code in ("D30", "D09", "D01")]
    assert [one.code for one in field.clean(given)] == ["D01", "D09", "D30"]


def test_every_reading_of_a_character_is_found_and_letters_stay():
    assert syllables("民政").split() == ["min", "zheng"]
    assert "chang" in syllables("长宁路街道").split()[0].split("/")  # the dictionary alone reads zhang
    assert syllables("长宁（A1）").endswith("（a1）")


def test_groups_are_those_of_the_trade_and_hold_only_units_in_force(units):
    units["D15"].category = Unit.Category.SUBDISTRICT
    units["D30"].category = Unit.Category.PARTY
    groups = {
        one.label: len(one.keys) for one in offer_of_units([units[code] for code in ("D09", "D15", "D30")]).groups
    }
    assert groups == {"党群": 1, "政府部门": 1, "街道（镇）": 1, "全部单位": 3}


def test_a_units_own_group_is_offered_to_its_people_alone(people, units):
    group(people, units, "D09", "D15")
    assert "三局" in [one.label for one in units_for(people["D07:officer"]).groups]
    assert "三局" not in [one.label for one in units_for(people["D09:officer"]).groups]
    assert "三局" not in client_of(people["D09:officer"]).get(reverse("documents:draft")).text


def test_a_group_keeps_out_what_is_not_in_force_any_more(people, units):
    found = group(people, units, "D09", "D15")
    offer = offer_of_units([units["D09"]], groups_of([found.unit_id]))
    assert [one.keys for one in offer.groups if one.label == "三局"] == [(units["D09"].pk,)]


def test_only_the_units_clerk_edits_its_groups_and_each_act_is_an_event(people, units):
    found = group(people, units, "D09")
    for stranger in ("D07:officer", "D09:clerk", "D07:leader"):
        with pytest.raises(Refused):
            save(found, unit=units["D07"], name="改", members=[units["D15"]], by=people[stranger])
        with pytest.raises(Refused):
            end(found, by=people[stranger])
    save(found, unit=units["D07"], name="两局", members=[units["D15"], units["D09"]], by=people["D07:clerk"])
    end(found, by=people["D07:clerk"])
    events = AuditEvent.objects.of(found)
    assert [one.label for one in events] == ["维护单位组", "维护单位组", "停用单位组"]
    assert events[1].detail["was"] == ["区民政局"]
    assert set(events[1].detail["members"]) == {"区民政局", "区卫生局"}
    with pytest.raises(Refused, match="已经停用"):
        save(found, unit=units["D07"], name="再", members=[units["D09"]], by=people["D07:clerk"])


def test_two_groups_of_one_name_and_empty_ones_are_refused_in_a_sentence(people, units):
    group(people, units, "D09")
    with pytest.raises(Refused, match="已有名为“三局”的组"):
        group(people, units, "D15")
    with pytest.raises(Refused) as refusal:
        save(None, unit=units["D07"], name=" ", members=[], by=people["D07:clerk"])
    assert refusal.value.reasons == ["请填写组名。", "请至少选择一个单位。"]
    client = client_of(people["D07:clerk"])
    given = {"name": "三局", "unit": units["D07"].pk, "members": [units["D15"].pk]}
    answer = send_form(client, reverse("units:unit_groups"), given)
    assert answer.status_code == 422 and "已有名为“三局”的组" in answer.text


def test_a_group_is_made_changed_and_ended_on_its_page(people, units):
    client = client_of(people["D07:clerk"])
    made = {"name": "三局", "unit": units["D07"].pk, "members": [units["D09"].pk, units["D15"].pk]}
    assert send_form(client, reverse("units:unit_groups"), made).status_code == 302
    found = UnitGroup.objects.get()
    page = reverse("units:edit_unit_group", args=[found.uid])
    assert client.get(page).context["form"]["members"].value() == [units["D09"].pk, units["D15"].pk]
    assert send_form(client, page, {**made, "members": [units["D30"].pk]}).status_code == 302
    assert names_of(found) == ["区档案局"]
    client.post(reverse("units:end_unit_group", args=[found.uid]))
    assert list(client.get(reverse("units:unit_groups")).context["groups"]) == []


def test_a_unit_in_two_boxes_and_the_issuer_itself_are_refused_at_their_boxes(people, units):
    client = client_of(people["D07:officer"])
    both, own = units["D09"].pk, units["D07"].pk
    answer = send_form(
        client, reverse("documents:draft"), typed(units, main=[both, units["D15"].pk], cc=[both], countersigners=[own])
    )
    assert answer.status_code == 422
    form = answer.context["form"]
    assert form.errors["cc"] == ["区民政局已是主送单位，不要重复抄送。"]
    assert form.errors["countersigners"] == ["区信息委是发文单位，不能同时作为会签单位，请去掉。"]
    assert form["main"].value() == [str(both), str(units["D15"].pk)]  # nothing chosen is lost


@pytest.mark.parametrize("strange", ["999999", "x", "\x00", "-1", "9" * 40])
def test_what_is_not_on_the_list_is_refused_in_a_sentence(people, units, strange):
    answer = send_form(client_of(people["D07:officer"]), reverse("documents:draft"), typed(units, main=[strange]))
    assert answer.status_code == 422
    assert answer.context["form"].errors["main"] == ["所选单位不在列表中，请重新选择。"]


def test_the_page_carries_the_list_once_and_works_without_a_script(people, units):
    draft(people, to=("D15", "D09"))
    text = client_of(people["D07:officer"]).get(reverse("documents:draft")).text
    blocks = re.findall(r'<script id="offer-units" type="application/json">(.*?)</script>', text)
    assert len(blocks) == 1
    data = json.loads(blocks[0])
    assert [row[3] for row in data["candidates"]] == ["D01", "D07", "D09", "D15", "D30"]
    assert data["recent"] == [units["D15"].pk, units["D09"].pk] or set(data["recent"]) == {
        units["D15"].pk, units["D09"].pk
    }  # fmt: skip
    for name in ("main", "cc", "countersigners"):
        assert text.count(f'name="{name}"') == len(units)


def test_people_are_offered_with_their_posts_and_departments_and_only_those_of_the_unit(people, units):
    offer = people_in(units["D07"])
    assert {one.row for one in offer.candidates} >= {people["D07:clerk"], people["D07:leader"]}
    assert not {one.row for one in offer.candidates} & {people["D09:clerk"]}
    assert "全体人员" in [one.label for one in offer.groups]


def test_words_that_stand_in_the_box_and_chose_nobody_are_refused_and_stay_in_sight(people, units):
    client = client_of(people["D07:officer"])
    address = reverse("documents:draft")
    answer = send_form(client, address, typed(units, main=[units["D09"].pk], cc_typed="民政办"))
    assert answer.status_code == 422
    assert answer.context["form"].errors["cc"] == ["“民政办”没有选中：请从列出的单位中选择，或者把它删去。"]
    page = answer.content.decode()
    assert 'data-typed="民政办"' in page and "没有选中" in page
    assert send_form(client, address, typed(units, main=[units["D09"].pk], cc_typed="  ")).status_code == 302


def test_every_chooser_refuses_what_was_typed_and_not_chosen():
    def kinds(kind):
        return [kind, *(one for under in kind.__subclasses__() for one in kinds(under))]

    for kind in kinds(ChoosingField):
        field = kind(required=False)
        value = field.widget.value_from_datadict({"who_typed": "办公"}, {}, "who")
        with pytest.raises(ValidationError, match="“办公”没有选中"):
            field.clean(value)
