from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "documents"
    verbose_name = "公文"
    default_auto_field = "django.db.models.BigAutoField"
    append_only = ("documents_revision", "documents_opinion", "documents_rendition")
    never_deleted = (
        "documents_document",
        "documents_historicaldocument",
        "documents_attachment",
        "documents_participant",
        "documents_currentdocument",
    )

    def ready(self) -> None:
        from . import filing_port, handover, navigation, rules  # noqa: F401  they register themselves
