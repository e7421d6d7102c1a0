"""A title's lines: broken between words, never inside a name, in the shape of a trapezoid (GB/T 9704—2012, 7.3.1)."""

import functools
import itertools
import re

import rjieba

from .grid import NOT_FIRST, NOT_LAST, clusters, half_cells

# Streets and the town of the district, bodies as they are usually called, terms: no dictionary has them all
KNOWN = (
    "北新泾", "新泾镇", "华阳路", "江苏路", "新华路", "周家桥", "天山路", "仙霞新村", "程家桥", "虹桥街道", "临空经济园区", "苏州河",
    "区发展改革委", "发展改革委", "区政府办公室", "区委办公室", "人民政府办公室", "街道办事处", "人大常委会", "住房保障和房屋管理局",
    "电子公文", "电子档案", "电子文件", "信息化", "爱国卫生", "儿童青少年", "青少年",
)  # fmt: skip
# endings of names, the longest first: with one of them a body is also named by what stands before
BODIES = ("人民政府办公室", "街道办事处", "人民政府", "委员会", "办公室", "街道", "管理局", "局", "镇")
DISTRICT = re.compile(r"^(?:上海市)?(?:长宁区|区)")
# What belongs to the word before it, and what belongs to the word behind it
CLINGS_BACK = frozenset(["的", "了", "等", "们", "性", "化", "年", "月", "日", "度", "个", "项", "号", "局", "委"])
CLINGS_AHEAD = frozenset(
    [
        "第",
        "各",
        "全",
        "本",
        "和",
        "与",
        "及",
        "或",
        "对",
        "在",
        "将",
        "向",
        "为",
        "区",
        "市",
        "关于",
        "以及",
        "进一步",
        "转发",
        "印发",
        "批转",
    ]
)
WHOLE = re.compile(r"[0-9A-Za-z０-９.,%\-]+|——|……")
# A number in Chinese figures with what it counts: 二〇二六年度, 第十二届, 第十五个五年规划
COUNTED = r"第?[〇○零一二三四五六七八九十百千两]{2,}(?:个[一二三四五六七八九十]年规划|周年|年(?:度|初|末|底|中|终)?|[月日届次号期批])?"
MOST_BREAKS = 4
GOOD_PLACE, BAD_PLACE, SHAPE = -3.0, 12.0, 6.0


def names_of(names: frozenset[str]) -> tuple[str, ...]:
    """The names and what they are called without district and kind, the longest first."""
    found = set(KNOWN) | names
    for name in names:
        bare = DISTRICT.sub("", name)
        found.add(bare)
        for ending in BODIES:
            if bare.endswith(ending) and len(bare) - len(ending) >= 2:
                found.add(bare.removesuffix(ending))
                break
    return tuple(sorted((name for name in found if len(name) > 1), key=lambda name: (-len(name), name)))


@functools.lru_cache(512)
def words(text: str, names: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """`text` in pieces between which a line may end: names and numbers whole, marks with their word."""
    known = names_of(names)
    pieces: list[str] = []
    pattern = re.compile("|".join([*map(re.escape, known), COUNTED]))
    at = 0
    for match in pattern.finditer(text):
        pieces += [*rjieba.cut(text[at : match.start()]), match.group()]
        at = match.end()
    return tuple(_joined([*pieces, *rjieba.cut(text[at:])]))


def _joined(pieces: list[str]) -> list[str]:
    """What may not stand at a line's end or beginning goes with its neighbour."""
    found: list[str] = []
    last = ""
    for piece in filter(None, pieces):
        if found and (_clings(piece) or _pulls(last)):
            found[-1] += piece
        else:
            found.append(piece)
        last = piece
    return found


def _clings(piece: str) -> bool:
    return piece in CLINGS_BACK or piece[:1] in NOT_FIRST or piece.isspace()


def _pulls(piece: str) -> bool:
    return piece in CLINGS_AHEAD or piece[-1:] in NOT_LAST or WHOLE.fullmatch(piece) is not None


def title_lines(text: str, width: int, names: frozenset[str] = frozenset()) -> list[str]:
    """Lines of at most `width` half cells, as few as there can be, even, no hourglass; a longer word is cut."""
    pieces = [part for word in words(text, names) for part in _fitted(word, width)]
    for count in range(max(1, -(-half_cells(text) // width)), MOST_BREAKS + 2):
        if found := _best(pieces, count, width):
            return found
    lines = [""]
    for piece in pieces:
        if lines[-1] and half_cells((lines[-1] + piece).rstrip()) > width:
            lines.append("")
        lines[-1] += piece
    return [line.strip() for line in lines]


def _fitted(word: str, width: int) -> list[str]:
    """A word that no line holds, in parts."""
    if half_cells(word) <= width:
        return [word]
    parts = [""]
    for piece, _ in clusters(word, width):
        if parts[-1] and half_cells(parts[-1] + piece) > width:
            parts.append("")
        parts[-1] += piece
    return parts


def _best(pieces: list[str], count: int, width: int) -> list[str]:
    sums = list(itertools.accumulate(map(half_cells, pieces), initial=0))
    average = sums[-1] / count
    # only ends near where an even line would end are worth a look
    places = [
        [n for n in range(1, len(pieces)) if abs(sums[n] - average * row) <= max(12, average / 2)]
        for row in range(1, count)
    ]
    best, found = float("inf"), []
    for ends in itertools.product(*places):
        cuts = (0, *ends, len(pieces))
        if any(a >= b for a, b in itertools.pairwise(cuts)):
            continue
        lines = ["".join(pieces[a:b]).strip() for a, b in itertools.pairwise(cuts)]
        wide = [half_cells(line) for line in lines]
        if max(wide) <= width and (cost := _cost(wide, lines)) < best:
            best, found = cost, lines
    return found


def _cost(wide: list[int], lines: list[str]) -> float:
    """How far from even, and whether a line begins or ends where the sense does."""
    average = sum(wide) / len(wide)
    cost = sum(abs(one - average) for one in wide) / len(wide)
    if any(a > b < c for a, b, c in zip(wide, wide[1:], wide[2:], strict=False)):
        cost += SHAPE  # an hourglass
    for line in lines[1:]:
        cost += GOOD_PLACE * line.startswith(("关于", "《", "（"))
    cost += BAD_PLACE / 2 * sum(line.endswith("、") for line in lines)  # who issues it with whom is read in one
    for line in lines:
        cost += BAD_PLACE * (line.count("《") != line.count("》")) / 2
    cost += BAD_PLACE * (len(lines[-1]) <= 3)
    return cost
