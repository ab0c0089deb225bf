from django.db import migrations, models


class Migration(migrations.Migration):
    """H5P packages, and how long a video or sound is."""

    dependencies = [("repository", "0012_take_cmi5_and_cartridges")]

    operations = [
        migrations.AddField(
            model_name="version", name="seconds", field=models.FloatField(default=None, null=True)
        ),
        migrations.AlterField(
            model_name="version",
            name="kind",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Not yet known"),
                    ("scorm12", "SCORM 1.2"),
                    ("scorm2004", "SCORM 2004"),
                    ("cmi5", "cmi5"),
                    ("html5", "HTML5 package"),
                    ("h5p", "H5P"),
                    ("imscc", "Common Cartridge"),
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
    ]
