"""The files of a back-file: names as Windows writes them, unique matches, one bad name among good ones, paper only."""

import io
import struct
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from archive.backfile.folder import Folder, Missing, Packed
from archive.backfile.importing import run
from archive.backfile.reading import BadCatalogue
from archive.backfile.texts import pieces_of
from archive.backfile.upload import new_folder
from archive.models import Component, Record, RecordWords
from archive.packages.metadata import metadata_xml
from archive.packing import packed as packed_of
from archive.search import search
from files.store import land
from tests.archive.test_backfile import catalogue, text
from tests.cases import Case
from units import jobs
from units.models import Job, JobFinding

pytestmark = pytest.mark.django_db

BODY = "正文".encode()


def packed(path: Path, names: dict[bytes, bytes], *, utf8: bool = False) -> Path:
    """A ZIP with exactly these bytes as names; `utf8` sets the mark for it."""
    with zipfile.ZipFile(path, "w") as archive:
        for number, content in enumerate(names.values()):
            archive.writestr(f"{number:08d}", content)
    raw = path.read_bytes()
    for number, name in enumerate(names):
        raw = _renamed(raw, f"{number:08d}".encode(), name, utf8=utf8)
    path.write_bytes(raw)
    return path


def _renamed(raw: bytes, old: bytes, new: bytes, *, utf8: bool) -> bytes:
    """Both headers of one entry with another name; offsets behind it follow."""
    local = raw.index(old) - 30
    flags = 0x800 if utf8 else 0
    grown = len(new) - len(old)
    head = raw[local : local + 6] + struct.pack("<H", flags) + raw[local + 8 : local + 26] + struct.pack("<H", len(new))
    raw = raw[:local] + head + raw[local + 28 : local + 30] + new + raw[local + 30 + len(old) :]
    at = raw.index(b"PK\x01\x02")
    end = raw.rindex(b"PK\x05\x06")
    made_of = []
    while at < end:
        length, extra, note = struct.unpack_from("<3H", raw, at + 28)
        (offset,) = struct.unpack_from("<I", raw, at + 42)
        name, rest = raw[at + 46 : at + 46 + length], raw[at + 46 + length : at + 46 + length + extra + note]
        fixed = bytearray(raw[at : at + 46])
        if name == old:
            name = new
            struct.pack_into("<H", fixed, 8, flags)
            struct.pack_into("<H", fixed, 28, len(new))
        elif offset > local:
            struct.pack_into("<I", fixed, 42, offset + grown)
        made_of.append(bytes(fixed) + name + rest)
        at += 46 + length + extra + note
    directory, last = b"".join(made_of), bytearray(raw[end:])
    start = raw.index(b"PK\x01\x02")
    struct.pack_into("<2I", last, 12, len(directory), start)
    return raw[:start] + directory + bytes(last)


