"""What can go wrong while a page is made; the text is a sentence for the person."""

from units.workflow import Refused


class LayoutRefused(Refused):
    """The page cannot be made; a refusal, so it reaches the person wherever it is raised."""


class FontsMissing(LayoutRefused):
    def __init__(self) -> None:
        super().__init__("服务器尚未安装公文字体，暂不能生成版式文件，请与系统管理员联系。")


class MissingGlyph(LayoutRefused):
    def __init__(self, characters: str) -> None:
        super().__init__(f"正文或标题中的“{characters}”没有可用字形，不能生成版式文件，请核对该字。")
