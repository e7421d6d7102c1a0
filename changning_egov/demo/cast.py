"""Who works in the demo district. Every name is invented; none is meant to be a real person's."""

from datetime import date
from functools import cache

from django.contrib.auth.hashers import make_password
from django.db import transaction
from pypinyin import lazy_pinyin

from units import audit
from units.models import Appointment, Department, Post, Unit, User
from units.people import appoint
from units.roles import ADMINISTRATORS, PostKind

PASSWORD = "Changning-2026"  # noqa: S105  printed at the start of the demo; production has no demo
SEAT = "D07"  # where the three administrators sit
FULL = ("D07", "D09", "D15", "D30", "D01")  # a person for each post

# In the order of units.roles: clerk, officer, reviewer, leader, seal keeper, archivist
NAMES = {
    "D07": ("陈静", "陆文涛", "许敏之", "严知行", "何秋月", "宋以宁"),
    "D09": ("周小禾", "沈若兰", "高立言", "冯守义", "唐映雪", "潘云舒"),
    "D15": ("赵采薇", "方慕云", "蒋思齐", "程伯川", "田佳音", "汪清和"),
    "D30": ("林书瑶", "顾雪村", "邵明远", "卢怀瑾", "丁晓棠", "孟知秋"),
    "D01": ("吴念慈", "秦若舟", "施伯言", "杨谨行", "郑晓岚", "叶知微"),
}
ARCHIVE_NAMES = {PostKind.ACCESSIONER: "贺长风", PostKind.APPRAISER: "江映川", PostKind.INSPECTOR: "薛秉正"}
SECOND_APPRAISER = "闻人清"  # 初审 and 复审 are done by different persons
ADMINISTRATOR_NAMES = {PostKind.SYSADMIN: "罗一鸣", PostKind.SECADMIN: "谭守拙", PostKind.AUDITOR: "袁明鉴"}
ORDER = (
    PostKind.CLERK,
    PostKind.OFFICER,
    PostKind.REVIEWER,
    PostKind.LEADER,
    PostKind.SEAL_KEEPER,
    PostKind.ARCHIVIST,
)
# A small unit shares six posts among three people
SHARED = (
    (PostKind.CLERK, PostKind.OFFICER, PostKind.SEAL_KEEPER),
    (PostKind.ARCHIVIST, PostKind.REVIEWER),
    (PostKind.LEADER,),
)
OFFICE = "BGS"  # where everybody belongs who keeps the unit's papers; leaders belong nowhere
IN_DEPARTMENTS = {PostKind.ACCESSIONER: "LYK", PostKind.APPRAISER: "LYK", PostKind.INSPECTOR: "YWK"}
EACH = 2  # officers of a department: a paper that it has can be handed over within it
FURTHER = 400  # where the names of further officers begin among the invented ones
SURNAMES = "王李张刘黄徐孙胡朱郭马梁谢韩曹董彭萧余杜戴夏钟姜范石廖邹熊金郝孔白崔康毛邱史龚邵"
GIVEN = (
    "文清", "嘉树", "思远", "雨桐", "立诚", "若水", "明哲", "晓风", "安之", "怀谷", "云帆", "书林",
    "静怡", "一凡", "承志", "秋实", "景行", "佩兰", "博雅", "凌霄", "念真", "修远", "沐阳", "子衿",
    "知远", "以恒", "敬之", "素心", "望山", "如松", "采苓", "亦舒", "维岳", "新竹", "乐天", "小满",
    "慎言", "清越", "守真", "远志", "恒之",
)  # fmt: skip
DEPARTMENTS = {
    "D07": (("DZW", "电子政务科"), ("AQK", "网络安全科")),
    "D09": (("JZK", "社会救助科"), ("LLK", "老龄工作科"), ("JCK", "基层政权科")),
    "D15": (("YZK", "医政科"), ("JKK", "疾病控制科")),
    "D30": (("YWK", "业务指导科"), ("LYK", "保管利用科")),
    "D01": (("ZHK", "综合科"), ("MSK", "秘书科")),
}


@cache
def hashed() -> str:
    """One honest hash for all demo accounts: hashing is slow by design, and the password is one."""
    return make_password(PASSWORD)


def members(unit: Unit, place: int) -> list[tuple[str, tuple[str, ...]]]:
    """(name, posts) of a unit's people; `place` is the unit's position in the table of units."""
    if unit.code in NAMES:
        people = [(name, (kind,)) for name, kind in zip(NAMES[unit.code], ORDER, strict=True)]
        if unit.is_archive:
            people += [(name, (kind,)) for kind, name in ARCHIVE_NAMES.items()]
            people.append((SECOND_APPRAISER, (PostKind.APPRAISER,)))
        if unit.code == SEAT:
            people += [(name, (kind,)) for kind, name in ADMINISTRATOR_NAMES.items()]
        return people + [(name, (PostKind.OFFICER,)) for name in further_officers(unit, place)]
    return [(invented(place * len(SHARED) + number), posts) for number, posts in enumerate(SHARED)]