CASES: list[Case] = [
    Case("文件名", "ZIP 中 GBK 名“扫描件/通知.txt”", "找到", value=("扫描件/通知.txt".encode("gbk"), "扫描件/通知.txt")),
    Case("文件名", "ZIP 中 GBK 名“通知.txt”（恰好也是合法的 UTF-8）", "找到", value=("通知.txt".encode("gbk"), "通知.txt")),
    Case("文件名", "ZIP 中未标明编码的 UTF-8 名", "找到", value=("通知.txt".encode(), "通知.txt")),
    Case("文件名", "ZIP 用反斜杠“扫描件\\1.txt”，目录用“/”", "找到", value=("扫描件\\1.txt".encode("gbk"), "扫描件/1.txt")),
    Case("文件名", "ZIP 用“/”，目录用反斜杠", "找到", value=(b"a/1.txt", "a\\1.txt")),
    Case("文件名", "ZIP “A/1.TXT”，目录“a/1.txt”", "找到（唯一）", value=(b"A/1.TXT", "a/1.txt")),
    Case("文件名", "目录“./1.txt”", "找到", value=(b"1.txt", "./1.txt")),
    Case("文件名", "目录“１.txt”（全角）", "找到（唯一）", value=(b"1.txt", "１.txt")),
    Case("文件名", "整个文件夹压缩：“2003年/1.txt”，目录“1.txt”", "找到", value=("2003年/1.txt".encode("gbk"), "1.txt")),
    Case("文件名", "100 个汉字的文件名（300 字节）", "读入，存名缩短并提示", value=(("关" * 96 + ".txt").encode(), "关" * 96 + ".txt")),
    Case("文件名", "“2003/1.txt”，目录“2004/1.txt”", "找不到", value=(b"2003/1.txt", "2004/1.txt")),
    Case("文件名", "目录“../1.txt”", "找不到", value=(b"1.txt", "../1.txt")),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_name_in_the_zip_and_in_the_catalogue(case, units, by, tmp_path):
    stored, written = case.value
    files = Packed(
        packed(
            tmp_path / "files.zip",
            {stored: BODY, "别的.doc2".encode(): b"x"} if "整个" not in case.given else {stored: BODY},
        )
    )
    outcome = run(
        catalogue(tmp_path, [{"title": "一", "date": "2003", "file": written}]), units["D07"], by=by, files=files
    )
    told = [one.message for one in outcome.findings if one.field == "file" and one.line]
    if case.expected == "找不到":
        assert outcome.refused == 1 and "找不到文件" in told[0]
    else:
        assert outcome.filed == 1, told
        assert ("过长" in "".join(told)) == ("缩短" in case.expected)
        assert Component.objects.get().stored_file.bytes == len(BODY)


UNICODE_PATHS: list[Case] = [
    Case("文件名", "GBK 名另附相同的 Unicode 名（WinRAR 的写法）", "读入", value="扫描件.txt", wanted=""),
    Case("文件名", "GBK 名另附别的 Unicode 名", "整个压缩包拒收", value="别的.txt", wanted="同一条目有两个不同的名称"),
]


@pytest.mark.parametrize("case", UNICODE_PATHS, ids=str)
def test_a_second_name_in_unicode_must_be_the_same(case, tmp_path):
    name, said = "扫描件.txt".encode("gbk"), case.value.encode()
    field = struct.pack("<HHBI", 0x7075, 5 + len(said), 1, zlib.crc32(name)) + said
    head = struct.pack("<5H3I2H", 20, 0, 0, 0, 33, zlib.crc32(BODY), len(BODY), len(BODY), len(name), len(field))
    local = b"PK\x03\x04" + head + name + field + BODY
    central = b"PK\x01\x02" + struct.pack("<H", 20) + head + struct.pack("<3H2I", 0, 0, 0, 0, 0) + name + field
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 1, 1, len(central), len(local), 0)
    (tmp_path / "f.zip").write_bytes(local + central + end)
    packed_files = Packed(tmp_path / "f.zip")
    faults = [one.what for one in packed_files.archive.faults]
    assert bool(faults) == bool(case.wanted) and all(case.wanted in one for one in faults)
    if not case.wanted:
        assert b"".join(packed_files.find("扫描件.txt").blocks()) == BODY


def test_two_names_that_differ_in_case_only_are_told_never_guessed_between(tmp_path):
    for name in ("A.txt", "a.TXT"):
        (tmp_path / name).write_text(name)
    with pytest.raises(Missing, match="只差大小写") as missing:
        Folder(tmp_path).find("a.txt")
    assert not missing.value.is_absent
    assert b"".join(Folder(tmp_path).find("A.txt").blocks()) == b"A.txt"


BAD_NAMES: list[Case] = [
    Case(
        "压缩包条目", "一个名称无法识别（GBK 断字）", "指明，其余读入", value=b"\xd6\xd0\xff\xfe.txt", wanted="无法识别"
    ),
    Case(
        "压缩包条目", "一个文件名 300 字", "指明，其余读入", value=("长" * 300 + ".txt").encode(), wanted="最多 255 个"
    ),
    Case("压缩包条目", "一个文件名含换行", "指明，其余读入", value=b"a\nb.txt", wanted="控制字符"),
]


@pytest.mark.parametrize("case", BAD_NAMES, ids=str)
def test_one_bad_name_is_told_and_the_rest_loads(case, visitor, units, tmp_path):
    zipped = packed(tmp_path / "f.zip", {"好.txt".encode("gbk"): BODY, case.value: b"x"}).read_bytes()
    answer = send(visitor, units, "题名,日期,保管期限,文件\n一,2003,30年,好.txt\n", zipped)
    assert answer.status_code == 302
    job = jobs.run_now(Job.objects.get())
    assert job.note.startswith("已归档 1，未归档 0")
    assert case.wanted in JobFinding.objects.get(line=0, message__contains="压缩包中").message


