"""What the platform itself says and hands over: launch address, launch data, its own statements. Pure.

Sources: cmi5 specification, 1st edition, 8.1 (launch), 9.3 to 9.6 (statements), 10 (launch data).
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from courses.runtime.cmi5 import vocabulary as words
from repository.packages.manifest import with_parameters


@dataclass(frozen=True, slots=True)
class Launched:
    """A launch of one unit. ``site`` is the address that names accounts and activities; ``unit`` the facts
    of the course structure; ``mode`` normal, browse or review."""

    site: str
    learner: str
    registration: str
    session: str
    resource: str
    unit: Mapping[str, Any] = field(default_factory=dict)
    mode: str = "normal"

    @property
    def actor(self) -> dict[str, Any]:
        account = {"homePage": self.site, "name": self.learner}
        return {"objectType": "Agent", "account": account}

    @property
    def activity(self) -> str:
        return activity_id(self.site, self.resource, str(self.unit.get("id", "")))


def activity_id(site: str, resource: str, publisher_id: str) -> str:
    """The platform's own id of a unit, block or course (8.1.5): the same in each version of a resource."""
    name = uuid.uuid5(uuid.NAMESPACE_URL, f"{resource} {publisher_id}")
    return f"{site}/xapi/activities/{name}"


def launch_query(query: str, launch: Launched, *, endpoint: str, fetch: str) -> str:
    """The unit's own query and fragment with the five parameters of a launch."""
    parameters = {
        "endpoint": endpoint,
        "fetch": fetch,
        "actor": json.dumps(launch.actor, separators=(",", ":")),
        "registration": launch.registration,
        "activityId": launch.activity,
    }
    return with_parameters(query, urlencode(parameters, quote_via=quote, safe=""))


def launch_data(launch: Launched, *, return_url: str) -> dict[str, Any]:
    """The document LMS.LaunchData."""
    unit = launch.unit
    data: dict[str, Any] = {
        "contextTemplate": _template(launch),
        "launchMode": words.MODES[launch.mode],
        "launchMethod": unit.get("launchMethod", "AnyWindow"),
        "moveOn": unit.get("moveOn", "NotApplicable"),
        "returnURL": return_url,
    }
    data |= {name: unit[name] for name in ("launchParameters", "masteryScore") if name in unit}
    if "entitlementKey" in unit:
        data["entitlementKey"] = {"courseStructure": unit["entitlementKey"]}
    return data


def _template(launch: Launched) -> dict[str, Any]:
    grouping = [{"objectType": "Activity", "id": launch.unit["id"]}] if launch.unit.get("id") else []
    return {
        "contextActivities": {"grouping": grouping},
        "extensions": {words.SESSION_ID: launch.session},
    }


def own_statement(
    launch: Launched,
    verb: str,
    at: datetime,
    *,
    target: Mapping[str, Any] | None = None,
    result: Mapping[str, Any] | None = None,
    extensions: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """A statement of the platform about a unit, or about ``target`` (an activity with its publisher's id)."""
    context = _template(launch)
    context["registration"] = launch.registration
    category = [{"objectType": "Activity", "id": words.CATEGORY}]
    if result and ("completion" in result or "success" in result):
        category.append({"objectType": "Activity", "id": words.CATEGORY_MOVE_ON})
    context["contextActivities"]["category"] = category
    context["extensions"] |= extensions or {}
    thing: dict[str, Any] = {"objectType": "Activity", "id": launch.activity}
    if target is not None:
        thing |= {
            "id": activity_id(launch.site, launch.resource, target["id"]),
            "definition": {"type": target["type"]},
        }
        context["contextActivities"]["grouping"] = [{"objectType": "Activity", "id": target["id"]}]
    stamp = at.isoformat().replace("+00:00", "Z")
    statement: dict[str, Any] = {
        "id": str(uuid.uuid4()),
        "actor": launch.actor,
        "verb": {"id": verb, "display": {"en": verb.rpartition("/")[2]}},
        "object": thing,
        "context": context,
        "timestamp": stamp,
    }
    if result:
        statement["result"] = dict(result)
    return statement


def launched_extensions(launch: Launched, url: str) -> dict[str, Any]:
    """What a "launched" statement says besides (9.6.3)."""
    unit = launch.unit
    said: dict[str, Any] = {
        words.LAUNCH_MODE: words.MODES[launch.mode],
        words.LAUNCH_URL: url,
        words.MOVE_ON: unit.get("moveOn", "NotApplicable"),
    }
    if "launchParameters" in unit:
        said[words.LAUNCH_PARAMETERS] = unit["launchParameters"]
    if "masteryScore" in unit:
        said[words.MASTERY_SCORE] = unit["masteryScore"]
    return said


def preferences(language: str) -> dict[str, str]:
    """The learner's preferences where she has left none (11)."""
    return {"languagePreference": language, "audioPreference": "on"}
