"""What can be done to learning resources, a function a verb. ``by=None`` is the system itself."""

from repository.actions._rights import others_review
from repository.actions.direct import begin_direct, complete_direct, direct_state, sign_parts
from repository.actions.likeness import confirm_likeness, own_lesson
from repository.actions.preview import preview_upload
from repository.actions.publication import publish, units_to_publish_at, withdraw
from repository.actions.resources import (
    create_resource,
    current_metadata,
    describe,
    discard,
    restore,
    save_metadata,
    take_title,
)
from repository.actions.sweep import sweep_blobs, sweep_discarded, sweep_uploads
from repository.actions.uploads import (
    append_part,
    begin_upload,
    cancel_upload,
    check_room,
    find_upload,
    finish_upload,
    receive_file,
)
from repository.actions.versions import (
    missing_fields,
    recall,
    return_version,
    submit_for_review,
    submit_version,
    taken_before,
)

__all__ = [
    "append_part",
    "begin_direct",
    "begin_upload",
    "cancel_upload",
    "check_room",
    "complete_direct",
    "confirm_likeness",
    "create_resource",
    "current_metadata",
    "describe",
    "direct_state",
    "discard",
    "find_upload",
    "finish_upload",
    "missing_fields",
    "others_review",
    "own_lesson",
    "preview_upload",
    "publish",
    "recall",
    "receive_file",
    "restore",
    "return_version",
    "save_metadata",
    "sign_parts",
    "submit_for_review",
    "submit_version",
    "sweep_blobs",
    "sweep_discarded",
    "sweep_uploads",
    "take_title",
    "taken_before",
    "units_to_publish_at",
    "withdraw",
]
