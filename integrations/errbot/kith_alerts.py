"""What the bot remembers of alerts that it told: which one is meant by "is Ada", and what it can be answered with."""

import threading

from kith_words import fold

MOST = 500
# What was told longer ago is meant only where its number is said.
RECENT_S = 12 * 3600
# Who wrote while this one came cannot have meant it for sure.
JUST_NOW_S = 5
NEAR_S = 600


class Unclear(Exception):
    """Which one is meant, in words for whoever asked."""


class Alerts:
    """`load` and `save` keep them over a restart."""

    def __init__(self, load, save):
        self._lock = threading.Lock()
        self._all = list(load())
        self._save = save

    def told(self, payload, place, now):
        """Notes that the room or person `place` was told of it, and how many of its outcomes it has heard of."""
        alert = payload["alert"]
        sightings = payload.get("sightings") or [{}]
        person = sightings[0].get("person")
        fresh = {
            "id": alert["id"],
            "number": alert["number"],
            "place": place,
            "title": payload["title"],
            "person": person["name"] if person else None,
            "personId": person["id"] if person else None,
            "doors": payload.get("doors", []),
            "outcomes": len(payload.get("outcomes", [])),
        }
        with self._lock:
            old = self._find(alert["id"], place)
            if old:
                old.update(fresh)
            else:
                self._all.append({**fresh, "at": now})
            del self._all[:-MOST]
            self._save([dict(one) for one in self._all])

    def heard(self, alert_id, place):
        """How many outcomes were told there."""
        with self._lock:
            found = self._find(alert_id, place)
            return found["outcomes"] if found else 0

    def _find(self, alert_id, place):
        return next((one for one in self._all if one["id"] == alert_id and one["place"] == place), None)

    def recent(self, place, now):
        """The last one told there; None: there was none for long. Raises Unclear where another came just now."""
        with self._lock:
            here = sorted((one for one in self._all if one["place"] == place), key=lambda one: one["at"])
        if not here or now - here[-1]["at"] > RECENT_S:
            return None
        last = here[-1]
        before = here[-2] if len(here) > 1 else None
        if before and now - last["at"] < JUST_NOW_S and last["at"] - before["at"] < NEAR_S:
            numbers = f"{before['number']} ({before['title']}) or {last['number']} ({last['title']})"
            raise Unclear(f"A new alert came just now. Which one do you mean, {numbers}? Say the number as well.")
        return last

    def named(self, named):
        """By number or id. Of an id that was not told here, the rest is not known. Raises Unclear."""
        with self._lock:
            for one in reversed(self._all):
                if named in (str(one["number"]), one["id"]):
                    return one
        if "-" in named:
            return {"id": named, "number": None, "title": "", "person": None, "personId": None, "doors": []}
        raise Unclear(f"I have told of no alert {named}: look at the number, or say the id of the alert.")


def body_of(alert, said):
    """Body of the answer for Kith's API. Raises Unclear."""
    kind = said["answer"]
    if kind in ("is", "merge"):
        return {"answer": kind, "name": said["name"]}
    if kind == "new":
        if said["name"] is None:
            raise Unclear("What is the new person called? Say: new NAME")
        return {"answer": "new", "name": said["name"]}
    if kind == "not_her":
        _check_denied(alert, said["name"])
        # Whom the alert names by now, which may be somebody else than when it was raised.
        whom = alert["personId"]
        return {"answer": "not_her"} if whom is None else {"answer": "not_her", "personId": whom}
    if kind == "open":
        door = door_of(alert, said["door"])
        return {"answer": "open"} if door is None else {"answer": "open", "actionId": door["id"]}
    if kind == "snooze":
        return {"answer": "snooze", "minutes": said["minutes"]}
    return {"answer": kind}


def _check_denied(alert, name):
    """ "Not sure" is talk, and "not Ada" is an answer where the alert says that it is Ada."""
    person = alert["person"]
    if name is None or (person is not None and fold(name) in (fold(person), fold(person).split(" ")[0])):
        return
    named = f"The alert names {person}" if person else "The alert names nobody"
    raise Unclear(f"{named}: if that is wrong, say: not her")


def door_of(alert, name):
    """The door of this alert with that name; None: Kith shall find the only one. Raises Unclear."""
    doors = alert["doors"]
    if name is None and len(doors) < 2:
        return doors[0] if doors else None
    found = doors_called(alert, name)
    if len(found) == 1:
        return found[0]
    names = ", ".join(f"open {door['name']}" for door in doors)
    raise Unclear(f"Which door do you mean? Say: {names}" if names else "No door can be opened from this alert.")


def doors_called(alert, name):
    """Those whose name has this in it; the one that is called so. None: all."""
    if name is None:
        return alert["doors"]
    exact = [door for door in alert["doors"] if fold(door["name"]) == fold(name)]
    return exact or [door for door in alert["doors"] if fold(name) in fold(door["name"])]
