from django.db import migrations, models


class Migration(migrations.Migration):
    """Whether a version seems to be another lesson than the one before."""

    dependencies = [("repository", "0014_draw_first_pages")]

    operations = [
        migrations.AddField(
            model_name="version",
            name="likeness",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Like the version before"),
                    ("unlike", "Unlike the version before"),
                    ("confirmed", "Another file of the same lesson, says its author"),
                ],
                default="",
                max_length=10,
            ),
        ),
    ]
