"""Choosing units and people: one part for 主送, 抄送, 会签, 传阅, and whatever else asks for several of them.

A field is given an `Offer` (whom, in rank order, which groups, which ones the person used last); the page shows it by
`templates/parts/choose.html`. Its truth is a plain list of checkboxes, grouped, that works without a script;
`static/js/choose.js` lays type-ahead, groups and chips over it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django import forms
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from pypinyin import Style, pinyin

from .access import standing
from .models import Appointment, Unit, UnitGroup
from .roles import ADMINISTRATORS

PARTY = ("party", "congress", "consultative", "mass")
# what the trade calls the groups of a district's units: label, categories
GROUPS = (("党群", PARTY), ("政府部门", ("government", "archive")), ("街道（镇）", ("subdistrict",)))


@dataclass(frozen=True)
class Candidate:
    """One who can be chosen: `label` on his chip, `note` beside it in the list, `code` and `also` are searched too."""

    key: int | str
    row: object
    label: str
    note: str
    section: str
    code: str = ""
    is_person: bool = False

    @property
    def named(self) -> str:
        """In a plain list: a person with his posts, two of one name are told apart."""
        return f"{self.label}（{self.note}）" if self.is_person and self.note else self.label

    def words(self) -> list:
        """As the script reads it: key, label, note, code, and the syllables of label and note."""
        return [self.key, self.label, self.note, self.code, syllables(self.label), syllables(self.note)]


@dataclass(frozen=True)
class Group:
    label: str
    keys: tuple[int | str, ...]


@dataclass(frozen=True)
class Offer:
    """What a box offers; `name` tells the lists of one page apart, so that each is written into it once."""

    name: str
    candidates: tuple[Candidate, ...] = ()
    groups: tuple[Group, ...] = ()
    recent: tuple[int, ...] = ()

    @property
    def list_id(self) -> str:
        """Of the script block that carries the list."""
        return f"offer-{self.name}"

    def data(self) -> dict:
        return {
            "candidates": [one.words() for one in self.candidates],
            "groups": [[one.label, list(one.keys)] for one in self.groups],
            "recent": list(self.recent),
        }

    def sections(self, chosen: set[str]) -> tuple[tuple[str, tuple[tuple[int | str, str, str, bool], ...]], ...]:
        """(heading, (key, words, note, is chosen)) for the plain list, in rank order."""
        found: dict[str, list[tuple[int | str, str, str, bool]]] = {}
        for one in self.candidates:
            found.setdefault(one.section, []).append((one.key, one.named, one.note, str(one.key) in chosen))
        return tuple((heading, tuple(rows)) for heading, rows in found.items())


@lru_cache(maxsize=4096)
def syllables(text: str) -> str:
    """长宁区 → "zhang/chang ning qu": every reading of each character, blanks between them; letters as they are."""
    read = pinyin(text, style=Style.NORMAL, heteronym=True)
    return " ".join("/".join(dict.fromkeys(one.lower().replace(" ", "") for one in readings)) for readings in read)


def offer_of_units(units: Iterable[Unit], own: Iterable[UnitGroup] = (), recent: Iterable[int] = ()) -> Offer:
    """`units` in the order of their table; of groups (rows of `groups_of`) only what is among them."""
    rows = list(units)
    known = {one.pk for one in rows}
    groups = [Group(label, tuple(one.pk for one in rows if one.category in categories)) for label, categories in GROUPS]
    groups.append(Group("全部单位", tuple(one.pk for one in rows)))
    for group in own:
        keys = set(group.member_keys) & known
        groups.append(Group(group.name, tuple(one.pk for one in rows if one.pk in keys)))
    return Offer(
        "units",
        tuple(
            Candidate(one.pk, one, one.short_name, one.name, _section(one.category), one.code) for one in rows
        ),
        tuple(group for group in groups if group.keys),
        tuple(key for key in recent if key in known),
    )  # fmt: skip


def _section(category: str) -> str:
    return next((label for label, categories in GROUPS if category in categories), "其他")


def units_for(user, recent: Iterable[int] = ()) -> Offer:
    """All units in force, the groups of the person's own units, and whom he wrote to last; two queries."""
    return offer_of_units(Unit.objects.in_force().order_by("code"), groups_of(standing(user).unit_ids), recent)


