"""What a keyword of a schedule asks of a title, and which words of a title speak of its matter.

“预算+批复”: both words, anywhere in the title. “换届-居委会”: the first without the second; “工作总结-报送+通知”: not
where both that follow are found. A title's matter begins behind the name of who issued it: “人民代表大会常务委员会关于…”
is about no 代表大会.
"""

import re

AND, BUT = "+", "-"
WIDE = str.maketrans({"＋": AND, "－": BUT, "—": BUT, "﹣": BUT})
BODY = re.compile(
    r"^[^《》]*(?:局|委|会|室|府|院|组|办|厅|部|中心|街道|镇|处|所|站|队|馆)(?<!办公会)(?<!局务会)(?<!例会)关于"
)


def normal(word: str) -> str:
    """As it is kept: the marks half-width."""
    return word.translate(WIDE)


def is_sound(word: str) -> bool:
    """Every part has something in it, and there is one “-” at most."""
    wanted, mark, unwanted = word.partition(BUT)
    parts = [*wanted.split(AND), *(unwanted.split(AND) if mark else ())]
    return all(parts) and BUT not in unwanted


def wanted_of(word: str) -> list[str]:
    return word.partition(BUT)[0].split(AND)


def unwanted_of(word: str) -> list[str]:
    """Empty where nothing is excepted."""
    mark = word.partition(BUT)[2]
    return mark.split(AND) if mark else []


def says(word: str, matter: str) -> bool:
    return all(part in matter for part in wanted_of(word)) and not is_excepted(word, matter)


def is_excepted(word: str, matter: str) -> bool:
    """What the keyword names is there, and what it leaves out as well."""
    unwanted = unwanted_of(word)
    return bool(unwanted) and all(part in matter for part in (*wanted_of(word), *unwanted))


def shown(word: str) -> str:
    """As a sentence quotes it."""
    wanted = "和".join(f"“{part}”" for part in wanted_of(word))
    unwanted = "和".join(f"“{part}”" for part in unwanted_of(word))
    return f"{wanted}（不含{unwanted}）" if unwanted else wanted


def matter_of(title: str) -> str:
    """The title without the name of its issuer."""
    issuer = BODY.match(title.partition("关于")[0] + "关于") if "关于" in title else None
    return title.partition("关于")[2] if issuer else title
