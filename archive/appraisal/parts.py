"""Which posts each part of the 鉴定小组 is taken from: 分管领导, 办公室, 档案员, 业务部门 (practice 1).

Who holds several posts may come in for each of them; the administrators of the system are in none.
"""

from django.db.models import QuerySet

from units.models import Appointment, Unit, User
from units.roles import PostKind
from units.successors import staffed

from ..states import GroupPart

POSTS: dict[str, tuple[PostKind, ...]] = {
    GroupPart.LEADER: (PostKind.LEADER,),
    GroupPart.OFFICE: (PostKind.CLERK, PostKind.REVIEWER, PostKind.SEAL_KEEPER),
    GroupPart.ARCHIVIST: (PostKind.ARCHIVIST,),
    GroupPart.BUSINESS: (
        PostKind.OFFICER, PostKind.REVIEWER, PostKind.ACCESSIONER, PostKind.APPRAISER, PostKind.INSPECTOR
    ),
}  # fmt: skip


def taken_from(part: str) -> str:
    """文书、核稿人、监印人."""
    return "、".join(str(one.label) for one in POSTS[part])


def bars_part(person: User, unit: Unit, part: str) -> str:
    """Why `person` cannot come into the group as `part`; "" when a post of his in the unit says that he can."""
    held = person.appointments.active().filter(post__unit=staffed(unit), post__kind__in=POSTS[part])
    label = GroupPart(part).label
    return "" if held.exists() else f"{person.name}不能以“{label}”身份进入鉴定小组，应由{taken_from(part)}担任。"


def standing(unit: Unit) -> QuerySet[Appointment]:
    """Appointments by which somebody may come in; nobody who was dismissed or has not begun."""
    kinds = {kind for kinds in POSTS.values() for kind in kinds}
    return Appointment.objects.active().filter(post__unit=staffed(unit), post__kind__in=kinds, user__is_active=True)


def offered(unit: Unit) -> dict[str, list[User]]:
    """Part → who may come in as that, by name; one query."""
    held = standing(unit).select_related("user", "post")
    by_post: dict[str, dict[int, User]] = {}
    for one in held.order_by("user__name", "user__username"):
        by_post.setdefault(one.post.kind, {})[one.user_id] = one.user
    found = {}
    for part, kinds in POSTS.items():
        people = {key: user for kind in kinds for key, user in by_post.get(kind, {}).items()}
        found[part] = sorted(people.values(), key=lambda user: (user.name, user.username))
    return found
