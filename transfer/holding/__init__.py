"""The archive's books of its holding: what is there, how it fares, what threatens it, and its back-ups.

`tables` names every table; page, print and workbook show the same lines (DA/T 99—2024; GB/T 18894—2016; domain 18.1, 18.2).
"""
