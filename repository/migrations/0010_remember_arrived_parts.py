from django.db import migrations, models


class Migration(migrations.Migration):
    """What object storage has of a file that arrives through the site."""

    dependencies = [("repository", "0009_keep_ratings")]

    operations = [
        migrations.AddField(model_name="upload", name="arrived", field=models.JSONField(default=dict)),
        migrations.AddField(
            model_name="upload", name="numbers", field=models.PositiveIntegerField(default=0)
        ),
    ]
