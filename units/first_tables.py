"""The tables of an app's one first migration, made as the models stand at its end.

Django makes them step by step and draws the models anew after every step: of a thousand steps that was half a minute
of a core at each first start. Here the steps are taken on paper, the models drawn once and the tables made from them;
PostgreSQL's foreign keys and indexes come at the end of the migration in any case. Only for a migration that begins
with nothing: every other one is Django's own.
"""

from django.db import migrations

INSIDE = (migrations.AddField, migrations.AddIndex, migrations.AddConstraint)  # the table is made with them
DONE = (migrations.CreateModel, migrations.RunSQL)


class FirstTables(migrations.Migration):
    def apply(self, project_state, schema_editor, collect_sql=False):
        """The state after it; TypeError for an operation that cannot be part of a first migration."""
        if strange := [one for one in self.operations if not isinstance(one, INSIDE + DONE)]:
            raise TypeError(f"{self}: {strange[0].describe()} is no part of a first migration.")
        project_state.__dict__.pop("apps", None)  # drawn models would be drawn again at every step
        before = project_state.clone()
        for operation in self.operations:
            operation.state_forwards(self.app_label, project_state)
        for operation in self.operations:
            if isinstance(operation, DONE):
                operation.database_forwards(self.app_label, schema_editor, before, project_state)
        return project_state
