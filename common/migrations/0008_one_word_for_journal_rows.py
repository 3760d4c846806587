"""A line of the journal is a row, an entry is what a unit files; only the label changes, no table does."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("common", "0007_emptied_rows_are_told"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="journalentry",
            options={"verbose_name": "journal row", "verbose_name_plural": "journal rows"},
        ),
    ]
