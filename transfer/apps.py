from django.apps import AppConfig


class TransferConfig(AppConfig):
    name = "transfer"
    verbose_name = "移交"
    default_auto_field = "django.db.models.BigAutoField"
    append_only = ("transfer_receipt",)
    never_deleted = (
        "transfer_batch",
        "transfer_historicalbatch",
        "transfer_batchitem",
        "transfer_packagepart",
        "transfer_copy",
    )

    def ready(self) -> None:
        from . import background, navigation, notices, rules  # noqa: F401  handlers, menu and rules register themselves
