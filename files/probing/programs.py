"""What is a program when it lies inside another file: by its name, or by its first bytes."""

import re

_NAMES = re.compile(
    r"\.(exe|dll|com|scr|pif|cpl|msi|msp|jar|class|bat|cmd|ps1|psm1|vbs|vbe|js|jse|wsf|wsh|hta|lnk|reg|inf|sh|py|apk|"
    r"elf|so|dylib|app|url|chm|docm|dotm|xlsm|xltm|pptm|swf)\s*$",
    re.IGNORECASE,
)
_STARTS = (
    b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", b"dex\n", b"\x00asm",
    b"L\x00\x00\x00\x01\x14\x02\x00", b"#!", b"CWS", b"FWS",
)  # fmt: skip
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"  # in two: this file is no virus


def is_program_by_bytes(head: bytes) -> bool:
    """`head` are a few hundred first bytes. MZ without a NUL is a text that begins so."""
    return (head[:2] in (b"MZ", b"ZM") and b"\x00" in head[:256]) or head.startswith(_STARTS)


def is_program(name: str, head: bytes = b"") -> bool:
    return bool(_NAMES.search(name)) or is_program_by_bytes(head) or is_eicar(head)


def is_eicar(head: bytes) -> bool:
    """The test file of the anti-virus makers: it begins with the string (eicar.org, "Anti-Malware Testfile")."""
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(EICAR)
