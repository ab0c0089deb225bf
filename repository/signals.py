"""News from the repository to the apps at its right. Sent inside the transaction of the change."""

from django.dispatch import Signal

# resource_ids: list[int] -- metadata, versions or publications of these changed
resource_changed = Signal()
# version_ids: list[int], for_cause: bool -- no longer published (anywhere, when for_cause)
resource_withdrawn = Signal()
# resource_ids: list[int] -- the average or the number of their stars changed
resource_rated = Signal()
# resource_ids: list[int] -- the text inside a published version of these has been read
inner_text_read = Signal()
