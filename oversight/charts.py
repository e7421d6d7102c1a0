"""A chart of monthly rates as SVG: geometry only, drawn by a template; it prints, and every bar has its words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from .rates import Figures, total

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 720, 190, 40, 20, 30
SLOT = (WIDTH - LEFT) / 12
BAR = 26
PLOT = HEIGHT - TOP - BOTTOM
LINES = (0, 50, 100)


@dataclass(frozen=True)
class Bar:
    """One month: the live rate as a bar, the frozen one as a tick; both in percent, None where nothing was due."""

    month: int
    rate: Decimal | None
    frozen: Decimal | None

    @property
    def x(self) -> float:
        return round(LEFT + (self.month - 1) * SLOT + (SLOT - BAR) / 2, 1)

    @property
    def middle(self) -> float:
        return round(self.x + BAR / 2, 1)

    @property
    def height(self) -> float:
        return round(_tall(self.rate), 1)

    @property
    def y(self) -> float:
        return round(TOP + PLOT - _tall(self.rate), 1)

    @property
    def label_y(self) -> float:
        return round(self.y - 4, 1)

    @property
    def tick_y(self) -> float:
        return round(TOP + PLOT - _tall(self.frozen), 1)

    @property
    def tick_from(self) -> float:
        return round(self.x - 5, 1)

    @property
    def tick_to(self) -> float:
        return round(self.x + BAR + 5, 1)


@dataclass(frozen=True)
class Chart:
    """`apart` is what belongs to no single month: in the year's rate, and in no bar."""

    bars: tuple[Bar, ...]
    apart: Figures = field(default_factory=Figures)
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    bar: int = BAR
    foot: int = HEIGHT - 10

    @property
    def grid(self) -> list[tuple[int, float]]:
        return [(value, round(TOP + PLOT - PLOT * value / 100, 1)) for value in LINES]

    @property
    def words(self) -> str:
        """What the picture says, for those who do not see it."""
        told = [f"{bar.month}月 {bar.rate}%" for bar in self.bars if bar.rate is not None]
        return f"各月归档率：{'，'.join(told)}。" if told else "各月归档率：尚无应归档件。"


def _tall(rate: Decimal | None) -> float:
    """Height in the picture; more than 100 % (a back-file beyond its baseline) ends at the top line."""
    return PLOT * min(float(rate or 0), 100) / 100


def monthly(months: Mapping[int, Figures], frozen: Mapping[int, Figures]) -> Chart:
    """Month → figures, live and frozen; months without anything due stay empty, under 0 is what has no month."""
    bars = tuple(Bar(n, months.get(n, Figures()).rate, frozen.get(n, Figures()).rate) for n in range(1, 13))
    return Chart(bars, months.get(0, Figures()))


def summed(units: Mapping[int, Mapping[int, Figures]]) -> dict[int, Figures]:
    """Month → figures of all units together."""
    return {n: total(months[n] for months in units.values() if n in months) for n in range(13)}
