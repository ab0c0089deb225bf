"""What is changed about the portal outside Wagtail's admin."""

from __future__ import annotations

from django.db import transaction

from accounts.models import OrgUnit, User
from accounts.permissions import require
from cms.models import MemberContact


@transaction.atomic
def save_contact(
    *, by: User, unit: OrgUnit, address: str = "", phone: str = "", email: str = "", website: str = ""
) -> MemberContact:
    """Says where a unit is reached, in place of what was said before. Raises NotAllowed."""
    require(by, "unit.manage", unit)
    given = {"address": address, "phone": phone, "email": email, "website": website, "changed_by": by}
    return MemberContact.objects.update_or_create(unit=unit, defaults=given)[0]
