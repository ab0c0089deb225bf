"""News from accounts to the apps at its right. Sent inside the transaction of the change."""

from django.dispatch import Signal

# user_ids: list[int], unit_ids: list[int] -- whose memberships changed, and in which units
membership_changed = Signal()
# unit_ids: list[int] -- units opened, renamed, moved or closed
units_changed = Signal()
# user_ids: list[int] -- people who may no longer act: deactivated
users_deactivated = Signal()
# day: date -- a local day has begun: validity that starts or ends on it takes effect
day_turned = Signal()
