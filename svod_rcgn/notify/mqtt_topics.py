"""What is said on MQTT, and where: states, events, and the discovery messages of Home Assistant.

https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import msgspec

from ..records import FACE, Event, Subject
from ..text import on_one_line
from .wording import fields_of, local_time

DISCOVERY = "homeassistant"
ONLINE, OFFLINE = "online", "offline"
_OTHERS = re.compile(r"[^A-Za-z0-9-]")
_LONGEST = 250  # characters of a state, which Home Assistant bounds at 255


def word(name: str) -> str:
    """A name as one level of a topic and a part of an id, as Home Assistant has them."""
    return _OTHERS.sub(lambda found: f"_{ord(found[0]):x}_" if found[0] != " " else "_", name)


class Topics:
    """The topics of one process."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.status = f"{prefix}/status"

    def persons(self, camera: str) -> str:
        """Where it stands who is before a camera."""
        return f"{self.prefix}/{word(camera)}/persons"

    def counts(self, camera: str) -> str:
        """Where it stands how many of what are before a camera."""
        return f"{self.prefix}/{word(camera)}/counts"

    def rule(self, camera: str, rule: str) -> str:
        """Where it stands whether a rule holds: ON or OFF."""
        return f"{self.prefix}/{word(camera)}/rules/{word(rule)}"

    def events(self, camera: str) -> str:
        """Where the events of a camera are told."""
        return f"{self.prefix}/{word(camera)}/events"

    def discovery(self, camera: str, rules: Collection[str]) -> Iterator[tuple[str, bytes]]:
        """What tells Home Assistant of a camera: topics with their messages."""
        named = "{{ (value_json.names | join(', '))[:" + str(_LONGEST) + "] }}"
        yield self._entity(camera, "sensor", "persons", {
            "name": "persons", "state_topic": self.persons(camera), "value_template": named,
            "json_attributes_topic": self.persons(camera), "icon": "mdi:account",
        })  # fmt: skip
        yield self._entity(camera, "sensor", "count", {
            "name": "count", "state_topic": self.counts(camera), "value_template": "{{ value_json.all }}",
            "json_attributes_topic": self.counts(camera), "state_class": "measurement", "icon": "mdi:counter",
        })  # fmt: skip
        for rule in rules:
            yield self._entity(camera, "binary_sensor", f"rule_{word(rule)}", {
                "name": on_one_line(rule), "state_topic": self.rule(camera, rule),
            })  # fmt: skip

    def _entity(self, camera: str, sort: str, name: str, about: Mapping[str, Any]) -> tuple[str, bytes]:
        node = f"{word(self.prefix)}_{word(camera)}"
        told = {
            **about,
            "unique_id": f"{node}_{name}",
            "availability_topic": self.status,
            "device": {"identifiers": [node], "name": on_one_line(camera), "manufacturer": "svod-rcgn"},
            "origin": {"name": "svod-rcgn"},
        }
        return f"{DISCOVERY}/{sort}/{node}/{name}/config", msgspec.json.encode(told)


def persons_of(there: Collection[Subject]) -> bytes:
    """The names of the persons who are there, and how many strangers."""
    faces = [subject for subject in there if subject.kind == FACE]
    names = sorted(on_one_line(each.label) for each in faces if each.label is not None)
    return msgspec.json.encode({"names": names, "unknown": len(faces) - len(names)})


def counts_of(there: Collection[Subject]) -> bytes:
    """How many of what are there: persons together, other things by their label."""
    counts = Counter("persons" if each.kind == FACE else each.label or each.kind for each in there)
    return msgspec.json.encode({"all": len(there), **dict(sorted(counts.items()))})


def event_body(event: Event) -> bytes:
    """An event as JSON; its id is the same in all its phases."""
    return msgspec.json.encode(
        {
            "id": event.id,
            "rule": event.rule,
            "phase": event.phase.value,
            **fields_of(event, local_time(event.time)),
        }
    )
