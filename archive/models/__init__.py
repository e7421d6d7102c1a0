"""Fonds, retention schedule, records (件) with their components, findings and search text; by noun."""

from .fonds import Fonds, FondsCreator
from .inspection import InspectionResult, InspectionRun
from .parts import Component, RecordGrant, RecordRelation
from .record import CodeAssignment, Record
from .schedule import RetentionRule, RetentionSchedule
from .text import BigramCount, CurrentWords, EmptySearch, RecordText, RecordWords
from .use import UseRequest

__all__ = [
    "BigramCount",
    "CodeAssignment",
    "Component",
    "CurrentWords",
    "EmptySearch",
    "Fonds",
    "FondsCreator",
    "InspectionResult",
    "InspectionRun",
    "Record",
    "RecordGrant",
    "RecordRelation",
    "RecordText",
    "RecordWords",
    "RetentionRule",
    "RetentionSchedule",
    "UseRequest",
]
