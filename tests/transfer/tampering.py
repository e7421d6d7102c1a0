"""Packages spoiled in every way a package can be: by accident, and by a forger who computes the digests anew."""

import hashlib
import os
import random
import re
import shutil
import zipfile
from pathlib import Path

SMALL = 3  # records of the batch that is tampered with


class Bag:
    """The files of the one ZIP, to be changed and written again, with its manifests made good when asked."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with zipfile.ZipFile(path) as opened:
            self.files = {one.filename: opened.read(one) for one in opened.infolist()}
        self.root = next(iter(self.files)).partition("/")[0]
        self.links: set[str] = set()

    def name(self, end: str, number: int = 0) -> str:
        return [name for name in self.files if name.endswith(end)][number]

    def made_good(self) -> "Bag":
        """Digests as a forger would compute them anew."""
        data = [name for name in self.files if name.startswith(f"{self.root}/data/")]
        lines = [
            f"{hashlib.sha256(self.files[one]).hexdigest()}  {one.removeprefix(self.root + '/')}\n" for one in data
        ]
        self.files[f"{self.root}/manifest-sha256.txt"] = "".join(lines).encode()
        size = sum(len(self.files[one]) for one in data)
        info = re.sub(r"Payload-Oxum: .*", f"Payload-Oxum: {size}.{len(data)}", self.info())
        self.files[f"{self.root}/bag-info.txt"] = info.encode()
        tags = [one for one in self.files if not one.startswith(f"{self.root}/data/") and "tagm" not in one]
        lines = [
            f"{hashlib.sha256(self.files[one]).hexdigest()}  {one.removeprefix(self.root + '/')}\n" for one in tags
        ]
        self.files[f"{self.root}/tagmanifest-sha256.txt"] = "".join(lines).encode()
        return self

    def info(self) -> str:
        return self.files[f"{self.root}/bag-info.txt"].decode()

    def write(self) -> None:
        with zipfile.ZipFile(self.path, "w") as out:
            for name, content in self.files.items():
                entry = zipfile.ZipInfo(name)
                entry.external_attr = (0o120777 if name in self.links else 0o100644) << 16
                out.writestr(entry, content)


def flipped(path: Path, chance: random.Random) -> None:
    data = bytearray(path.read_bytes())
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(data)


def cut(path: Path, chance: random.Random) -> None:
    os.truncate(path, chance.randrange(path.stat().st_size))


def missing(path: Path, chance: random.Random) -> None:
    bag = Bag(path)
    del bag.files[chance.choice([one for one in bag.files if "/data/" in one])]
    bag.write()


def extra(path: Path, chance: random.Random) -> None:
    bag = Bag(path)
    bag.files[f"{bag.root}/data/{chance.choice(('电子档案/', '其他/', ''))}多余{chance.randrange(99)}.txt"] = b"x"
    bag.write()


def renamed(path: Path, chance: random.Random) -> None:
    bag = Bag(path)
    name = chance.choice([one for one in bag.files if "/data/" in one])
    bag.files[f"{name}.bak"] = bag.files.pop(name)
    bag.write()


def escaping(path: Path, chance: random.Random) -> None:
    bag = Bag(path)
    bag.files[chance.choice((f"{bag.root}/../../逃出.txt", "/etc/逃出.txt", f"{bag.root}/data/../../逃出.txt"))] = b"x"
    bag.write()


def linked(path: Path, chance: random.Random) -> None:
    bag = Bag(path)
    name = chance.choice([one for one in bag.files if one.endswith(".txt") and "/电子档案/" in one])
    bag.files[name], bag.links = b"/etc/passwd", {name}
    bag.write()


def miscounted(path: Path, chance: random.Random) -> None:
    bag = Bag(path)
    label = chance.choice(("Egov-Record-Count", "Egov-Batch-Record-Count"))
    info = re.sub(rf"{label}: \d+", f"{label}: {SMALL + chance.randint(1, 9)}", bag.info())
    bag.files[f"{bag.root}/bag-info.txt"] = info.encode()
    bag.made_good().write()


def bad_xml(path: Path, chance: random.Random) -> None:
    bag = Bag(path)
    name = bag.name(chance.choice(("metadata.xml", "目录文件.XML", "移交接收登记表.XML")))
    bag.files[name] = chance.choice((b"<a>", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", bag.files[name][:-9], b""))
    bag.made_good().write()


def wrong_algorithm(path: Path, chance: random.Random) -> None:
    bag = Bag(path)
    name = chance.choice(("md5", "sha1"))
    data = [one for one in bag.files if one.startswith(f"{bag.root}/data/")]
    lines = [f"{hashlib.new(name, bag.files[one]).hexdigest()}  {one.removeprefix(bag.root + '/')}\n" for one in data]
    if chance.random() < 0.5:
        del bag.files[f"{bag.root}/manifest-sha256.txt"]
        del bag.files[f"{bag.root}/tagmanifest-sha256.txt"]
    bag.files[f"{bag.root}/manifest-{name}.txt"] = "".join(lines).encode()
    bag.write()


def in_metadata(bag: Bag, number: int, pattern: str, value: str) -> None:
    name = bag.name("metadata.xml", number)
    text, count = re.subn(pattern, value, bag.files[name].decode())
    assert count, pattern
    bag.files[name] = text.encode()


def double_code(path: Path, chance: random.Random) -> None:
    """The second record bears the code of the first; all digests are made good."""
    bag = Bag(path)
    first, second = chance.sample(range(SMALL), 2)
    code = re.search(r"<档号[^>]*>\s*([^<\s]+)", bag.files[bag.name("metadata.xml", first)].decode())[1]
    in_metadata(bag, second, r"(<档号[^>]*>\s*)[^<\s]+", rf"\g<1>{code}")
    bag.made_good().write()


def of_another_unit(path: Path, chance: random.Random) -> None:
    bag = Bag(path)
    if chance.random() < 0.5:
        in_metadata(bag, chance.randrange(SMALL), r"(<全宗号[^>]*>)[^<]+", r"\g<1>Z999")
    else:
        in_metadata(bag, chance.randrange(SMALL), r"(<立档单位名称[^>]*>)[^<]+", r"\g<1>区教育局")
    bag.made_good().write()


def swapped(path: Path, chance: random.Random) -> None:
    """A sound part of another batch in the place of this one's, or beside it."""
    other = path.parents[1] / "other.zip"
    shutil.copy(other, path if chance.random() < 0.5 else path.with_name("zz.zip"))
