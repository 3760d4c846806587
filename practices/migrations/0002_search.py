"""The search index: a tsvector table with GIN on PostgreSQL, an FTS5 table on SQLite (practices/search.py).

PostgreSQL keeps the tokens beside their record number (STORAGE MAIN): its planner does not count what
it costs to fetch them from a table apart, and so would read all of them for each search.
"""

from django.db import migrations


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        # No foreign key: the index is rebuilt from the records, and a reference would stand in the way of TRUNCATE.
        schema_editor.execute(
            "CREATE TABLE practices_search (practice_id bigint PRIMARY KEY, tokens tsvector NOT NULL)"
        )
        schema_editor.execute("ALTER TABLE practices_search ALTER COLUMN tokens SET STORAGE MAIN")
        schema_editor.execute("CREATE INDEX practices_search_tokens ON practices_search USING gin (tokens)")
    else:
        schema_editor.execute("CREATE VIRTUAL TABLE practices_search USING fts5(tokens, tokenize = 'ascii')")


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE practices_search")


class Migration(migrations.Migration):
    dependencies = [("practices", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
