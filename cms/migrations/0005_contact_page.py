"""A contact page below the front page, for editors to fill."""

import uuid

from django.db import migrations
from django.utils import timezone
from wagtail.models import Page

TITLE, SLUG = "Liên hệ", "contact"


def forwards(apps, schema_editor):
    page_model = apps.get_model("wagtailcore", "Page")
    contact_model = apps.get_model("cms", "ContactPage")
    types = apps.get_model("contenttypes", "ContentType")
    home = page_model.objects.filter(pk__in=apps.get_model("cms", "HomePage").objects.values("pk")).first()
    if home is None or contact_model.objects.exists():
        return
    below = page_model.objects.filter(path__startswith=home.path, depth=home.depth + 1)
    if below.filter(slug=SLUG).exists():
        return  # an editor has a page there already
    last = below.order_by("path").values_list("path", flat=True).last()
    step = Page._str2int(last[-Page.steplen :]) + 1 if last else 1
    now = timezone.now()
    page = page_model.objects.create(
        title=TITLE,
        draft_title=TITLE,
        slug=SLUG,
        path=Page._get_path(home.path, home.depth + 1, step),
        depth=home.depth + 1,
        url_path=f"{home.url_path}{SLUG}/",
        content_type=types.objects.get_or_create(app_label="cms", model="contactpage")[0],
        locale_id=home.locale_id,
        translation_key=uuid.uuid4(),
        first_published_at=now,
        last_published_at=now,
        live=True,
    )
    home.numchild += 1
    home.save(update_fields=["numchild"])
    row = contact_model(page_ptr_id=page.pk)
    row.save_base(raw=True, force_insert=True)


def backwards(apps, schema_editor):
    page_model = apps.get_model("wagtailcore", "Page")
    for page in page_model.objects.filter(pk__in=apps.get_model("cms", "ContactPage").objects.values("pk")):
        home = page_model.objects.get(path=page.path[: -Page.steplen])
        apps.get_model("cms", "ContactPage").objects.filter(pk=page.pk)._raw_delete(
            schema_editor.connection.alias
        )
        page.delete()
        home.numchild -= 1
        home.save(update_fields=["numchild"])


class Migration(migrations.Migration):
    dependencies = [("cms", "0004_menus_contact_and_members")]

    operations = [migrations.RunPython(forwards, backwards)]
