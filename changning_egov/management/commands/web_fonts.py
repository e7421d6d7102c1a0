"""Makes the page's faces for the screen from the installed fonts; `make setup` runs it when the fonts have changed."""

import hashlib
import shutil
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

import paper
from changning_egov.fonts_setup import cache_dir
from paper import web_fonts
from paper.fonts import resolve


class Command(BaseCommand):
    help = "Makes the official page's faces for the screen from the fonts folder (a minute, once)."
    requires_system_checks = []

    def handle(self, **options):
        fonts, target = str(settings.EGOV_FONTS_DIR), settings.EGOV_WEB_FONTS_DIR / "faces"
        try:
            kept = _kept(fonts)
            if (kept / "faces.css").is_file():
                shutil.rmtree(target, ignore_errors=True)
                # copied as new files: `make` compares their age with the fonts'
                shutil.copytree(kept, target, copy_function=shutil.copyfile)
            else:
                web_fonts.make(fonts, target, self.stdout.write)
                shutil.copytree(target, kept, dirs_exist_ok=True)
        except paper.FontsMissing:
            self.stdout.write("没有公文字体，屏幕预览使用浏览器自带字体。")
            return
        self.stdout.write(f"屏幕字体已备好：{target}")


def _kept(fonts: str) -> Path:
    """Where an earlier set-up of this user left what is made from the same fonts by the same code."""
    made_from = repr(sorted(resolve(fonts).used.items())) + Path(web_fonts.__file__).read_text(encoding="utf-8")
    return cache_dir().parent / "faces" / hashlib.sha256(made_from.encode()).hexdigest()[:16]
