from django.db import migrations


def forget_pages_and_sessions(apps, schema_editor):
    """The schema before had no activity without a resource: going back drops pages and sessions."""
    old = apps.get_model("courses", "Activity").objects.filter(kind__in=["page", "session"])
    apps.get_model("courses", "ActivityCompletion").objects.filter(activity__in=old).delete()
    apps.get_model("courses", "RunPin").objects.filter(version=None).delete()
    old.delete()


class Migration(migrations.Migration):
    """Of its own, since PostgreSQL alters no table whose rows were deleted in the same transaction."""

    dependencies = [
        ("courses", "0005_sessions_pages_and_choice"),
    ]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, forget_pages_and_sessions),
    ]
