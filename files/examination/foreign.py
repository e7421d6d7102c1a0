"""Formats that people really have and the archive does not take: each is named, with what would be right.

Phones photograph in HEIC and film in MOV or 3GP; all of them, like MP4, are ISO media whose brand tells them apart
(ISO/IEC 14496-12, 4.3). Signatures as PRONOM and the makers publish them.
"""

import struct
from dataclasses import dataclass


@dataclass(frozen=True)
class Foreign:
    """`label` is what people call it, `advice` what would be right, as part of a sentence."""

    key: str
    label: str
    advice: str
    starts: tuple[bytes, ...] = ()
    brands: tuple[bytes, ...] = ()
    streams: tuple[str, ...] = ()  # names inside a compound file (OLE2)


_JPEG, _MP4, _SOUND, _PDF = "另存为 JPEG 或 PNG 图像", "转换为 MP4 视频", "转换为 MP3 或 WAV 音频", "导出为 PDF/A"
FOREIGN = (
    Foreign("heic", "HEIC 照片（手机的“高效”格式）", "在手机相机设置中改用“兼容性最佳”，或另存为 JPEG 图像",
            brands=(b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1")),
    Foreign("avif", "AVIF 图像", _JPEG, brands=(b"avif", b"avis")),
    Foreign("mov", "MOV 视频（QuickTime）", _MP4, brands=(b"qt  ",)),
    Foreign("m4a", "M4A 音频", _SOUND, brands=(b"M4A ", b"M4B ", b"M4P ")),
    Foreign("3gp", "3GP 手机视频", _MP4,
            brands=(b"3gp1", b"3gp2", b"3gp3", b"3gp4", b"3gp5", b"3gp6", b"3gp7", b"3gp8", b"3gp9", b"3gg6", b"3ge6",
                    b"3gr6", b"3gs6", b"3g2a", b"3g2b", b"3g2c")),
    Foreign("m4v", "M4V 视频", _MP4, brands=(b"M4V ", b"M4VH", b"M4VP")),
    Foreign("f4v", "Flash 视频", _MP4, starts=(b"FLV\x01",), brands=(b"f4v ", b"F4V ")),
    Foreign("cr3", "相机 RAW 照片", _JPEG, starts=(b"FUJIFILMCCD-RAW", b"IIRO", b"IIU\x00"), brands=(b"crx ",)),
    Foreign("jxl", "JPEG XL 图像", _JPEG, starts=(b"\xff\x0a", b"\x00\x00\x00\x0cJXL \r\n\x87\n")),
    Foreign("j2c", "JPEG 2000 码流", "另存为 JP2 图像", starts=(b"\xff\x4f\xff\x51",)),
    Foreign("jxr", "JPEG XR 图像", _JPEG, starts=(b"II\xbc\x01",)),
    Foreign("gif", "GIF 图像", "另存为 PNG 图像", starts=(b"GIF87a", b"GIF89a")),
    Foreign("bmp", "BMP 图像", "另存为 PNG 图像"),
    Foreign("webp", "WebP 图像", _JPEG),
    Foreign("ico", "图标", "另存为 PNG 图像", starts=(b"\x00\x00\x01\x00\x01\x00", b"\x00\x00\x01\x00\x02\x00")),
    Foreign("psd", "Photoshop 图像", "另存为 TIFF 图像", starts=(b"8BPS",)),
    Foreign("emf", "Windows 图元文件", "另存为 PNG 图像", starts=(b"\xd7\xcd\xc6\x9a", b"\x01\x00\x00\x00\x6c\x00\x00\x00")),
    Foreign("djvu", "DjVu 文档", _PDF, starts=(b"AT&TFORM",)),
    Foreign("bigtiff", "BigTIFF 图像", "另存为普通 TIFF 图像", starts=(b"II+\x00", b"MM\x00+")),
    Foreign("dwg", "AutoCAD 图纸", _PDF, starts=(b"AC10",)),
    Foreign("postscript", "PostScript 文件", _PDF, starts=(b"%!PS", b"\xc5\xd0\xd3\xc6", b"\x04%!PS")),
    Foreign("ceb", "CEB 版式文件", "导出为 OFD 或 PDF/A", starts=(b"Founder CEB",)),
    Foreign("caj", "CAJ 文献", "打印为 PDF", starts=(b"CAJ\x00", b"HN\x00\x00", b"KDH ")),
    Foreign("mkv", "MKV 或 WebM 视频", _MP4, starts=(b"\x1aE\xdf\xa3",)),
    Foreign("wmv", "WMV 视频或 WMA 音频", "转换为 MP4 视频或 MP3 音频", starts=(b"0&\xb2u\x8ef\xcf\x11",)),
    Foreign("flac", "FLAC 音频", _SOUND, starts=(b"fLaC",)),
    Foreign("ogg", "OGG 音频", _SOUND, starts=(b"OggS",)),
    Foreign("amr", "AMR 录音", _SOUND, starts=(b"#!AMR",)),
    Foreign("aac", "AAC 音频", _SOUND, starts=(b"\xff\xf1", b"\xff\xf9")),
    Foreign("aiff", "AIFF 音频", _SOUND),
    Foreign("midi", "MIDI 音乐", _SOUND, starts=(b"MThd",)),
    Foreign("realmedia", "RealMedia 音视频", _MP4, starts=(b".RMF", b".ra\xfd")),
    Foreign("swf", "Flash 动画", _MP4, starts=(b"FWS", b"CWS", b"ZWS")),
    Foreign("font", "字体文件", "提交使用该字体的文档（嵌入字体的 PDF/A）",
            starts=(b"OTTO", b"\x00\x01\x00\x00\x00", b"ttcf", b"wOFF", b"wOF2")),
    Foreign("sqlite", "SQLite 数据库", "将数据导出为 CSV 或 XML", starts=(b"SQLite format 3\x00",)),
    Foreign("access", "Access 数据库", "将数据导出为 CSV 或 XML",
            starts=(b"\x00\x01\x00\x00Standard ACE DB", b"\x00\x01\x00\x00Standard Jet DB")),
    Foreign("pst", "Outlook 数据文件", "将邮件逐封导出为 PDF", starts=(b"!BDN",)),
    Foreign("wordperfect", "WordPerfect 文档", "另存为 DOCX 或导出为 PDF/A", starts=(b"\xffWPC",)),
    Foreign("write", "Windows 写字板（Write）文档", "另存为 DOCX 或导出为 PDF/A",
            starts=(b"1\xbe\x00\x00", b"2\xbe\x00\x00")),
    Foreign("disk", "光盘或磁盘映像", "取出其中的文件，逐个提交", starts=(b"conectix", b"vhdxfile", b"QFI\xfb")),
    Foreign("msg", "Outlook 邮件", "导出为 PDF，附件另行提交", streams=("__properties_version1.0",)),
    Foreign("visio", "Visio 图", _PDF, streams=("visiodocument",)),
    Foreign("publisher", "Publisher 出版物", _PDF, streams=("quill",)),
    Foreign("project", "Project 计划", _PDF, streams=("   114", "   112", "props14")),
    Foreign("msi", "Windows 安装包", "只提交文档", streams=("\u4840\u3f7f\u4164\u422f\u4836",)),
    Foreign("thumbs", "Windows 缩略图缓存", "提交图像本身", streams=("catalog",)),
)  # fmt: skip
BY_KEY = {one.key: one for one in FOREIGN}
_STARTS = tuple(start for one in FOREIGN for start in one.starts)
_TAKEN_BRANDS = (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"MSNV", b"dash", b"mmp4")
_ATOMS = (b"moov", b"mdat", b"wide", b"pnot", b"skip", b"free")  # QuickTime before it had brands
_TEXTS = ("postscript", "ceb", "amr")  # begin with letters and are meant; a text may begin with the letters of others


def foreign_of(head: bytes) -> Foreign | None:
    """Which of FOREIGN begins with `head` (a few kilobytes), else None."""
    is_boxed = head[:1] < b"\x09"  # the length of a box before its name; letters are a text that has the word there
    if is_boxed and head[4:8] == b"ftyp":
        return _of_brands(head)
    if is_boxed and head[4:8] in _ATOMS:
        return BY_KEY["mov"]
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return BY_KEY["webp"]
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return BY_KEY["aiff"]
    if head[:2] == b"BM" and head[6:10] == b"\0\0\0\0" and head[14:18] in (b"\x28\0\0\0", b"\x0c\0\0\0", b"\x7c\0\0\0"):
        return BY_KEY["bmp"]
    if head[:4] == b"II*\x00" and head[8:10] == b"CR":
        return BY_KEY["cr3"]
    if not head.startswith(_STARTS):  # nearly every file
        return None
    found = [
        (len(start), one)
        for one in FOREIGN
        for start in one.starts
        if head.startswith(start) and (not start.isascii() or b"\0" in head[:512] or one.key in _TEXTS)
    ]
    return max(found, key=lambda one: one[0])[1] if found else None  # Access and fonts begin alike: the longer one


def _of_brands(head: bytes) -> Foreign | None:
    """The major brand decides; of HEIF's general ones the compatible brands say which picture it is. None for MP4."""
    length = min(struct.unpack(">I", head[:4])[0], 4096)
    major = head[8:12]
    others = [head[at : at + 4] for at in range(16, length, 4)]
    if major in (b"mif1", b"msf1") and any(one in BY_KEY["avif"].brands for one in others):
        return BY_KEY["avif"]
    found = next((one for one in FOREIGN if major in one.brands), None)
    if found is not None or major in _TAKEN_BRANDS or any(one in _TAKEN_BRANDS for one in others):
        return found
    return next((one for one in FOREIGN if any(brand in one.brands for brand in others)), None)


def foreign_compound(streams: set[str]) -> Foreign | None:
    """Which of FOREIGN a compound file with these lower-case stream names is."""
    return next((one for one in FOREIGN if any(name in streams for name in one.streams)), None)
