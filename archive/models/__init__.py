"""Fonds, retention schedule, records (件) with their components, findings and search text; by noun."""

from .appraisal import (
    Appraisal,
    AppraisalItem,
    GroupMember,
    Hold,
    Prolongation,
    Supervision,
    SupervisionWithdrawal,
)
from .checks import EnvironmentFinding, SampleTick
from .evaluation import EvaluationItem, EvaluationVerdict, SingleSetEvaluation
from .fonds import CodeScheme, Fonds, FondsCreator, PairPolicy
from .inspection import InspectionResult, InspectionRun
from .lending import PaperLoan
from .opening import OpeningConsultation, OpeningItem, OpeningOpinion, OpeningRound, OpeningVerdict
from .papers import KeepingPaper
from .parts import Component, RecordGrant, RecordRelation
from .record import CodeAssignment, Record
from .schedule import RetentionRule, RetentionSchedule
from .text import BigramCount, CurrentWords, EmptySearch, RecordText, RecordWords
from .twins import Box, BoxItem, SingleSet, StockCheck, SuppliedPaper
from .use import UseRequest
from .year import BulkChange, BulkCorrection, FilingRegister, YearFixed

__all__ = [
    "Appraisal",
    "AppraisalItem",
    "BigramCount",
    "Box",
    "BoxItem",
    "BulkChange",
    "BulkCorrection",
    "CodeAssignment",
    "CodeScheme",
    "Component",
    "CurrentWords",
    "EmptySearch",
    "EnvironmentFinding",
    "EvaluationItem",
    "EvaluationVerdict",
    "FilingRegister",
    "Fonds",
    "FondsCreator",
    "GroupMember",
    "Hold",
    "InspectionResult",
    "InspectionRun",
    "KeepingPaper",
    "OpeningConsultation",
    "OpeningItem",
    "OpeningOpinion",
    "OpeningRound",
    "OpeningVerdict",
    "PairPolicy",
    "PaperLoan",
    "Prolongation",
    "Record",
    "RecordGrant",
    "RecordRelation",
    "RecordText",
    "RecordWords",
    "RetentionRule",
    "RetentionSchedule",
    "SampleTick",
    "SingleSet",
    "SingleSetEvaluation",
    "StockCheck",
    "Supervision",
    "SupervisionWithdrawal",
    "SuppliedPaper",
    "UseRequest",
    "YearFixed",
]