def groups_of(units: Iterable[int]):
    """The groups that these units (keys) keep, with `member_keys`."""
    members = UnitGroup.members.through.objects.filter(unitgroup=OuterRef("pk")).values("unit")
    return UnitGroup.objects.filter(unit__in=units, ended_at=None).annotate(member_keys=ArraySubquery(members))


def people_in(*units: Unit) -> Offer:
    """People with a post in `units`, with their posts and departments as groups; one query.

    The three administrators (三员) handle and read no documents: who is nothing else is not offered.
    """
    held = Appointment.objects.active().filter(post__unit__in=units).exclude(post__kind__in=ADMINISTRATORS)
    posts: dict[int, list[str]] = {}
    people, sections, groups = {}, {}, {}
    rows = held.select_related("user", "post__unit", "department")
    for one in rows.order_by("post__unit__code", "user__name", "user__username", "pk"):
        people[one.user_id] = one.user
        sections.setdefault(one.user_id, str(one.post.unit))
        posts.setdefault(one.user_id, []).append(one.post.get_kind_display())
        for label in filter(None, (one.post.get_kind_display(), one.department and one.department.name)):
            groups.setdefault(str(label), []).append(one.user_id)
    found = tuple(
        Candidate(key, row, row.name, "、".join(posts[key]), sections[key], is_person=True)
        for key, row in people.items()
    )
    several = tuple(Group(label, tuple(dict.fromkeys(keys))) for label, keys in groups.items() if len(keys) > 1)
    everybody = (Group("全体人员", tuple(people)),) if len(people) > 1 else ()
    return Offer(f"people-{'-'.join(str(one.pk) for one in units)}", found, several + everybody)


TYPED = "typed:"  # before text that stands in the box and was not chosen from the list


class ChoosingWidget(forms.CheckboxSelectMultiple):
    """The ticks, and what stands in the script's box besides: words that chose nobody are no choice of nobody."""

    def value_from_datadict(self, data, files, name):
        chosen, typed = super().value_from_datadict(data, files, name), str(data.get(f"{name}_typed") or "").strip()
        return [*(chosen or ()), f"{TYPED}{typed}"] if typed else chosen


def typed_in(values: Iterable) -> str:
    return next((str(one).removeprefix(TYPED) for one in values if str(one).startswith(TYPED)), "")


class ChoosingField(forms.MultipleChoiceField):
    """Several of an `Offer`; cleaned to a list of its rows in rank order.

    apart     boxes of one form with the same word exclude each other: whoever is in one is told so in the other
    excludes  name of the form's field whose unit cannot be chosen here: nobody writes to himself
    """

    widget = ChoosingWidget
    what, hint = "单位", "输入名称、简称、拼音或代码"

    def __init__(self, *, apart: str = "", excludes: str = "", **kwargs):
        self.apart, self.excludes = apart, excludes
        self._offer = Offer("nobody")
        super().__init__(**kwargs)
        self.error_messages |= {
            "required": f"请至少选择一个{self.what}。",
            "invalid_choice": f"所选{self.what}不在列表中，请重新选择。",
            "invalid_list": f"所选{self.what}不在列表中，请重新选择。",
        }

    @property
    def offer(self) -> Offer:
        return self._offer

    @offer.setter
    def offer(self, given: Offer) -> None:
        self._offer = given
        self.choices = [(str(one.key), one.label) for one in given.candidates]

    def clean(self, value):
        if typed := typed_in(value or ()):
            raise forms.ValidationError(f"“{typed[:50]}”没有选中：请从列出的{self.what}中选择，或者把它删去。")
        keys = set(super().clean(value))
        return [one.row for one in self.offer.candidates if str(one.key) in keys]


class UnitsField(ChoosingField):
    pass


class PeopleField(ChoosingField):
    what, hint = "人员", "输入姓名或拼音"
