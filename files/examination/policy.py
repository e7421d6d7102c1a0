"""The one policy for files that come in, uploads and back-files alike: what is found → verdict → what is said.

`manage.py draw_files` writes docs/files.md from RULES, `formats.KINDS` and `foreign.FOREIGN`; a test holds them equal.
What no rule names is accepted. Sources: GB/T 18894—2016, DA/T 47—2009, DA/T 70—2018 (3-3, 3-8, 4-2), SC-01, SC-03.
"""

from dataclasses import dataclass

from units.findings import REFUSE, WARN

VERDICTS = {REFUSE: "拒收", WARN: "接收并提示"}
_RESAVE = "请用 Office、WPS 或版式软件重新另存后再提交。"
_TO_PDFA = "导出为 PDF/A 后再提交。"


@dataclass(frozen=True)
class Rule:
    """One line: `kind` is what was found, `sentence` what the person reads; {…} is filled with what was seen."""

    code: str
    verdict: str
    kind: str
    sentence: str


_ROWS = (
    ("一、文件本身", (
        ("empty", REFUSE, "空文件", "文件是空的（0 字节）。请核对原文件后重新提交。"),
        ("unreadable", REFUSE, "读不出来的内容", "文件内容无法读取，可能已损坏。请核对原文件，或重新导出后再提交。"),
        ("wrong-extension", REFUSE, "扩展名与内容不符",
         "扩展名是 {extension}，内容却是{label}。请将扩展名改为 {right} 后重新提交。"),
        ("no-extension", REFUSE, "没有扩展名", "文件名没有扩展名，内容是{label}。请加上扩展名 {right} 后重新提交。"),
        ("wrong-content", REFUSE, "内容不是扩展名所说的格式",
         "扩展名是 {extension}，内容却不是这种文件，或文件开头已损坏。请核对原文件后重新提交。"),
        ("foreign-format", REFUSE, "认得出、但不接收的格式（见“不接收的格式”）", "这是{label}，不能接收。请{advice}后再提交。"),
        ("unknown", REFUSE, "认不出的格式", "不能接收这种文件。可接收 PDF、OFD、Word、Excel、PowerPoint、WPS、RTF、TXT、CSV、"
         "XML、图像和音视频文件。"),
        ("compressed", REFUSE, "压缩文件（ZIP、RAR、7Z 等）",
         "压缩文件（ZIP、RAR、7Z 等）不能接收。请解压后，将其中的文件逐个提交。"),
        ("encrypted", REFUSE, "加密、设有密码或限制复制打印",
         "文件已加密，或设有密码、限制复制打印。请取消加密和权限限制后再提交。"),
        ("trailing-data", WARN, "文件末尾之后还有其他数据", "文件末尾之后还有其他数据（{size} 字节）；建议重新另存。"),
        ("old-format", WARN, "旧版二进制格式、RTF", "{label}不宜长期保存；建议另附 PDF/A 或 OFD 版式文件。"),
    )),
    ("二、可执行的内容和病毒", (
        ("executable", REFUSE, "程序", "内容是可执行程序，不能接收。"),
        ("active-content", REFUSE, "网页、SVG、脚本", "内容是网页、SVG 或脚本（可执行内容），不能接收。请" + _TO_PDFA),
        ("polyglot", REFUSE, "一个文件两种格式",
         "文件是{label}，里面又藏着{other}，用不同软件打开会看到不同内容，不能接收。请用原软件重新导出后再提交。"),
        ("eicar", REFUSE, "防病毒测试代码（EICAR）", "文件是防病毒测试代码（EICAR），不能接收。"),
        ("virus", REFUSE, "查毒发现病毒", "查毒发现“{name}”，不能接收。请勿打开原文件，并告知本单位信息安全人员。"),
        ("not-scanned", WARN, "查毒服务没有应答或查不了", "本文件未查毒：{why}。请告知系统管理员。"),
        ("macros", REFUSE, "宏", "文档含有宏（可执行代码），不能接收。请另存为不带宏的格式（.docx、.xlsx）或" + _TO_PDFA),
        ("activex", REFUSE, "ActiveX 控件", "文档含有 ActiveX 控件，不能接收。请删去控件或" + _TO_PDFA),
        ("embedded-program", REFUSE, "内嵌的程序", "文件内嵌有可执行程序（{names}），不能接收。请删去后再提交。"),
        ("embedded-files", WARN, "内嵌的其他文件",
         "文件内嵌有 {count} 个其他文件（{names}），嵌入的文件未经检查；建议改作单独附件。"),
        ("dde", REFUSE, "DDE 动态数据交换", "文件含有 DDE 动态数据交换（打开时可启动程序），不能接收。请删去有关域或公式，或" + _TO_PDFA),
        ("alt-chunk", REFUSE, "夹带的外来内容（altChunk）",
         "文档夹带整份外来内容（altChunk），打开时才合并，无法检查，不能接收。请在 Word 或 WPS 中打开并另存后再提交。"),
        ("remote-content", REFUSE, "打开时取用别处内容", "文件打开时会取用别处的{what}，不能接收。请断开链接或" + _TO_PDFA),
        ("external-links", WARN, "链接到其他文件", "文件链接到其他文件（{names}），链接失效后内容可能显示不全；建议断开链接。"),
        ("rtf-object", REFUSE, "RTF 内嵌对象", "RTF 内嵌有对象（可执行内容），不能接收。请删去对象或" + _TO_PDFA),
        ("rtf-markup", WARN, "RTF 夹带网页标记", "RTF 中夹带网页标记，预览时只作文字显示；请核对内容。"),
        ("xml-active", REFUSE, "XML 定义实体、引用样式表或脚本", "XML {what}，不能接收。请删去后再提交。"),
    )),
    ("三、密级标志和看不见的文字", (
        ("secret-mark", REFUSE, "第一页标有密级（★）", "文件标有密级（{marks}）。本系统是非涉密系统，禁止存储、处理涉密文件。"),
        ("secret-concealed", REFUSE, "已删除、隐藏、批注、页眉页脚的文字标有密级",
         "修订痕迹、隐藏文字、批注或页眉页脚中标有密级（{marks}）。本系统是非涉密系统，禁止存储、处理涉密文件。"),
        ("secret-mention", WARN, "第一页以后出现密级标志",
         "第一页以后出现密级标志（{marks}），请核对：涉密文件禁止在本系统存储、处理。"),
        ("revisions", WARN, "修订痕迹", "文档带有修订痕迹（{count} 处），删去的文字仍在文件中；建议接受或拒绝全部修订后重新提交。"),
        ("comments", WARN, "批注", "文档带有批注（{count} 条）；建议删去批注后重新提交。"),
        ("hidden-text", WARN, "隐藏文字", "文档带有隐藏文字（{count} 处），纸面上看不到；请核对，或删去后重新提交。"),
        ("hidden-sheets", WARN, "隐藏的工作表、幻灯片", "文件带有隐藏的工作表或幻灯片（{names}）；请核对，或取消隐藏后重新提交。"),
        ("no-text", WARN, "没有文字层的扫描件",
         "PDF 没有文字层（扫描图像），按内容检索不到，密级标志也未经核对；请人工核对。"),
        ("text-unread", WARN, "文字没有取全", "文件中的文字没有取全，按内容可能检索不到，密级标志也未经核对；请人工核对。"),
    )),
    ("四、PDF", (
        ("pdf-damaged", REFUSE, "打不开的 PDF", "PDF 已损坏，打不开。请核对原文件，或重新导出后再提交。"),
        ("pdf-no-pages", REFUSE, "没有页面的 PDF", "PDF 中没有页面。请核对原文件，或重新导出后再提交。"),
        ("pdf-too-complex", REFUSE, "检查不完的 PDF", "PDF 过大或结构过于复杂，无法检查完。请拆分或重新导出为 PDF/A 后再提交。"),
        ("pdf-javascript", REFUSE, "脚本", "PDF 带有脚本（JavaScript），不能接收。请重新" + _TO_PDFA),
        ("pdf-launch", REFUSE, "启动程序、导入数据的动作", "PDF 带有启动程序或导入数据的动作，不能接收。请重新" + _TO_PDFA),
        ("pdf-submit", REFUSE, "向外提交数据的动作", "PDF 带有向外提交数据的动作，不能接收。请重新" + _TO_PDFA),
        ("pdf-remote", REFUSE, "打开网络上别处文件的动作、外部内容",
         "PDF 带有打开网络上别处文件的动作或外部内容，不能接收。请重新" + _TO_PDFA),
        ("pdf-xfa", REFUSE, "动态表单（XFA）", "PDF 是动态表单（XFA），显示内容会变化，不能接收。请打印为新的 PDF 后再提交。"),
        ("pdf-other-file", WARN, "跳转到其他文件", "PDF 带有跳转到其他文件的链接，离开原文件夹后打不开；建议改作单独附件。"),
        ("pdf-media", WARN, "内嵌音视频、三维内容", "PDF 内嵌有音视频或三维内容，不宜长期保存；建议改作单独附件。"),
        ("pdf-not-pdfa", WARN, "不是 PDF/A", "归档格式不符合要求（应为 OFD 或 PDF/A），原件照存，请另存后补交。"),
        ("pdf-false-pdfa", WARN, "自称 PDF/A 而不符合", "自称 PDF/A-{part}，但{why}，不符合 ISO 19005；建议重新导出为 PDF/A。"),
        ("pdf-version", WARN, "不存在的版本号", "PDF 版本标识“{version}”不存在，建议重新导出。"),
        ("pdf-fonts", WARN, "字体未嵌入", "有字体未嵌入（{names}），在其他计算机上显示可能走样；建议导出为 PDF/A。"),
        ("pdf-leading", WARN, "开头之前还有其他数据", "PDF 开头之前还有其他数据（{size} 字节）；建议重新导出。"),
        ("pdf-repaired", WARN, "索引损坏而已读出", "PDF 的索引有损坏，已可读出；建议重新导出。"),
        ("pdf-syntax", WARN, "语法问题", "PDF 内有 {count} 处语法问题，显示可能不全；建议核对或重新导出。"),
    )),
    ("五、Office、WPS、OFD", (
        ("ole-damaged", REFUSE, "读不出来的旧版文档", "旧版 Office 或 WPS 文档已损坏，读不出来。请核对原文件，或另存后再提交。"),
        ("package-part", REFUSE, "内部缺少部件或部件损坏", "{what}。请重新另存或导出后再提交。"),
        ("ofd-namespace", WARN, "OFD 命名空间不合标准",
         "OFD 文件的命名空间不符合 GB/T 33190—2016，部分阅读器可能打不开；建议重新导出。"),
        ("zip-limit", REFUSE, "内部文件过多或过大", "文件内部{what}，请拆分或精简后再提交。"),
        ("zip-structure", REFUSE, "内部结构异常", "文件内部结构异常：{what}。" + _RESAVE),
        ("zip-path", REFUSE, "内部文件名越界", "文件内部的{what}，不能接收。"),
        ("zip-duplicate", REFUSE, "内部文件重名", "文件内部的{what}，不能接收。"),
        ("zip-overlap", REFUSE, "内部数据重叠", "文件内部的{what}，不能接收。"),
        ("zip-bomb", REFUSE, "压缩炸弹", "文件{what}，不能接收。"),
    )),
    ("六、文本、图像、音视频", (
        ("text-encoding", REFUSE, "认不出的文字编码",
         "文字编码无法识别，内容不是文本或已经损坏；请用记事本另存为 UTF-8 编码后重新提交。"),
        ("text-control", WARN, "控制字符", "文本含有控制字符（{names}），可能显示异常；建议删去后重新提交。"),
        ("text-blank", WARN, "只有空白的文本", "文本中只有空白。请核对是否提交了正确的文件。"),
        ("xml-broken", REFUSE, "XML 语法错误", "XML 第 {line} 行有语法错误，读不出来。请改正后重新提交。"),
        ("truncated", REFUSE, "不完整的文件", "{label}不完整（传输中断或已损坏）。请核对原文件后重新提交。"),
        ("image-too-large", REFUSE, "像素过多的图像", "{label}像素过多（一页超过 2.5 亿），无法核对。请缩小或分幅后再提交。"),
        ("image-partly", WARN, "没有逐页核对完的图像", "图像共 {pages} 页，只核对了前 {checked} 页；请人工核对其余各页。"),
    )),
)  # fmt: skip
SECTIONS: dict[str, tuple[Rule, ...]] = {head: tuple(Rule(*row) for row in rows) for head, rows in _ROWS}
RULES: dict[str, Rule] = {rule.code: rule for rules in SECTIONS.values() for rule in rules}


def sentence(code: str, **facts) -> str:
    return RULES[code].sentence.format(**facts)
