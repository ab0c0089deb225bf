from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("repository", "0011_load_records_of_other_catalogues")]

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
                    ("cmi5", "cmi5"),
                    ("html5", "HTML5 package"),
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
