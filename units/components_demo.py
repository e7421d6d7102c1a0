"""What the components page (DEBUG only) shows: each part of docs/look.md once, with made-up rows."""

from types import SimpleNamespace as Row

from django import forms
from django.utils import timezone

PAPER = (  # as paper paints it; units may not ask documents
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 210 297" role="img" aria-label="第1页">'
    '<rect width="210" height="297" fill="#ffffff"/><text x="105" y="60" text-anchor="middle" font-size="14" '
    'fill="#ff0000" class="face-title">长宁区信息化委员会文件</text>'
    '<text x="105" y="86" text-anchor="middle" font-size="5.6" class="face-body">'
    '长信〔2026〕12号</text><line x1="28" x2="184" y1="92" y2="92" stroke="#ff0000" stroke-width="0.9"/>'
    '<text x="105" y="116" text-anchor="middle" font-size="7.7" class="face-title">关于做好电子公文归档工作的通知</text></svg>'
)


class DemoForm(forms.Form):
    title = forms.CharField(label="标题", help_text="如：关于××工作的通知", error_messages={"required": "请填写标题。"})
    urgency = forms.ChoiceField(label="紧急程度", choices=[("", "一般"), ("urgent", "加急")], required=False)
    readers = forms.MultipleChoiceField(
        label="传阅",
        choices=[("1", "办公室"), ("2", "综合科"), ("3", "法规科")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    note = forms.CharField(label="意见", widget=forms.Textarea(attrs={"rows": 3}), required=False)


class DemoFilter(forms.Form):
    words = forms.CharField(label="标题或文号", required=False)
    kind = forms.ChoiceField(label="文种", choices=[("", "全部文种"), ("notice", "通知")], required=False)


def _step(label: str, who: str, state: str, **times) -> dict:
    return {
        "label": label,
        "who": who,
        "unit": "区信息委",
        "state": state,
        "due_at": None,
        "is_overdue": False,
        **times,
    }


def _job(title: str, state: str, words: str, total: int, done: int, note: str = "") -> Row:
    shown = {"get_state_display": words, "is_open": done < total, "percent": 100 * done // total}
    return Row(title=title, state=state, total=total, done=done, note=note, **shown)


def context() -> dict:
    now = timezone.now()
    checker, leader = ("（示例）核稿人", "区信息委 核稿人"), ("（示例）领导", "区信息委 领导")
    opinions = [
        Row(label="核稿", text="内容完整，格式规范，拟同意送签。", name=checker[0], post=checker[1], at=now),
        Row(label="签发", text="同意发文。", name=leader[0], post=leader[1], at=now),
    ]
    route = [
        _step("核稿", checker[0], "done", at=now),
        _step("签发", leader[1], "current", at=now, due_at=now, is_overdue=True),
    ]
    jobs = [
        _job("第3批移交打包", "running", "进行中", 1200, 480),
        _job("目录导入", "done", "已完成", 60, 60, "60 件已归档"),
    ]
    return {
        "svgs": [PAPER],
        "jobs": jobs,
        "opinions": opinions,
        "route": route,
        "filters": DemoFilter(),
        "form": DemoForm({}),
        "facts": [("文种", "通知"), ("密级", "公开"), ("保管期限", "30年")],
        "now": now,
        "slice": Row(next_url="?after=x", previous_url="?before=x", count_label="1,234"),
    }
