"""Packages as careless tools leave them: each is refused in words, or taken in as what it is; nothing breaks off."""

import os
import unicodedata
import zipfile
from pathlib import Path

import pytest

from tests.transfer.tampering import Bag
from tests.transfer.test_disk import everything, submitted
from transfer import export, receive

pytestmark = pytest.mark.django_db


def entry(bag: Bag, end: str) -> str:
    return bag.name(end)


def bom_in_info(bag: Bag) -> None:
    name = entry(bag, "bag-info.txt")
    bag.files[name] = b"\xef\xbb\xbf" + bag.files[name]


def other_encoding(bag: Bag) -> None:
    name = entry(bag, "bag-info.txt")
    bag.files[name] = bag.files[name].decode().encode("gb18030")
    mark = entry(bag, "bagit.txt")
    bag.files[mark] = bag.files[mark].replace(b"UTF-8", b"GB18030")


def unknown_encoding(bag: Bag) -> None:
    mark = entry(bag, "bagit.txt")
    bag.files[mark] = bag.files[mark].replace(b"UTF-8", b"KLINGON")


def crlf_manifest(bag: Bag) -> None:
    name = entry(bag, "/manifest-sha256.txt")
    bag.files[name] = bag.files[name].replace(b"\n", b"\r\n")


def capitals(bag: Bag) -> None:
    name = entry(bag, "/manifest-sha256.txt")
    lines = bag.files[name].decode().splitlines()
    bag.files[name] = "".join(f"{one[:64].upper()}{one[64:]}\n" for one in lines).encode()


def decomposed(bag: Bag) -> None:
    name = next(one for one in bag.files if one.endswith(".txt") and "/电子档案/" in one)
    bag.files[f"{name}-é.txt"] = b"x"
    bag.made_good()
    bag.files = {unicodedata.normalize("NFD", one): content for one, content in bag.files.items()}


def case_doubles(bag: Bag) -> None:
    name = next(one for one in bag.files if one.endswith(".txt") and "/电子档案/" in one)
    folder, _, last = name.rpartition("/")
    bag.files[f"{folder}/A{last}"], bag.files[f"{folder}/a{last}"] = b"x", b"y"
    bag.made_good()


def emptied(bag: Bag) -> None:
    for name in bag.files:
        bag.files[name] = b""


def odd_count(bag: Bag) -> None:
    name = entry(bag, "bag-info.txt")
    bag.files[name] = bag.files[name].decode().replace("Bag-Count: 1 of 1", "Bag-Count: ² of 999999999999").encode()


def odd_oxum(bag: Bag) -> None:
    name = entry(bag, "bag-info.txt")
    text = bag.files[name].decode()
    bag.files[name] = "\n".join(
        f"{one}²." if one.startswith("Payload-Oxum") else one for one in text.splitlines()
    ).encode()


def no_uid(bag: Bag) -> None:
    name = entry(bag, "bag-info.txt")
    lines = [one for one in bag.files[name].decode().splitlines() if not one.startswith("Egov-Batch-Uid")]
    bag.files[name] = "\n".join([*lines, "Egov-Batch-Uid: 第一批"]).encode()


def backslashes(bag: Bag) -> None:
    bag.files = {one.replace("/", "\\"): content for one, content in bag.files.items()}


def long_path(bag: Bag) -> None:
    bag.files[f"{bag.root}/data/{'长' * 80}/{'名' * 85}/{'x' * 250}.txt"] = b"x"
    bag.made_good()


def nothing_but_folders(bag: Bag) -> None:
    bag.files = {f"{bag.root}/data/": b"", f"{bag.root}/": b""}


def no_records(bag: Bag) -> None:
    bag.files = {one: content for one, content in bag.files.items() if "/电子档案/" not in one}
    bag.made_good()


SPOILT = (
    bom_in_info, other_encoding, unknown_encoding, crlf_manifest, capitals, decomposed, case_doubles, emptied,
    odd_count, odd_oxum, no_uid, backslashes, long_path, nothing_but_folders, no_records,
)  # fmt: skip


def files_in_the_way(place: Path, whole: Path) -> list[Path]:
    """Things at a path that are no package at all, or one in an odd shape."""
    place.mkdir()
    empty, text = place / "空.zip", place / "说明.zip"
    empty.write_bytes(b"")
    text.write_text("这不是ZIP")
    with zipfile.ZipFile(place / "无内容.zip", "w"):
        pass
    folder, loop = place / "空文件夹", place / "循环"
    folder.mkdir()
    loop.mkdir()
    (loop / "bagit.txt").write_text("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    (loop / "data").symlink_to(loop)
    (place / "断链.zip").symlink_to(place / "没有")
    os.mkfifo(place / "管道.zip")
    with zipfile.ZipFile(whole) as opened:
        opened.extractall(place / "解开")
    return [*place.iterdir(), place / "没有", place / ("长" * 300), Path("/proc/1/mem"), place / "解开" / whole.stem]


def test_each_is_refused_in_words_and_leaves_everything_as_it_was(people, tmp_path):
    batch = submitted(people)
    folder = export.export_package(batch, tmp_path / "出")
    (part,) = folder.iterdir()
    whole, before, told = part.read_bytes(), everything(), {}
    part.chmod(0o600)
    for spoil in SPOILT:
        part.write_bytes(whole)
        bag = Bag(part)
        spoil(bag)
        bag.write()
        told[spoil.__name__] = receive.receive_package(folder)
    part.write_bytes(whole)
    for place in files_in_the_way(tmp_path / "怪", part):
        told[place.name] = receive.receive_package(place)
    for name, outcome in told.items():
        assert outcome.refusals and not outcome.is_received, name
        assert all(one["rule"] and one["message"].endswith(("。", "：")) for one in outcome.refusals), (name, outcome)
    assert everything() == before
    assert receive.receive_package(part).is_received  # the one ZIP instead of its folder
