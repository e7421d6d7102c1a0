"""Documents and everything that hangs on one, by noun."""

from .document import Document
from .numbers import NumberClosing, NumberEntry
from .offered import CurrentDocument
from .parts import Addressee, Attachment, Countersigner, DocumentWords, Opinion, Participant, Rendition, Revision
from .route import Route, RouteRun, RouteStep, StepRun

__all__ = [
    "Addressee",
    "Attachment",
    "Countersigner",
    "CurrentDocument",
    "Document",
    "DocumentWords",
    "NumberClosing",
    "NumberEntry",
    "Opinion",
    "Participant",
    "Rendition",
    "Revision",
    "Route",
    "RouteRun",
    "RouteStep",
    "StepRun",
]
