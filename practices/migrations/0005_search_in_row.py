"""PostgreSQL keeps the tokens beside their record number instead of in a table apart.

The planner does not count what it costs to fetch them from there, and so read all of them for each
search instead of asking the index.
"""

from django.db import migrations


def keep_in_row(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE practices_search ALTER COLUMN tokens SET STORAGE MAIN")
        schema_editor.execute("UPDATE practices_search SET tokens = tokens || ''::tsvector")


def keep_apart(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE practices_search ALTER COLUMN tokens SET STORAGE EXTENDED")


class Migration(migrations.Migration):
    dependencies = [("practices", "0004_facets")]
    operations = [migrations.RunPython(keep_in_row, keep_apart)]
