"""The portal's models are read through a connection of their own, under a role that sees open rows only."""


class PortalRouter:
    def db_for_read(self, model, **hints):
        return "portal" if model._meta.app_label == "portal" else None

    def db_for_write(self, model, **hints):
        return self.db_for_read(model)

    def allow_relation(self, obj1, obj2, **hints):
        return None

    def allow_migrate(self, db, app_label, **hints):
        return db == "default"
