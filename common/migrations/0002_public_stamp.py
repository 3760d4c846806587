"""The stamp of the public pages, with its one row: what was published before is kept from the first day."""

from uuid import uuid4

from django.db import migrations, models


def add_row(apps, schema_editor):
    apps.get_model("common", "PublicStamp").objects.create(pk=1, stamp=uuid4())


class Migration(migrations.Migration):
    dependencies = [("common", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="PublicStamp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stamp", models.UUIDField()),
            ],
            options={
                "verbose_name": "stamp of the public pages",
                "verbose_name_plural": "stamps of the public pages",
                "constraints": [models.CheckConstraint(condition=models.Q(("pk", 1)), name="public_stamp_one_row")],
            },
        ),
        migrations.RunPython(add_row, migrations.RunPython.noop),
    ]
