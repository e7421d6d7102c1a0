"""What an archivist enters of other people's acts is told as entered, never as something the system has seen."""

ON_PAPER = "（纸质签字）"  # the approver signed outside the system


def approver_told(name: str) -> str:
    """As pages and papers say it; "" where nobody was named."""
    return f"批准人（档案员填写）：{name}" if name else ""
