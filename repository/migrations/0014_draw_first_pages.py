import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('repository', '0013_take_h5p_and_lengths'),
    ]

    operations = [
        migrations.CreateModel(
            name='PagePicture',
            fields=[
                ('version', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='page_picture', serialize=False, to='repository.version')),
                ('state', models.CharField(choices=[('drawing', 'Being drawn'), ('done', 'Drawn'), ('blank', 'The page is blank'), ('failed', 'Could not be drawn')], default='drawing', max_length=10)),
                ('code', models.CharField(blank=True, default='', max_length=40)),
                ('tries', models.PositiveSmallIntegerField(default=1)),
                ('at', models.DateTimeField()),
                ('media_type', models.CharField(blank=True, default='', max_length=40)),
                ('data', models.BinaryField(default=None, null=True)),
            ],
        ),
    ]
