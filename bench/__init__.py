"""Figures as ratios: `make bench`. Nothing here is asserted in tests; a number tells nothing without its reference."""
