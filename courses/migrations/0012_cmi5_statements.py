import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


def _id():
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [("courses", "0011_newer_versions")]

    operations = [
        migrations.AlterField(
            model_name="learnerrecord",
            name="scope",
            field=models.CharField(
                choices=[("objective", "Objective"), ("data", "Data"), ("profile", "Profile")], max_length=10
            ),
        ),
        migrations.CreateModel(
            name="Cmi5Launch",
            fields=[
                ("id", _id()),
                ("fetch_hash", models.CharField(blank=True, db_index=True, default="", max_length=64)),
                ("fetched_at", models.DateTimeField(default=None, null=True)),
                ("initialized_at", models.DateTimeField(default=None, null=True)),
                ("terminated_at", models.DateTimeField(default=None, null=True)),
                ("abandoned_at", models.DateTimeField(default=None, null=True)),
                ("passed", models.BooleanField(default=False)),
                ("failed", models.BooleanField(default=False)),
                ("heard", models.JSONField(default=list)),
                (
                    "session",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="cmi5",
                        to="courses.runtimesession",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Statement",
            fields=[
                ("id", _id()),
                ("sco_identifier", models.CharField(max_length=400)),
                ("uid", models.UUIDField()),
                ("verb", models.CharField(max_length=500)),
                ("by_platform", models.BooleanField(default=False)),
                ("score", models.FloatField(default=None, null=True)),
                ("document", models.TextField()),
                ("fingerprint", models.CharField(max_length=32)),
                ("stored_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "attempt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="statements",
                        to="courses.attempt",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="statements",
                        to="courses.runtimesession",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["attempt", "stored_at"], name="statement_by_time")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("attempt", "uid"), name="statement_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="UnitDocument",
            fields=[
                ("id", _id()),
                ("sco_identifier", models.CharField(max_length=400)),
                ("name", models.CharField(max_length=400)),
                ("media_type", models.CharField(max_length=100)),
                ("body", models.BinaryField()),
                ("changed_at", models.DateTimeField(auto_now=True)),
                (
                    "attempt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="unit_documents",
                        to="courses.attempt",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("attempt", "sco_identifier", "name"), name="unitdocument_once"
                    )
                ],
            },
        ),
    ]
