from django.db import migrations, models


class Migration(migrations.Migration):
    """Uploads that go to object storage directly: their way, their parts, who is settling them."""

    dependencies = [("repository", "0006_keep_deleted_drafts_and_sheets")]

    operations = [
        migrations.AddField(
            model_name="upload",
            name="way",
            field=models.CharField(
                choices=[("site", "Through the site"), ("direct", "To the storage directly")],
                default="site",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="upload",
            name="multipart",
            field=models.CharField(blank=True, default="", max_length=1024),
        ),
        migrations.AddField(model_name="upload", name="part_bytes", field=models.BigIntegerField(default=0)),
        migrations.AddField(
            model_name="upload", name="leased_until", field=models.DateTimeField(default=None, null=True)
        ),
        migrations.AlterField(
            model_name="upload",
            name="state",
            field=models.CharField(
                choices=[
                    ("arriving", "Arriving"),
                    ("settling", "Being stored"),
                    ("received", "Received"),
                    ("used", "Used"),
                    ("refused", "Refused"),
                ],
                default="arriving",
                max_length=10,
            ),
        ),
    ]
