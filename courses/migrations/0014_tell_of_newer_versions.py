import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Of which newer versions those who manage courses were told by mail."""

    dependencies = [
        ("courses", "0013_take_cartridges"),
        ("repository", "0015_compare_versions"),
    ]

    operations = [
        migrations.CreateModel(
            name="VersionNews",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("told_at", models.DateTimeField(auto_now_add=True)),
                (
                    "activity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="courses.activity"
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="repository.version"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("activity", "version"), name="versionnews_once")
                ],
            },
        ),
    ]
