"""Words that say what must, may or must not be done, and for whom: to change one is no 文字差错 (practice 1)."""

import re
from collections import Counter

AROUND = 4  # letters beside a change that may make a word with it
PARTICLES = frozenset("的地得")  # “做的好” and “做得好” say the same
# letters of the same kind in words that bind nobody; the longer ones first
PLAIN = re.compile(
    "不间断|不断|不但|不仅|不同|不少|不久|不禁|不过|不论|不管|无论|无线|无锡|未来|未成年|非常|非凡|是非|是否|"
    "相应|反应|应用|应急|应对|供应|适应|响应|对应|效应|应届|回应|应聘|应邀|"
    "重要|主要|要求|要点|摘要|纪要|概要|要素|要件|首要|要闻|扼要|简要|要领|要务|必要|必然|需求|"
    "可靠|可行|可持续|许可|认可|可信|可视|可再生|可能|只有|避免|以免|难免|免疫|"
    "排除|清除|消除|解除|拆除|删除|废除|扣除|去除|铲除|根除|除夕|除尘|"
    "取得|获得|得到|赢得|使得|得出|值得|得以|所得|得当|得力|难得|心得"
)
BINDING = re.compile(
    "不得|不必|不予|无须|无需|必须|应当|应该|可以|严禁|禁止|除外|以上|以下|以内|以外|"
    "[不无未非勿莫否禁应须必需要可得免除仅只]"
)


def changed(left: str, gone: str, put: str, right: str) -> str:
    """“要”改为“可、不”, when the words struck or put in between these letters bind; "" when they do not."""
    if gone in PARTICLES and put in PARTICLES:
        return ""
    before, after = (_words(f"{left[-AROUND:]}{one}{right[:AROUND]}") for one in (gone, put))
    if before == after:
        return ""
    lost, new = ("、".join((one - other).elements()) for one, other in ((before, after), (after, before)))
    if lost and new:
        return f"“{lost}”改为“{new}”"
    return f"增加“{new}”" if new else f"删去“{lost}”"


def _words(text: str) -> Counter:
    return Counter(BINDING.findall(PLAIN.sub("／", text)))
