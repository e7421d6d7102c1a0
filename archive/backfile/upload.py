"""An upload on its way to the worker: a folder of its own with the catalogue and the ZIP as they came."""

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from files.examination import safe_filename
from files.zips import Archive, ZipFaultError

from .folder import Files, NoFiles, Packed, policy, refusals
from .reading import BadCatalogue

PREFIX, ZIP_NAME, REPORT_NAME = "backfile-", "files.zip", "report.xlsx"
LONGEST_STEM = 60  # characters of the file's name, which with Chinese ones stays below what a file system takes


class BadFiles(ValueError):
    """The ZIP is not taken; `faults` are sentences."""

    def __init__(self, *faults: str) -> None:
        self.faults = list(faults)
        super().__init__("\n".join(faults))


@contextmanager
def new_folder() -> Iterator[Path]:
    """A folder that stays when all went well; whatever goes wrong, nothing of it is left."""
    folder = Path(settings.EGOV_TMP_DIR) / f"{PREFIX}{uuid.uuid4()}"
    folder.mkdir(parents=True)
    try:
        yield folder
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def keep(upload, target: Path) -> Path:
    with target.open("wb") as out:
        for chunk in upload.chunks():
            out.write(chunk)
    return target


def keep_catalogue(upload, folder: Path) -> Path:
    """Under the name that it came with: sentences name the file as the person knows it."""
    given = Path(safe_filename(upload.name))
    name = f"{given.stem[:LONGEST_STEM] or 'catalogue'}{given.suffix.lower()[:6]}"
    return keep(upload, folder / (f"目录-{name}" if name in (ZIP_NAME, REPORT_NAME) else name))


def keep_files(upload, folder: Path) -> None:
    """The ZIP as it came, once its structure and every checksum of it are proved. Raises BadFiles."""
    path = keep(upload, folder / ZIP_NAME)
    try:
        with Archive(path, policy()) as archive:
            if told := refusals(archive):
                raise BadFiles(*told)
            archive.verify()
    except ZipFaultError as error:
        why = error.fault.what if error.fault else error.sentence.rstrip("。")
        raise BadFiles(f"文件压缩包已损坏：{why}。请重新压缩后上传。") from error
    except OSError as error:
        raise BadFiles(f"文件压缩包不能读取（{error.strerror}），请重新上传。") from error


def files_of(folder: Path) -> Files:
    """The files that came with a catalogue; Raises BadCatalogue when the ZIP cannot be read any more."""
    path = folder / ZIP_NAME
    if not path.exists():
        return NoFiles()
    try:
        return Packed(path)
    except (OSError, ZipFaultError) as error:
        raise BadCatalogue("上传的文件压缩包不能再读取，请重新上传。") from error


def report_of(folder: Path) -> Path:
    return folder / REPORT_NAME


def clear_files(folder: Path) -> None:
    """What is filed need not lie here too; catalogue and report stay for a while."""
    (folder / ZIP_NAME).unlink(missing_ok=True)
