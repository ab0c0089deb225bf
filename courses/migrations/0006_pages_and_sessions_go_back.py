from django.db import migrations


def forget_pages_and_sessions(apps, schema_editor):
    """The schema before had no activity without a resource: going back drops pages and sessions."""
    activities = apps.get_model("courses", "Activity").objects
    gone = list(activities.filter(kind__in=["page", "session"]).values_list("pk", flat=True))
    apps.get_model("courses", "ActivityCompletion").objects.filter(activity_id__in=gone).delete()
    pins = apps.get_model("courses", "RunPin").objects
    pins.filter(version_id=None).delete()
    pins.filter(activity_id__in=gone).delete()
    activities.filter(opens_after_id__in=gone).update(opens_after_id=None)
    apps.get_model("courses", "ClassSession").objects.filter(activity_id__in=gone).update(activity_id=None)
    # What else refers to them is gone. Looking for it would mix models of two states where all goes to zero.
    activities.filter(pk__in=gone)._raw_delete(schema_editor.connection.alias)


class Migration(migrations.Migration):
    """Of its own, since PostgreSQL alters no table whose rows were deleted in the same transaction."""

    dependencies = [
        ("courses", "0005_sessions_pages_and_choice"),
    ]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, forget_pages_and_sessions),
    ]
