"""Calls of Kith: is one really from Kith, is it fresh, and did it come before?

Signed as https://www.standardwebhooks.com says: HMAC-SHA256 over "id.timestamp.body", in Base64 behind "v1,".
"""

import base64
import binascii
import hashlib
import hmac
import threading

SKEW_S = 300
# An older copy of a call is refused for its time. Kith itself tries again for a day, with the same id and a new time.
REMEMBERED_S = 2 * 86_400
MOST_REMEMBERED = 5_000
PREFIX = "whsec_"
LEAST_SECRET = 24


class Refused(Exception):
    """Why a call is not believed, in words for whoever sets the channel up."""

    def __init__(self, words):
        super().__init__(words)
        self.words = words


def key_of(secret):
    """Bytes of the secret: text, or `whsec_` and Base64. ValueError where it can be no secret."""
    if not secret.startswith(PREFIX):
        if len(secret) < LEAST_SECRET:
            raise ValueError(f"it has {len(secret)} characters, at least {LEAST_SECRET} are needed")
        return secret.encode()
    try:
        key = base64.b64decode(secret[len(PREFIX) :], validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("what stands behind whsec_ is no Base64") from None
    if len(key) == 0:
        raise ValueError("nothing stands behind whsec_")
    return key


def signature_of(secret, call_id, timestamp, body):
    """Value of the header; `body`: bytes as they came."""
    signed = f"{call_id}.{timestamp}.".encode() + body
    digest = hmac.new(key_of(secret), signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def check_call(secret, headers, body, now):
    """The id of the call. Raises Refused. `now`: seconds."""
    call_id = headers.get("webhook-id") or ""
    timestamp = headers.get("webhook-timestamp") or ""
    given = headers.get("webhook-signature") or ""
    if not (call_id and timestamp and given):
        raise Refused("The call is not signed: only Kith itself may call here.")
    own = signature_of(secret, call_id, timestamp, body).encode()
    # All are compared, each in constant time: how long it takes tells nothing. A key that is being changed gives two.
    matches = [hmac.compare_digest(own, one.encode()) for one in given.split(" ")]
    if not any(matches):
        raise Refused(
            "The signature does not fit: the secret of the channel in Kith and SECRET of this plugin must be the same."
        )
    # Signed, so whoever wrote the time knows the secret.
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 13):
        raise Refused("The time of the call is no number of seconds.")
    off = round(now - int(timestamp))
    if abs(off) > SKEW_S:
        raise Refused(
            f"The call is {abs(off)} seconds {'old' if off > 0 else 'ahead'}, {SKEW_S} are allowed: "
            "set the clocks of both machines (NTP)."
        )
    return call_id


class Seen:
    """Ids of calls that came. `load` and `save` keep them over a restart."""

    def __init__(self, load, save):
        self._lock = threading.Lock()
        self._done = dict(load())
        self._save = save
        self._busy = set()

    def begin(self, call_id, now):
        """'new': handle it, then `done` or `failed`; 'busy': it is being handled; 'done': it was."""
        with self._lock:
            if call_id in self._done and now - self._done[call_id] < REMEMBERED_S:
                return "done"
            if call_id in self._busy:
                return "busy"
            self._busy.add(call_id)
            return "new"

    def done(self, call_id, now):
        with self._lock:
            self._busy.discard(call_id)
            self._done.pop(call_id, None)
            self._done[call_id] = now
            self._forget(now)
            self._save(dict(self._done))

    def failed(self, call_id):
        """Kith will try it again, and then it is new."""
        with self._lock:
            self._busy.discard(call_id)

    def _forget(self, now):
        # In the order in which they came. None is forgotten while a copy of it would still be fresh.
        for call_id, at in list(self._done.items()):
            age = now - at
            if age < REMEMBERED_S and (age <= 2 * SKEW_S or len(self._done) <= MOST_REMEMBERED):
                break
            del self._done[call_id]
