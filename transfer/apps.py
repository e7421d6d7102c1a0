from django.apps import AppConfig


class TransferConfig(AppConfig):
    name = "transfer"
    verbose_name = "移交"
    default_auto_field = "django.db.models.BigAutoField"
    sql = ("event_or_nothing.sql",)
    chores = "transfer.chores"
    append_only = ("transfer_receipt", "transfer_mediumcontent", "transfer_mediumcheck", "transfer_spacereading")
    deletable = ("transfer_peernonce",)  # when the time of their requests would be refused

    def ready(self) -> None:
        from . import (
            background,
            conversion_background,
            line_background,
            navigation,
            notices,
            register_seals,
            rules,
            sampling,
        )

        self.registered = (
            background,
            conversion_background,
            line_background,
            navigation,
            notices,
            register_seals,
            rules,
            sampling,
        )  # they register themselves when they are imported
