"""The screen shows the page in the faces of the PDF: files made from the same fonts, small ones of every day first."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from fontTools.ttLib import TTFont

from paper import web_fonts
from paper.errors import FontsMissing
from paper.fonts import resolve


def test_everyday_characters_are_the_first_level_of_the_standard():
    found = web_fonts.everyday()
    assert len(found) == 3755 and {ord("啊"), ord("座")} <= found and ord("泾") not in found


def test_every_role_has_a_chain_of_files_and_rare_characters_the_last_one(tmp_path):
    """Shapes are the fonts' own: a glyph of the small file has the width and outline of the PDF's face."""
    roles = resolve(str(settings.EGOV_FONTS_DIR)).faces
    face = roles["song"][0]
    names = {one: f"face-{n}" for n, one in enumerate(dict.fromkeys(one for faces in roles.values() for one in faces))}
    jobs = [job for one, name in names.items() for job in web_fonts._jobs(one, name, roles)]
    css = web_fonts._css(jobs, roles)
    for role, faces in roles.items():
        chain = re.search(rf"\.face-{role} {{ font-family: ([^;]+), serif;", css).group(1).split(", ")
        assert len(chain) >= len(faces) and chain[-1].endswith(f'{names[faces[-1]]}-2"')
    assert len(css) < 5000
    path, index, code_points, file = next(job for job in jobs if job[:2] == face)
    web_fonts._write(path, index, code_points, tmp_path / file)
    assert (tmp_path / file).stat().st_size < 60_000
    with TTFont(tmp_path / file) as made, TTFont(Path(path), fontNumber=index) as own:
        for char in "—0123456789":
            name, source = made.getBestCmap()[ord(char)], own.getBestCmap()[ord(char)]
            assert made["hmtx"][name] == own["hmtx"][source]


def test_without_fonts_nothing_is_written(tmp_path):
    with pytest.raises(FontsMissing):
        web_fonts.make(str(tmp_path / "fonts"), tmp_path / "faces", lambda text: None)
    assert not (tmp_path / "faces").exists()
