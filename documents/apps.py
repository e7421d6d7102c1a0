from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "documents"
    verbose_name = "公文"
    default_auto_field = "django.db.models.BigAutoField"
    sql = ("validity.sql", "event_or_nothing.sql", "words.sql")
    chores = "documents.chores"
    append_only = (
        "documents_revision",
        "documents_opinion",
        "documents_rendition",
        "documents_urging",
        "documents_dispatch",
        "documents_originaldisposal",
        "documents_meetingreply",
        "documents_sealing",
    )
    deletable = (
        "documents_addressee",
        "documents_countersigner",
        "documents_issuer",
        "documents_replycall",
    )  # of drafts

    def ready(self) -> None:
        from . import (
            after_forms,
            amend_forms,
            co_handling_forms,
            filing_port,
            going_back_forms,
            handover,
            navigation,
            page_ahead,
            render_jobs,
            rules,
            supervise_forms,
        )

        # they register themselves when they are imported
        self.registered = (
            after_forms,
            amend_forms,
            co_handling_forms,
            filing_port,
            going_back_forms,
            handover,
            navigation,
            page_ahead,
            render_jobs,
            rules,
            supervise_forms,
        )
