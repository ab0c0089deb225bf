import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_names_sort_in_vietnamese"),
        ("repository", "0010_remember_arrived_parts"),
    ]

    operations = [
        migrations.AlterField(
            model_name="version",
            name="kind",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Not yet known"),
                    ("scorm12", "SCORM 1.2"),
                    ("scorm2004", "SCORM 2004"),
                    ("html5", "HTML5 package"),
                    ("pdf", "PDF"),
                    ("image", "Image"),
                    ("audio", "Audio"),
                    ("video", "Video"),
                    ("record", "Catalogue record"),
                ],
                default="",
                max_length=12,
            ),
        ),
        migrations.CreateModel(
            name="ExternalRecord",
            fields=[
                (
                    "resource",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="external_record",
                        serialize=False,
                        to="repository.learningresource",
                    ),
                ),
                ("external_id", models.CharField(max_length=200)),
                ("author", models.CharField(blank=True, default="", max_length=200)),
                ("digest", models.CharField(max_length=32)),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.orgunit"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("unit", "external_id"), name="externalrecord_once")
                ],
            },
        ),
    ]
