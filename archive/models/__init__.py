"""Fonds, retention schedule, records (件) with their components, findings and search text; by noun."""

from .checks import EnvironmentFinding, SampleTick
from .fonds import Fonds, FondsCreator
from .inspection import InspectionResult, InspectionRun
from .parts import Component, RecordGrant, RecordRelation
from .record import CodeAssignment, Record
from .schedule import RetentionRule, RetentionSchedule
from .text import BigramCount, CurrentWords, EmptySearch, RecordText, RecordWords
from .year import BulkChange, BulkCorrection, FilingRegister, YearFixed

__all__ = [
    "BigramCount",
    "BulkChange",
    "BulkCorrection",
    "CodeAssignment",
    "Component",
    "CurrentWords",
    "EmptySearch",
    "EnvironmentFinding",
    "FilingRegister",
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
    "SampleTick",
    "YearFixed",
]
