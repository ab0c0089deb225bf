"""The identifiers of xAPI and cmi5 that the platform reads and writes. Pure.

Source: cmi5 specification, 1st edition, sections 9 to 11.
"""

from __future__ import annotations

XAPI_VERSION = "1.0.3"

_ADL, _CMI5 = "http://adlnet.gov/expapi/verbs/", "https://w3id.org/xapi/adl/verbs/"
INITIALIZED, TERMINATED = f"{_ADL}initialized", f"{_ADL}terminated"
COMPLETED, PASSED, FAILED = f"{_ADL}completed", f"{_ADL}passed", f"{_ADL}failed"
LAUNCHED, VOIDED = f"{_ADL}launched", f"{_ADL}voided"
ABANDONED, WAIVED, SATISFIED = f"{_CMI5}abandoned", f"{_CMI5}waived", f"{_CMI5}satisfied"

#: What a unit may say in the words of the standard; the rest of its verbs are the platform's own.
OF_UNITS = frozenset({INITIALIZED, TERMINATED, COMPLETED, PASSED, FAILED})
OF_PLATFORM = frozenset({LAUNCHED, ABANDONED, WAIVED, SATISFIED, VOIDED})

CATEGORY = "https://w3id.org/xapi/cmi5/context/categories/cmi5"
CATEGORY_MOVE_ON = "https://w3id.org/xapi/cmi5/context/categories/moveon"

_EXTENSION = "https://w3id.org/xapi/cmi5/context/extensions/"
SESSION_ID = f"{_EXTENSION}sessionid"
MASTERY_SCORE = f"{_EXTENSION}masteryscore"
LAUNCH_MODE = f"{_EXTENSION}launchmode"
LAUNCH_URL = f"{_EXTENSION}launchurl"
MOVE_ON = f"{_EXTENSION}moveon"
LAUNCH_PARAMETERS = f"{_EXTENSION}launchparameters"
PROGRESS = "https://w3id.org/xapi/cmi5/result/extensions/progress"
REASON = "https://w3id.org/xapi/cmi5/result/extensions/reason"

BLOCK_TYPE = "https://w3id.org/xapi/cmi5/activitytype/block"
COURSE_TYPE = "https://w3id.org/xapi/cmi5/activitytype/course"

LAUNCH_DATA = "LMS.LaunchData"
PREFERENCES = "cmi5LearnerPreferences"

#: The platform's modes in the words of the standard (10.2.2)
MODES = {"normal": "Normal", "browse": "Browse", "review": "Review"}
