"""Where each element of DA/T 46—2009 stands in metadata.xml, and the field of the packed record that it holds.

(number, name, field, mandatory). A field that is a tuple is a repeatable element. What the standard has no element for
stands without a number in 扩展元数据.
"""

from typing import NamedTuple


class Field(NamedTuple):
    """One simple element: its number (e.g. "M22"), its name, the field, and whether it is there even when empty."""

    number: str
    name: str
    identifier: str
    is_mandatory: bool = False


class Block(NamedTuple):
    """A container with its simple elements; without a name they stand in 文件实体 itself."""

    name: str
    number: str
    fields: tuple[Field, ...]
    is_mandatory: bool = True


BEFORE_FILES = (
    Block(
        "来源",
        "M2",
        (
            Field("M3", "档案馆名称", "archives_name"),
            Field("M4", "档案馆代码", "archives_code"),
            Field("M5", "全宗名称", "fonds_name"),
            Field("M6", "立档单位名称", "unit_name", True),
        ),
    ),
    Block("", "", (Field("M7", "电子文件号", "record_uid", True),)),
    Block(
        "档号",
        "M8",
        (
            Field("M9", "全宗号", "fonds_code"),
            Field("M10", "目录号", "catalogue_no"),
            Field("M11", "年度", "year", True),
            Field("M12", "保管期限", "retention", True),
            Field("M13", "机构或问题", "class_name"),
            Field("M14", "类别号", "category_code"),
            Field("M15", "室编案卷号", "agency_file_no"),
            Field("M16", "馆编案卷号", "archives_file_no"),
            Field("M17", "室编件号", "item_no"),
            Field("M18", "馆编件号", "archives_item_no"),
            Field("M20", "页号", "page_no"),
        ),
    ),
    Block(
        "内容描述",
        "M21",
        (
            Field("M22", "题名", "title", True),
            Field("M23", "并列题名", "parallel_title"),
            Field("M24", "副题名", "alternative_title"),
            Field("M25", "说明题名文字", "title_information"),
            Field("M26", "主题词", "descriptors"),
            Field("M27", "关键词", "keywords"),
            Field("M28", "人名", "personal_names"),
            Field("M29", "摘要", "abstract"),
            Field("M30", "分类号", "class_number"),
            Field("M31", "文件编号", "doc_number"),
            Field("M32", "责任者", "author", True),
            Field("M33", "日期", "date", True),
            Field("M34", "文种", "doc_type"),
            Field("M35", "紧急程度", "urgency"),
            Field("M36", "主送", "main_recipients"),
            Field("M37", "抄送", "cc_recipients"),
            Field("M38", "密级", "security_class", True),
            Field("M39", "保密期限", "secrecy_period"),
        ),
    ),
    Block(
        "形式特征",
        "M40",
        (
            Field("M41", "文件组合类型", "aggregation", True),
            Field("M42", "件数", "item_total"),
            Field("M43", "页数", "page_count"),
            Field("M44", "语种", "language"),
        ),
    ),
)
AFTER_FILES = (
    Block("", "", (Field("M51", "信息系统描述", "systems"),)),
    Block(
        "数字化属性",
        "M52",
        (
            Field("M53", "数字化对象形态", "digitized_from"),
            Field("M54", "扫描分辨率", "scan_resolution"),
            Field("M55", "扫描色彩模式", "scan_color"),
            Field("M56", "图像压缩方案", "scan_compression"),
        ),
        False,
    ),
    Block(
        "存储位置",
        "M65",
        (
            Field("M66", "当前位置", "current_location"),
            Field("M67", "脱机载体编号", "media"),
            Field("M68", "脱机载体存址", "media_places"),
            Field("M69", "缩微号", "microform_no"),
        ),
        False,
    ),
)
RIGHTS = (Field("M71", "知识产权说明", "rights_statement"), Field("M74", "控制标识", "control"))
PERMISSION = (("M72", "授权对象"), ("M73", "授权行为"))
EXTENSIONS = tuple(
    Field("", name, identifier)
    for name, identifier in (
        ("机构或问题代码", "class_code"),
        ("日期精度", "date_precision"),
        ("主办部门", "responsible_department"),
        ("办结时间", "completed_at"),
        ("归档时间", "filed_at"),
        ("归档人", "filed_by"),
        ("载体形式", "carrier_mode"),
        ("纸质件", "paper_exists"),
        ("盒号", "box"),
        ("纸质页数", "paper_pages"),
        ("开放审核意见", "access_opinion"),
        ("开放状态", "access_status"),
        ("延期至", "postponed_until"),
        ("延期理由", "postponed_ground"),
        ("公开属性", "disclosure_attr"),
        ("利用范围", "use_scope"),
        ("归档时保管期限", "retention_as_filed"),
        ("期限依据", "retention_basis"),
        ("期限确定人", "retention_decided_by"),
        ("原档号", "legacy_code"),
        ("曾用档号", "former_codes"),
        ("馆方档号", "archive_code"),
        ("整理规则", "rule_set"),
        ("文号原样", "number_as_given"),
        ("公文方向", "direction"),
        ("文件数", "component_count"),
        ("保管单位", "custodian_name"),
        ("管理状态", "state"),
        ("进馆日期", "accessioned_on"),
        ("只存复制件", "copy_only"),
        ("补充归档理由", "late_reason"),
        ("补充归档发现日期", "late_found_on"),
        ("补充归档批准人", "late_approved_by"),
    )
)
EVENT = (
    Field("M80", "业务状态", "status", True),
    Field("M81", "业务行为", "activity", True),
    Field("M82", "行为时间", "at", True),
    Field("M83", "行为依据", "mandate"),
    Field("M84", "行为描述", "description"),
)
BESIDE_EVENT = (Field("", "具体行为", "act"),)  # the platform's own word, where it is not the term of the list
RELATION = (
    Field("M85", "实体标识符", "target", True),
    Field("M86", "关系类型", "relation_type"),
    Field("M87", "关系", "relation"),
    Field("M88", "关系描述", "description"),
)
SIGNATURE = (
    Field("M58", "签名规则", "rules", True),
    Field("M59", "签名时间", "at"),
    Field("M60", "签名人", "signer"),
    Field("M61", "签名结果", "result", True),
    Field("M62", "证书", "certificates", True),
    Field("M63", "证书引证", "reference"),
    Field("M64", "签名算法标识", "algorithm", True),
)
MANUSCRIPT_TYPES = {"正本": "正本", "定稿": "定稿", "复制件": "副本", "修订本": "修订本"}
REPEATED = frozenset({"descriptors", "systems", "media", "media_places", "former_codes", "certificates"})
EXTENSION = "扩展元数据"
