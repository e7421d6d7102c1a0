"""使用手册: a chapter for each post, in the words of the screen (用户手册和管理员手册; domain S-06)."""

from dataclasses import dataclass

from .access import standing
from .roles import PostKind


@dataclass(frozen=True)
class Chapter:
    """`posts` whose work it tells; its text is templates/manual/<slug>.html."""

    slug: str
    title: str
    posts: frozenset[PostKind]

    @property
    def template(self) -> str:
        return f"manual/{self.slug}.html"


CHAPTERS = (
    Chapter("drafting", "拟稿、核稿和承办", frozenset({PostKind.OFFICER, PostKind.REVIEWER})),
    Chapter("clerk", "文书", frozenset({PostKind.CLERK})),
    Chapter("leader", "领导", frozenset({PostKind.LEADER})),
    Chapter("seals", "监印", frozenset({PostKind.SEAL_KEEPER})),
    Chapter("archivist", "档案员", frozenset({PostKind.ARCHIVIST})),
    Chapter("accessioner", "接收和馆藏", frozenset({PostKind.ACCESSIONER})),
    Chapter("opening", "开放审核", frozenset({PostKind.APPRAISER})),
    Chapter("inspector", "监督指导", frozenset({PostKind.INSPECTOR})),
    Chapter("administrators", "管理员", frozenset({PostKind.SYSADMIN, PostKind.SECADMIN, PostKind.AUDITOR})),
)


def own_chapters(user) -> list[Chapter]:
    """Those of the posts that the person holds, in the order of the book."""
    held = {one.post.kind for one in standing(user).appointments}
    return [one for one in CHAPTERS if one.posts & held]