def further_officers(unit: Unit, place: int) -> list[str]:
    """Who fills the unit's departments beside its first 承办人."""
    wanted = EACH * len(DEPARTMENTS.get(unit.code, ())) - 1
    return [invented(FURTHER + 10 * place + number) for number in range(max(wanted, 0))]


def department_code(unit: Unit, place: int, name: str, kind: str) -> str:
    """Class code of the department in which the person of this name has the post; "" for none."""
    if kind == PostKind.LEADER or kind in ADMINISTRATORS:
        return ""
    if kind != PostKind.OFFICER or unit.code not in DEPARTMENTS:
        return IN_DEPARTMENTS.get(kind, OFFICE)
    officers = [NAMES[unit.code][ORDER.index(PostKind.OFFICER)], *further_officers(unit, place)]
    return DEPARTMENTS[unit.code][officers.index(name) // EACH][0]


def invented(number: int) -> str:
    """A name from two lists whose lengths have no common divisor: no name comes twice within 1,640."""
    return SURNAMES[number % len(SURNAMES)] + GIVEN[number % len(GIVEN)]


def username_of(name: str) -> str:
    return "".join(lazy_pinyin(name))


def ensure_departments() -> None:
    for unit in Unit.objects.filter(code__in=DEPARTMENTS):
        for class_code, name in DEPARTMENTS[unit.code]:
            Department.objects.get_or_create(unit=unit, class_code=class_code, defaults={"name": name})


def ensure_people(unit: Unit, place: int, *, by: User, since: date) -> int:
    """The unit's people in their posts; who is there already, or was dismissed, is left alone."""
    posts = {post.kind: post for post in Post.objects.filter(unit=unit).select_related("unit", "group")}
    known = set(Appointment.objects.filter(post__unit=unit).values_list("user__username", "post__kind"))
    departments = {one.class_code: one for one in Department.objects.filter(unit=unit)}
    made = 0
    for name, kinds in members(unit, place):
        missing = [kind for kind in kinds if (username_of(name), str(kind)) not in known]
        if missing:
            seats = [(posts[kind], departments.get(department_code(unit, place, name, kind))) for kind in missing]
            made += _put_in(name, seats, by=by, since=since)
    return made


@transaction.atomic
def _put_in(name: str, seats: list[tuple[Post, Department | None]], *, by: User, since: date) -> int:
    person = User.objects.filter(username=username_of(name)).first()
    if person is None:
        person = User(username=username_of(name), name=name, password=hashed(), joined_on=since)
        person.full_clean()
        person._history_user = by
        person.save()
        audit.record("create_person", "建立账号", audit.Account(person), by=by, username=person.username)
    for post, department in seats:
        appoint(person, post, by=by, starts_on=since, department=department)
    return 1


def accounts(*, everybody: bool = False) -> list[dict[str, str]]:
    """Rows `name`, `post`, `unit`, `username`: one for each post of the large units, or everybody of all."""
    rows = Appointment.objects.active().filter(user__username__in=usernames()).select_related("user", "post__unit")
    if not everybody:
        units = enumerate(Unit.objects.order_by("code"))
        further = [username_of(name) for place, unit in units for name in further_officers(unit, place)]
        rows = rows.filter(post__unit__code__in=FULL).exclude(user__username__in=further)
    found: dict[tuple, list] = {}
    for row in rows.order_by("pk"):
        found.setdefault((row.post.unit_id, row.user_id), []).append(row)
    ordered = sorted(found.values(), key=lambda held: (_place(held[0].post.unit.code), _rank(held[0].post.kind)))
    return [
        {
            "name": held[0].user.name,
            "post": "、".join(row.kind_label for row in held),
            "unit": held[0].post.unit.short_name,
            "username": held[0].user.username,
        }
        for held in ordered
    ]


def usernames() -> set[str]:
    """Of everybody in the cast, whether made yet or not."""
    units = Unit.objects.order_by("code")
    return {username_of(name) for place, unit in enumerate(units) for name, _ in members(unit, place)}


def _place(code: str) -> tuple:
    return (FULL.index(code) if code in FULL else len(FULL), code)


def _rank(kind: str) -> int:
    return (kind in ADMINISTRATORS) * 100 + list(PostKind.values).index(kind)
