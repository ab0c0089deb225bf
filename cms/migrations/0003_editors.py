"""The group of editors and what Wagtail lets it do; ``cms.editors`` says who is in it."""

from django.db import migrations

GROUP = "Portal editors"
PAGES = ("add", "change", "publish", "lock", "unlock", "bulk_delete")
COLLECTION = [
    ("wagtailimages", "image", ("add", "change", "choose")),
    ("wagtaildocs", "document", ("add", "change", "choose")),
]


def _permission(apps, app, model, codename):
    types = apps.get_model("contenttypes", "ContentType")
    permissions = apps.get_model("auth", "Permission")
    kind = types.objects.get_or_create(app_label=app, model=model)[0]
    return permissions.objects.get_or_create(
        content_type=kind, codename=codename, defaults={"name": f"Can {codename.replace('_', ' ')}"}
    )[0]


def forwards(apps, schema_editor):
    group = apps.get_model("auth", "Group").objects.get_or_create(name=GROUP)[0]
    group.permissions.add(
        _permission(apps, "wagtailadmin", "admin", "access_admin"),
        _permission(apps, "cms", "portal", "change_portal"),
    )
    page_rights = apps.get_model("wagtailcore", "GroupPagePermission")
    home = apps.get_model("wagtailcore", "Page").objects.filter(depth=2).order_by("path").first()
    for act in PAGES:
        permission = _permission(apps, "wagtailcore", "page", f"{act}_page")
        page_rights.objects.get_or_create(group=group, page=home, permission=permission)
    root = apps.get_model("wagtailcore", "Collection").objects.filter(depth=1).first()
    collection_rights = apps.get_model("wagtailcore", "GroupCollectionPermission")
    for app, model, acts in COLLECTION:
        for act in acts:
            permission = _permission(apps, app, model, f"{act}_{model}")
            collection_rights.objects.get_or_create(group=group, collection=root, permission=permission)


def backwards(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name=GROUP).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0002_front_page"),
        ("wagtailadmin", "0005_editingsession_is_editing"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
        ("wagtailimages", "0025_alter_image_file_alter_rendition_file"),
        ("wagtaildocs", "0012_uploadeddocument"),
    ]

    operations = [migrations.RunPython(forwards, backwards)]
