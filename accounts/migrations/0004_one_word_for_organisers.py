"""The role is called “organiser” on screen; only the label changes, no table does."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_parked_form"),
    ]

    operations = [
        migrations.AlterField(
            model_name="staffrole",
            name="role",
            field=models.CharField(
                choices=[("OFFICER", "organiser"), ("AUDITOR", "auditor"), ("ADMIN", "administrator")],
                max_length=10,
                verbose_name="role",
            ),
        ),
    ]
