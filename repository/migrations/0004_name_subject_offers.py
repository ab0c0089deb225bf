"""Only names that editors read; nothing changes in the database."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("repository", "0003_count_ingestion_tries")]

    operations = [
        migrations.AlterModelOptions(
            name="subjectoffer",
            options={
                "verbose_name": "subject of a grade",
                "verbose_name_plural": "subjects by grade",
            },
        ),
        migrations.AlterField(
            model_name="subjectoffer",
            name="subject",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="offers",
                to="repository.subject",
                verbose_name="subject",
            ),
        ),
        migrations.AlterField(
            model_name="subjectoffer",
            name="grade",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="offers",
                to="repository.grade",
                verbose_name="grade",
            ),
        ),
    ]