@pytest.fixture
def visitor(people):
    client = Client()
    client.force_login(people["D07:archivist"], backend="django.contrib.auth.backends.ModelBackend")
    return client


def send(visitor, units, rows: str, zipped: bytes | None = None, **more):
    data = {"unit": units["D07"].pk, "catalogue": SimpleUploadedFile("目录.csv", rows.encode()), **more}
    if zipped is not None:
        data["files"] = SimpleUploadedFile("f.zip", zipped)
    return visitor.post(reverse("archive:import_backfile"), data)


def folders() -> set[Path]:
    return set(Path(settings.EGOV_TMP_DIR).glob("backfile-*"))


def good_zip() -> bytes:
    made_of = io.BytesIO()
    with zipfile.ZipFile(made_of, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", "关于电子政务的通知。" * 200)
        archive.writestr("b.txt", "另一份" * 200)
    return made_of.getvalue()


DAMAGED: list[Case] = [
    Case("损坏的压缩包", "后一半没有了", "一句话，不留文件夹", value=lambda raw: raw[: len(raw) // 2]),
    Case("损坏的压缩包", "中间一个字节变了", "一句话，不留文件夹", value=lambda raw: raw[:60] + bytes([raw[60] ^ 255]) + raw[61:]),
    Case("损坏的压缩包", "空文件", "一句话，不留文件夹", value=lambda raw: b""),
    Case("损坏的压缩包", "其实是 PDF", "一句话，不留文件夹", value=lambda raw: b"%PDF-1.4\n%%EOF"),
    Case("损坏的压缩包", "其实是 RAR", "一句话，不留文件夹", value=lambda raw: b"Rar!\x1a\x07\x00" + b"\0" * 64),
    Case("损坏的压缩包", "目录中偏移被改", "一句话，不留文件夹", value=lambda raw: raw[:-6] + b"\xff\xff\xff\x00" + raw[-2:]),
    Case("损坏的压缩包", "有加密标志", "一句话，不留文件夹", value=lambda raw: raw[:6] + b"\x01" + raw[7:]),
]  # fmt: skip


@pytest.mark.parametrize("case", DAMAGED, ids=str)
def test_a_damaged_zip_is_a_sentence_and_leaves_no_folder(case, visitor, units):
    before = folders()
    answer = send(visitor, units, "题名,日期,保管期限,文件\n一,2003,30年,a.txt\n", case.value(good_zip()))
    assert answer.status_code == 422 and answer.context["form"].errors["files"]
    assert all(one.endswith("。") for one in answer.context["form"].errors["files"])
    assert folders() == before and not Job.objects.exists()


def test_whatever_goes_wrong_while_the_upload_is_kept_no_folder_is_left():
    before = folders()
    with pytest.raises(RuntimeError), new_folder() as folder:
        (folder / "catalogue.csv").write_text("题名\n")
        assert folders() > before
        raise RuntimeError("no room")
    assert folders() == before


def test_a_catalogue_that_is_none_leaves_no_folder_and_no_zip(visitor, units):
    before = folders()
    assert send(visitor, units, "甲,乙\n1,2\n", good_zip()).status_code == 422
    assert folders() == before and not Job.objects.exists()


def test_files_that_no_row_names_are_told(visitor, units):
    send(visitor, units, "题名,日期,保管期限,文件\n一,2003,30年,a.txt\n", good_zip())
    jobs.run_now(Job.objects.get())
    assert ["“b.txt”没有列入目录" in one.message for one in JobFinding.objects.filter(line=0)] == [True]


def test_a_zip_that_no_row_speaks_of_is_a_mistake_not_paper(units, by, tmp_path):
    (tmp_path / "f.zip").write_bytes(good_zip())
    with pytest.raises(BadCatalogue, match="“文件”列"):
        run(catalogue(tmp_path, [{"title": "一"}]), units["D07"], by=by, files=Packed(tmp_path / "f.zip"))
    assert not Record.objects.unguarded("a test looks").exists()


# ------------------------------------------------------------------ paper


def on_paper(by, units, folder) -> Record:
    lines = [{"title": "只有纸质件的一件", "date": "2003", "retention": "永久", "author": "某", "page_count": "7"}]
    outcome = run(catalogue(folder, lines), units["D07"], by=by)
    assert (outcome.filed, outcome.refused) == (1, 0)
    assert "没有列电子文件，已按仅有纸质件归档。" in [one.message for one in outcome.findings]
    return Record.objects.unguarded("a test looks").get()


def test_a_row_without_files_is_filed_as_paper_and_says_so(units, by, tmp_path, visitor):
    record = on_paper(by, units, tmp_path)
    assert (record.carrier_mode, record.paper_exists, record.paper_pages) == ("paper_only", True, 7)
    assert record.component_count == 0 and not record.findings.filter(verdict="fail").exists()
    page = visitor.get(record.get_absolute_url()).content.decode()
    assert "仅纸质" in page and "仅有纸质件" in page


def test_the_metadata_of_a_paper_record_tell_no_lie(units, by, tmp_path):
    """Shows: F-05"""
    (packed_record,) = packed_of([on_paper(by, units, tmp_path).pk], "区档案馆")
    told = metadata_xml(packed_record, []).decode()
    assert "<载体形式>仅纸质</载体形式>" in told and "<纸质件>是</纸质件>" in told
    assert "在线" not in told and "电子属性" not in told


def test_the_form_and_the_refusal_agree_that_files_are_optional(visitor, units):
    page = visitor.get(reverse("archive:import_backfile")).content.decode()
    assert "仅有纸质件的，“文件”列留空" in page
    send(visitor, units, "题名,日期,保管期限,文件\n一,2003,30年,\n二,2003,30年,b.txt\n")
    with pytest.raises(Exception, match="1 行未归档"):
        jobs.run_now(Job.objects.get())
    told = JobFinding.objects.get(severity="refuse").message
    assert told == "没有上传电子文件压缩包，找不到“b.txt”；仅有纸质件的，“文件”列应留空。"


# ------------------------------------------------------------- long texts


def test_a_long_text_is_found_by_its_end_and_never_held_whole(units, by, tmp_path):
    """Above the old 8 MB, where the text was cut in the middle of a character and then dropped whole."""
    filler = "关于区政府信息公开工作情况的报告。\n" * 500
    with (tmp_path / "long.txt").open("w", encoding="utf-8") as file:
        for _ in range(360):
            file.write(filler)
        file.write("末尾的麒麟栈桥\t反斜杠\\也在")
    outcome = run(catalogue(tmp_path, [{"title": "长文", "date": "2003", "file": "long.txt"}]), units["D07"], by=by)
    assert outcome.filed == 1 and (tmp_path / "long.txt").stat().st_size > 9_000_000
    assert search(by, "末尾的麒麟栈桥").total == 1 and search(by, "反斜杠\\也在").total == 1
    words = RecordWords.objects.get()
    assert words.text_n.startswith(words.head_n) and words.text_n.count("信息公开工作情况") == 180_000


def test_the_pieces_of_a_long_text_need_little_memory(tmp_path):
    (tmp_path / "long.txt").write_text("公开" * 6_000_000, encoding="utf-8")
    with (tmp_path / "long.txt").open("rb") as file:
        landed = land(iter(lambda: file.read(1 << 20), b""), "long.txt")
    tracemalloc.start()
    length = sum(len(piece) for piece in pieces_of([landed])())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert length == 12_000_000 and peak < 14_000_000  # whole: 24 MB as text, 36 MB as bytes


def test_a_file_that_two_rows_list_is_told(units, by, tmp_path):
    """A slip of one line would file the wrong text without a word; a scan of two pieces goes in all the same."""
    name = text(tmp_path, "a.txt")
    rows = [{"title": title, "date": "20030405", "file": name} for title in ("关于甲的通知", "关于乙的通知")]
    outcome = run(catalogue(tmp_path, rows), units["D07"], by=by)
    assert outcome.filed == 2
    assert [(one.line, one.code) for one in outcome.findings if "也列了" in one.message] == [(3, "listed-twice")]
