"""The one reader of ZIPs from outside: uploads, packages and back-files differ in their `Policy` only.

Python's zipfile believes the directory and overlooks what lies between the entries; faults of that kind let a virus
scanner and an office program read different files. Here every byte is accounted for, and what is wrong is said.
"""

from .content import Archive
from .faults import Fault, Kind, ZipFaultError
from .policy import Policy
from .structure import Entry

__all__ = ["Archive", "Entry", "Fault", "Kind", "Policy", "ZipFaultError"]
