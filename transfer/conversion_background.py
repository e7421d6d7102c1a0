"""Conversions done by the worker; either job may be killed anywhere and run again."""

from units import jobs
from units.actions import system_user
from units.pace import paced

from .conversion_workflow import CONVERSION
from .conversions import running
from .models import ConversionMigration
from .room import refused_when_full
from .states import ConversionState


def _row(uid: str) -> ConversionMigration:
    rows = ConversionMigration.objects.unguarded("the worker does what a person asked for")
    return rows.select_related("archive", "operator").get(uid=uid)


@jobs.handler("try_conversion")
@refused_when_full("试转文件")
def try_conversion(job, conversion: str) -> None:
    row = _row(conversion)
    if row.state == ConversionState.TRYING:
        told = running.try_out(row, paced(job, "试转"))
        CONVERSION.perform("tried", row, by=system_user(), note=told)


@jobs.handler("carry_out_conversion")
@refused_when_full("转换件")
def carry_out_conversion(job, conversion: str) -> None:
    row = _row(conversion)
    if row.state == ConversionState.RUNNING:
        running.carry_out(row, paced(job, "转换"))
        CONVERSION.perform("ran", row, by=system_user())
