"""Makes the page's faces for the screen from the installed fonts; `make setup` runs it when the fonts have changed."""

from django.conf import settings
from django.core.management.base import BaseCommand

import paper
from paper.web_fonts import make


class Command(BaseCommand):
    help = "Makes the official page's faces for the screen from the fonts folder (about a minute, once)."
    requires_system_checks = []

    def handle(self, **options):
        target = settings.EGOV_WEB_FONTS_DIR / "faces"
        try:
            made = make(str(settings.EGOV_FONTS_DIR), target, self.stdout.write)
        except paper.FontsMissing:
            self.stdout.write("没有公文字体，屏幕预览使用浏览器自带字体。")
            return
        self.stdout.write(f"屏幕字体 {len(made)} 个文件：{target}")
