from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("search", "0002_marks_of_each_engine")]

    operations = [
        migrations.CreateModel(
            name="Wordbook",
            fields=[
                ("name", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("generation", models.BigIntegerField(default=0)),
                ("changed_at", models.DateTimeField(auto_now=True)),
                ("data", models.BinaryField(default=b"")),
            ],
        ),
        migrations.CreateModel(
            name="Synonym",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "words",
                    models.CharField(
                        help_text="What people type, such as HSG.", max_length=60, verbose_name="Words"
                    ),
                ),
                (
                    "meaning",
                    models.CharField(
                        help_text="What is searched for as well, such as học sinh giỏi.",
                        max_length=100,
                        verbose_name="Meaning",
                    ),
                ),
                (
                    "both_ways",
                    models.BooleanField(
                        default=True,
                        help_text="Whoever types the meaning finds the words too.",
                        verbose_name="Both ways",
                    ),
                ),
                ("changed_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "verbose_name": "synonym",
                "verbose_name_plural": "synonyms",
                "ordering": ("words", "meaning"),
                "constraints": [models.UniqueConstraint(fields=("words", "meaning"), name="synonym_once")],
            },
        ),
    ]
