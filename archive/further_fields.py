"""其他著录: elements of DA/T 46—2009 that few records have; a person describes them (archive/describing.py)."""

from typing import NamedTuple


class FurtherField(NamedTuple):
    """`identifier` is a field of PackedRecord; a list is written one a line, and `longest` is that of a line."""

    identifier: str
    number: str
    label: str
    longest: int = 200
    is_list: bool = False
    choices: tuple[str, ...] = ()


FURTHER = (
    FurtherField("parallel_title", "M23", "并列题名", 500),
    FurtherField("alternative_title", "M24", "副题名", 500),
    FurtherField("title_information", "M25", "说明题名文字", 500),
    FurtherField("descriptors", "M26", "主题词", 50, is_list=True),
    FurtherField("keywords", "M27", "关键词"),
    FurtherField("personal_names", "M28", "人名"),
    FurtherField("abstract", "M29", "摘要", 500),
    FurtherField("class_number", "M30", "分类号", 50),
    FurtherField("secrecy_period", "M39", "保密期限", 50),
    FurtherField("language", "M44", "语种", 30),
    FurtherField("catalogue_no", "M10", "目录号", 20),
    FurtherField("agency_file_no", "M15", "室编案卷号", 20),
    FurtherField("archives_file_no", "M16", "馆编案卷号", 20),
    FurtherField("archives_item_no", "M18", "馆编件号", 20),
    FurtherField("page_no", "M20", "页号", 20),
    FurtherField("item_total", "M42", "件数", 10),
    FurtherField("digitized_from", "M53", "数字化对象形态", 50),
    FurtherField("scan_resolution", "M54", "扫描分辨率", 20),
    FurtherField("scan_color", "M55", "扫描色彩模式", choices=("黑白二值", "灰度", "彩色")),
    FurtherField("scan_compression", "M56", "图像压缩方案", 50),
    FurtherField("microform_no", "M69", "缩微号", 50),
    FurtherField("rights_statement", "M71", "知识产权说明"),
    FurtherField("annotations", "M75", "附注", 200, is_list=True),
)
DESCRIBED = frozenset(one.identifier for one in FURTHER)
