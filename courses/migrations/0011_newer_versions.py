import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0010_sequencing'),
        ('repository', '0011_load_records_of_other_catalogues'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='attempt',
            name='moved_from',
            field=models.ForeignKey(blank=True, default=None, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='moved_to', to='courses.attempt'),
        ),
        migrations.AddField(
            model_name='attempt',
            name='set_aside_at',
            field=models.DateTimeField(default=None, null=True),
        ),
        migrations.AddField(
            model_name='scostate',
            name='former',
            field=models.ForeignKey(default=None, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='courses.scostate'),
        ),
        migrations.AddField(
            model_name='scostate',
            name='carried',
            field=models.CharField(blank=True, default='', max_length=6),
        ),
        migrations.AddField(
            model_name='scostate',
            name='before_seconds',
            field=models.FloatField(default=0),
        ),
        migrations.CreateModel(
            name='Switch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('way', models.CharField(choices=[('stay', 'Those in progress stay'), ('move', 'Those in progress move')], max_length=4)),
                ('plan', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('moving', 'Under way'), ('done', 'Done'), ('returning', 'Being taken back'), ('returned', 'Taken back')], default='moving', max_length=10)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('returned_at', models.DateTimeField(default=None, null=True)),
                ('activity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='switches', to='courses.activity')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('returned_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='repository.version')),
            ],
            options={
                'ordering': ['-at', '-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['moving', 'returning'])), fields=('activity',), name='switch_one_busy')],
            },
        ),
        migrations.CreateModel(
            name='SwitchedRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('former', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='repository.version')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.courserun')),
                ('switch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='runs', to='courses.switch')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('switch', 'run'), name='switchedrun_once')],
            },
        ),
        migrations.CreateModel(
            name='SwitchedAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('moved', 'Moved'), ('left', 'Not needed any more'), ('back', 'Back on the former version')], default='waiting', max_length=8)),
                ('at', models.DateTimeField(auto_now=True)),
                ('former', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.attempt')),
                ('successor', models.OneToOneField(default=None, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='switched', to='courses.attempt')),
                ('switch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attempts', to='courses.switch')),
            ],
            options={
                'indexes': [models.Index(fields=['switch', 'state'], name='switchedattempt_state')],
                'constraints': [models.UniqueConstraint(fields=('switch', 'former'), name='switchedattempt_once')],
            },
        ),
    ]
