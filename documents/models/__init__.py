"""Documents and everything that hangs on one, by noun."""

from .document import Document
from .exchange import Dispatch, DispatchRequest, OriginalDisposal, OutsideBody, OutsideDelivery
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
    "DocumentWords",
    "Issuer",
    "NumberClosing",
    "NumberEntry",
    "Opinion",
    "OriginalDisposal",
    "OutsideBody",
    "OutsideDelivery",
    "Participant",
    "Pattern",
    "Rendition",
    "Revision",
    "Route",
    "RouteRun",
    "RouteStep",
    "Sealing",
    "StepRun",
    "UnitSeal",
    "Urging",
]
