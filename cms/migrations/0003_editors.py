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
    """By number, as in 0002 of the repository: where all goes to zero, models of two states are mixed."""
    groups, alias = apps.get_model("auth", "Group").objects, schema_editor.connection.alias
    gone = list(groups.filter(name=GROUP).values_list("pk", flat=True))
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_fields:
            if field.many_to_one and field.related_model._meta.label_lower == "auth.group":
                model.objects.filter(**{f"{field.attname}__in": gone})._raw_delete(alias)
    groups.filter(pk__in=gone)._raw_delete(alias)


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0002_front_page"),
        ("wagtailadmin", "0005_editingsession_is_editing"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
        ("wagtailimages", "0025_alter_image_file_alter_rendition_file"),
        ("wagtaildocs", "0012_uploadeddocument"),
    ]

    operations = [migrations.RunPython(forwards, backwards)]
