"""Fonts for the official page, fetched at set-up into the data folder: `python -m changning_egov.fonts_setup`.

No font file is committed. Sources in order: a user's cache of an earlier set-up; Debian's packages, downloaded and
unpacked without root; the OFL faces of a PyPI package. Each file is checked against its digest. Without fonts the
site runs; only rendering a page is refused, with a sentence (paper/fonts.py).
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

DEBIAN = {
    "FandolFang-Regular.otf": "texlive-lang-chinese",
    "FandolKai-Regular.otf": "texlive-lang-chinese",
    "FandolHei-Regular.otf": "texlive-lang-chinese",
    "FandolSong-Regular.otf": "texlive-lang-chinese",
    "FandolSong-Bold.otf": "texlive-lang-chinese",
    "LXGWWenKai-Regular.ttf": "fonts-lxgw-wenkai",
}
# Fandol has not changed since 2014; LXGW WenKai grows with every release of Debian, so it is not pinned
SHA256 = {
    "FandolFang-Regular.otf": "d838ad32ce2244d8144f408c37fe71065aba6fbbc80759a4d2aa2033948d5bc9",
    "FandolKai-Regular.otf": "ea7e7fb4f9b3ac694a68d43946e04d21deed6e8c29a7c2d3081e1a4138f2f827",
    "FandolHei-Regular.otf": "4afa97aa8751e0118617df88272b58d43691b5cffb7ea024c4580496e9f34d28",
    "FandolSong-Regular.otf": "a3820003227d4abe31fe28b493200d94a849ccfd078b50a019264f70353020b0",
    "FandolSong-Bold.otf": "ffa76a70e128947a4dd22151d5ee829b23e24ce3cb6fe8ad49891cd1c2d9e9b9",
}
PYPI = ("mplfonts==0.0.11", ("NotoSerifCJKsc-Regular.otf", "NotoSansCJKsc-Regular.otf"))
STAMP = ".stamp"


def cache_dir() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "changning-egov" / "fonts"


def digest(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sound(path: Path) -> bool:
    """A pinned file by its digest; an unpinned one by being a font at all."""
    if not path.is_file():
        return False
    if pinned := SHA256.get(path.name):
        return digest(path) == pinned
    with open(path, "rb") as file:
        return file.read(4) in (b"OTTO", b"\x00\x01\x00\x00", b"ttcf")


def put(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=target.parent)
    os.close(handle)
    shutil.copyfile(source, temporary)
    os.chmod(temporary, 0o644)
    os.replace(temporary, target)


def from_cache(target: Path) -> bool:
    cache = cache_dir()
    if not all(sound(cache / name) for name in DEBIAN):
        return False
    for name in DEBIAN:
        put(cache / name, target / name)
    return True


def apt(work: Path, *arguments: str) -> None:
    """apt-get as an ordinary user: lists and cache in a folder of ours, no lock, no sandbox user."""
    for folder in ("lists/partial", "cache/archives/partial"):
        (work / folder).mkdir(parents=True, exist_ok=True)
    options = [
        f"Dir::State::Lists={work}/lists", f"Dir::Cache={work}/cache", "Debug::NoLocking=1", "APT::Sandbox::User=",
        "Acquire::Languages=none", "Acquire::Retries=3",
    ]  # fmt: skip
    command = ["apt-get", "-qq", *(part for option in options for part in ("-o", option)), *arguments]
    subprocess.run(command, cwd=work, check=True, capture_output=True, timeout=600)


def from_debian(target: Path, say) -> bool:
    if not (shutil.which("apt-get") and shutil.which("dpkg")):
        return False
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        os.chmod(work, 0o755)  # noqa: S103  apt's own user reads there
        try:
            say("Fonts: reading the list of packages …")
            apt(work, "update")
            for package in sorted(set(DEBIAN.values())):
                say(f"Fonts: {package} (about 50 MB) …")
                apt(work, "download", package)
            for archive in work.glob("*.deb"):
                subprocess.run(["dpkg", "-x", archive, work / "out"], check=True, capture_output=True)
        except (OSError, subprocess.SubprocessError) as error:
            say(f"Fonts: Debian's packages are not to be had ({type(error).__name__}).")
            return False
        return collect(work / "out", target, tuple(DEBIAN))


def from_pypi(target: Path, say) -> bool:
    requirement, names = PYPI
    with tempfile.TemporaryDirectory() as folder:
        say(f"Fonts: {requirement} (about 85 MB) …")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, requirement]
        if subprocess.run(command, capture_output=True).returncode:
            return False
        for archive in Path(folder).glob("*.whl"):
            with zipfile.ZipFile(archive) as bundle:
                for entry in bundle.namelist():
                    if Path(entry).name in names:
                        bundle.extract(entry, Path(folder) / "out")
        return collect(Path(folder) / "out", target, names)


def collect(out: Path, target: Path, names: tuple[str, ...]) -> bool:
    found = {path.name: path for path in out.rglob("*") if path.name in names and sound(path)}
    if len(found) < len(names):
        return False
    for name, path in found.items():
        put(path, cache_dir() / name)
        put(path, target / name)
    return True


def main(arguments: list[str]) -> int:
    """Quick when the stamp is there; 0 also without fonts, because the site runs without them."""
    default = Path(os.environ.get("EGOV_DATA_DIR") or ".data") / "fonts"
    target = Path(arguments[0]) if arguments else default
    if (target / STAMP).exists():
        return 0
    target.mkdir(parents=True, exist_ok=True)

    def say(text: str) -> None:
        print(text, flush=True)  # noqa: T201  the terminal is this command's user

    if from_cache(target) or from_debian(target, say) or from_pypi(target, say):
        (target / STAMP).write_text("ready\n")
        return 0
    say(
        "Fonts: none could be fetched. The site runs, but pages cannot be rendered. "
        f"Put FangSong, KaiTi, SimHei and SimSun (or Fandol) font files into {target} "
        f"and create the empty file {STAMP} there."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
