"""Kith's API as somebody with a key."""

import base64
import json
import urllib.error
import urllib.request
import uuid

TIMEOUT_S = 30
MOST_BYTES = 64 * 1024 * 1024


class KithTrouble(Exception):
    """Why something was not done, in words for whoever asked."""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """The key would go along to wherever the redirect leads."""

    def redirect_request(self, req, fp, code, msg, headers, newurl):
        return None


class KithApi:
    def __init__(self, url):
        self._base = url.rstrip("/") + "/api/v1"
        self._opener = urllib.request.build_opener(_NoRedirects)

    def command(self, key, text, image=None):
        """(text, [JPEG bytes]) of what Kith says to it."""
        if image is None:
            body, kind = json.dumps({"text": text}).encode(), "application/json"
        else:
            body, kind = _form(text, image)
        said = self._post("/commands", key, body, kind)
        return said["text"], [base64.b64decode(picture) for picture in said.get("pictures", [])]

    def answer(self, key, alert_id, body):
        """The alert as it is then."""
        return self._post(f"/alerts/{alert_id}/answer", key, json.dumps(body).encode(), "application/json")

    def _post(self, path, key, body, kind):
        headers = {"authorization": f"Bearer {key}", "content-type": kind}
        request = urllib.request.Request(self._base + path, data=body, headers=headers, method="POST")
        try:
            with self._opener.open(request, timeout=TIMEOUT_S) as reply:
                return json.loads(reply.read(MOST_BYTES))
        except urllib.error.HTTPError as error:
            with error:
                words = _words_of(error, self._base)
            raise KithTrouble(words) from None
        except (OSError, ValueError) as error:
            reason = getattr(error, "reason", error)
            raise KithTrouble(
                f"Kith at {self._base} cannot be asked ({reason}). Is it running, and is URL of this plugin right?"
            ) from None


def _words_of(error, base):
    """Kith's own words where it has some."""
    if error.code == 401:
        return "Kith does not take your key: it may have been revoked. Have a new one made and put into KEYS of this plugin."
    if 300 <= error.code < 400:
        return f"{base} answers with a redirect: write the address where Kith itself is into URL of this plugin."
    try:
        return json.loads(error.read(100_000))["error"]["message"]
    except (OSError, ValueError, KeyError, TypeError):
        return f"{base} answers {error.code}, which is not as Kith does: is URL of this plugin right?"


def _form(text, image):
    boundary = uuid.uuid4().hex
    parts = (
        ('name="text"', "text/plain; charset=utf-8", text.encode()),
        ('name="image"; filename="photo"', "application/octet-stream", image),
    )
    body = b"".join(
        f"--{boundary}\r\ncontent-disposition: form-data; {name}\r\ncontent-type: {kind}\r\n\r\n".encode() + data + b"\r\n"
        for name, kind, data in parts
    )
    return body + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"
