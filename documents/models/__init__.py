"""Documents and everything that hangs on one, by noun."""

from .after import DutyDay, MeetingReply, PaperOpinion, ReceivedDetail, ReplyCall, Supervision
from .document import Document
from .exchange import Dispatch, DispatchRequest, OriginalDisposal, OutsideBody, OutsideDelivery
from .links import DocumentLink
from .numbers import NumberClosing, NumberEntry
from .offered import CurrentDocument
from .parts import Addressee, Attachment, Countersigner, DocumentWords, Opinion, Participant, Rendition, Revision
from .pattern import Pattern
from .route import Route, RouteRun, RouteStep, StepRun
from .seals import Issuer, Sealing, UnitSeal
from .urging import Alert, Urging

__all__ = [
    "Addressee",
    "Alert",
    "Attachment",
    "Countersigner",
    "CurrentDocument",
    "Dispatch",
    "DispatchRequest",
    "Document",
    "DocumentLink",
    "DocumentWords",
    "DutyDay",
    "Issuer",
    "MeetingReply",
    "NumberClosing",
    "NumberEntry",
    "Opinion",
    "OriginalDisposal",
    "OutsideBody",
    "OutsideDelivery",
    "PaperOpinion",
    "Participant",
    "Pattern",
    "ReceivedDetail",
    "Rendition",
    "ReplyCall",
    "Revision",
    "Route",
    "RouteRun",
    "RouteStep",
    "Sealing",
    "StepRun",
    "Supervision",
    "UnitSeal",
    "Urging",
]
