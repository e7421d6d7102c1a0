from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "files"
    verbose_name = "文件"
    default_auto_field = "django.db.models.BigAutoField"
    sql = ("publication.sql",)
    chores = "files.chores"
    append_only = ("files_storedfile", "files_publicationfile")
