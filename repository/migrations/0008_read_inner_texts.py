import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("repository", "0007_take_uploads_directly")]

    operations = [
        migrations.CreateModel(
            name="TextReading",
            fields=[
                (
                    "version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="text_reading",
                        serialize=False,
                        to="repository.version",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("reading", "Being read"),
                            ("done", "Read"),
                            ("partial", "Read in part"),
                            ("text_failed", "The text could not be read"),
                        ],
                        default="reading",
                        max_length=12,
                    ),
                ),
                ("code", models.CharField(blank=True, default="", max_length=40)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("characters", models.PositiveIntegerField(default=0)),
                ("parts", models.PositiveIntegerField(default=0)),
                ("digest", models.CharField(blank=True, default="", max_length=32)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="InnerText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                ("label", models.CharField(blank=True, default="", max_length=200)),
                ("place", models.CharField(blank=True, default="", max_length=1000)),
                ("number", models.PositiveIntegerField(default=None, null=True)),
                ("text", models.TextField()),
                (
                    "sco",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="repository.sco",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="inner_texts",
                        to="repository.version",
                    ),
                ),
            ],
            options={"ordering": ["version", "position"]},
        ),
        migrations.AddIndex(
            model_name="textreading",
            index=models.Index(fields=["state", "at"], name="textreading_state_at"),
        ),
        migrations.AddConstraint(
            model_name="innertext",
            constraint=models.UniqueConstraint(fields=("version", "position"), name="innertext_once"),
        ),
    ]
