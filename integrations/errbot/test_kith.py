"""What can be tested without an Errbot: signatures, words, settings, which alert is meant.

python3 -m unittest discover -s integrations/errbot -p test_kith.py
"""

import json
import threading
import unittest
from http.server import BaseHTTPRequestHandler, HTTPServer

import kith_alerts
from kith_alerts import Alerts, Unclear, body_of
from kith_api import KithApi, KithTrouble
from kith_call import MOST_REMEMBERED, REMEMBERED_S, Refused, Seen, check_call, signature_of
from kith_settings import EXAMPLE, Wrong, checked
from kith_words import PART, alert_text, answer_in, change_text, said_about, shown

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NOW = 1_614_265_330
KEY = "kith_0123456789abcdef"
# Whatever a back end might take for markup.
WILD = "*Ada* _L_ [x](http://e) `c` <b>&amp; #1 ~~d~~ |e| {: .f} @everyone <@U1> - + . !"


def headers_of(body, call_id="msg_1", at=NOW, secret=SECRET):
    signature = signature_of(secret, call_id, str(at), body)
    return {"webhook-id": call_id, "webhook-timestamp": str(at), "webhook-signature": signature}


def refusal(headers, body=b"{}", now=NOW):
    try:
        check_call(SECRET, headers, body, now)
    except Refused as refused:
        return refused.words
    return None


class Calls(unittest.TestCase):
    def test_the_example_of_standard_webhooks_has_its_signature(self):
        signature = signature_of(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}')
        self.assertEqual(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")

    def test_what_is_signed_and_fresh_is_believed(self):
        self.assertEqual(check_call(SECRET, headers_of(b"{}"), b"{}", NOW + 299), "msg_1")
        several = headers_of(b"{}")
        several["webhook-signature"] = f"v1,AAAA {several['webhook-signature']} v1a,BBBB"
        self.assertEqual(check_call(SECRET, several, b"{}", NOW), "msg_1")

    def test_forged_calls_are_refused(self):
        self.assertIn("not signed", refusal({}))
        self.assertIn("does not fit", refusal(headers_of(b"{}"), b'{"a": 1}'))
        self.assertIn("does not fit", refusal(headers_of(b"{}", secret="another secret that is long")))
        self.assertIn("does not fit", refusal({**headers_of(b"{}"), "webhook-id": "msg_2"}))
        self.assertIn("does not fit", refusal({**headers_of(b"{}"), "webhook-timestamp": str(NOW + 1)}))
        self.assertIn("does not fit", refusal({**headers_of(b"{}"), "webhook-signature": "v1,ä"}))

    def test_clocks_that_are_off_are_named(self):
        self.assertIn("3600 seconds old", refusal(headers_of(b"{}"), now=NOW + 3600))
        self.assertIn("301 seconds ahead", refusal(headers_of(b"{}"), now=NOW - 301))
        self.assertIn("no number", refusal(headers_of(b"{}", at="١٢٣")))

    def test_a_call_that_came_before_is_known_also_after_a_restart(self):
        kept = {}
        seen = Seen(lambda: kept, kept.update)
        self.assertEqual(seen.begin("a", NOW), "new")
        self.assertEqual(seen.begin("a", NOW), "busy")
        seen.failed("a")
        self.assertEqual(seen.begin("a", NOW), "new")
        seen.done("a", NOW)
        self.assertEqual(Seen(lambda: kept, kept.update).begin("a", NOW + 600), "done")
        self.assertEqual(seen.begin("a", NOW + REMEMBERED_S), "new")

    def test_no_call_is_forgotten_while_a_copy_would_be_fresh(self):
        kept = {str(n): NOW - 3600 + n / 1000 for n in range(MOST_REMEMBERED)}
        saved = {}
        seen = Seen(lambda: kept, saved.update)
        for call_id in ("x", "y"):
            seen.begin(call_id, NOW)
            seen.done(call_id, NOW)
        self.assertEqual((len(saved), "0" in saved, "1" in saved, "2" in saved), (MOST_REMEMBERED + 1, False, True, True))


class Said(unittest.TestCase):
    def test_answers_and_other_talk(self):
        said = {
            "is Ada": {"answer": "is", "name": "Ada"},
            "That’s  Ada Lovelace!": {"answer": "is", "name": "Ada Lovelace"},
            "this is not her": {"answer": "not_her", "name": None},
            "not Ada": {"answer": "not_her", "name": "Ada"},
            "wrong person": {"answer": "not_her", "name": None},
            "new Ada Lovelace": {"answer": "new", "name": "Ada Lovelace"},
            "new person: Ada": {"answer": "new", "name": "Ada"},
            "new": {"answer": "new", "name": None},
            "merge with Ada": {"answer": "merge", "name": "Ada"},
            "Ignore him": {"answer": "ignore"},
            "open": {"answer": "open", "door": None},
            "open the front door": {"answer": "open", "door": "front door"},
            "snooze": {"answer": "snooze", "minutes": 60},
            "snooze for 1 day, 2 hours": {"answer": "snooze", "minutes": 26 * 60},
            "snooze 3 bananas": None,
            "mute Ada 2h": None,
            "who is here": None,
            "news from home": None,
            "opening hours": None,
            "": None,
        }
        for text, answer in said.items():
            self.assertEqual(answer_in(text), answer, text)

    def test_an_alert_is_named_by_number_or_id(self):
        uuid = "0b9e2a34-6c1d-4c55-9d0a-3c1f2f1c7a11"
        self.assertEqual(said_about("17 is Ada"), ("17", "is Ada"))
        self.assertEqual(said_about(" #17:  is  Ada "), ("17", "is Ada"))
        self.assertEqual(said_about(f"{uuid.upper()} ignore"), (uuid, "ignore"))
        self.assertEqual(said_about(f"is A{PART}da"), (None, "is Ada"))
        self.assertEqual(said_about("17th floor"), (None, "17th floor"))


class Shown(unittest.TestCase):
    def test_markup_in_names_is_harmless(self):
        self.assertNotRegex(shown(WILD), r"(?<!\\)[*_`\[\]()#+!-]|[<&@{](?!\u200b)")
        for first in ("~~~", "===", ": a", "| a"):
            self.assertTrue(shown(first).startswith(PART), first)
        self.assertEqual(shown("a\nb"), "a\n\nb")

    def test_an_alert_says_how_it_is_answered(self):
        payload = payload_of(doors=[{"id": "a", "name": "Gate"}], answers=["is", "open"], link="https://k/log?visit=1")
        text = alert_text(payload, "!", None)
        self.assertTrue(text.startswith("**Alert 17: Unknown 4 at Door**"))
        self.assertIn("Nearest: Ada", text)
        self.assertIn("(<https://k/log?visit=1>)", text)
        self.assertTrue(text.endswith("Answer: `!kith 17 is NAME`, `open` (doors: Gate)"))

    def test_a_change_tells_what_is_new(self):
        payload = payload_of(outcomes=["12:00, Bob: ignored", "12:01, Eva: named Ada"])
        self.assertEqual(change_text(payload, 1), "**Alert 17 is now: Unknown 4 at Door**\n\n→ 12:01, Eva: named Ada")
        self.assertIn("noon", change_text(payload, 2))


def payload_of(number=17, **more):
    return {
        "alert": {"id": f"id-{number}", "number": number},
        "title": "Unknown 4 at Door",
        "lines": ["noon"],
        "sightings": [{"person": {"id": "p4", "name": "Unknown 4"}, "candidates": [{"name": "Ada"}]}],
        "outcomes": [],
        **more,
    }


class Meant(unittest.TestCase):
    def setUp(self):
        self.kept = []
        self.alerts = Alerts(lambda: self.kept, lambda all_: self.kept.__init__(all_))

    def test_the_last_one_of_this_room_or_the_one_that_is_named(self):
        self.assertIsNone(self.alerts.recent("room #a", NOW))
        self.alerts.told(payload_of(16), "room #a", NOW)
        self.alerts.told(payload_of(17), "room #b", NOW + 1)
        again = Alerts(lambda: self.kept, print)
        self.assertEqual(again.recent("room #a", NOW + 60)["number"], 16)
        self.assertEqual(again.named("17")["id"], "id-17")
        self.assertIsNone(again.recent("room #a", NOW + kith_alerts.RECENT_S + 1))
        with self.assertRaisesRegex(Unclear, "no alert 3"):
            again.named("3")

    def test_two_at_once_are_asked_about(self):
        self.alerts.told(payload_of(16), "room #a", NOW)
        self.alerts.told(payload_of(17), "room #a", NOW + 30)
        with self.assertRaisesRegex(Unclear, "16 .* or 17 "):
            self.alerts.recent("room #a", NOW + 32)
        self.assertEqual(self.alerts.recent("room #a", NOW + 40)["number"], 17)

    def test_a_change_makes_an_alert_no_younger(self):
        self.alerts.told(payload_of(16), "room #a", NOW)
        self.alerts.told(payload_of(17), "room #a", NOW + 30)
        self.alerts.told(payload_of(16, outcomes=["x"]), "room #a", NOW + 60)
        self.assertEqual(self.alerts.recent("room #a", NOW + 90)["number"], 17)
        self.assertEqual((self.alerts.heard("id-16", "room #a"), self.alerts.heard("id-16", "room #b")), (1, 0))

    def test_answers_as_kith_takes_them(self):
        doors = [{"id": "1", "name": "Gate"}, {"id": "2", "name": "Back gate"}]
        alert = {"person": "Ada Lovelace", "personId": "p1", "doors": doors}
        self.assertEqual(body_of(alert, answer_in("not ada")), {"answer": "not_her", "personId": "p1"})
        self.assertEqual(body_of(alert, answer_in("open gate")), {"answer": "open", "actionId": "1"})
        self.assertEqual(body_of(alert, answer_in("open back")), {"answer": "open", "actionId": "2"})
        self.assertEqual(body_of(alert, answer_in("snooze 2h")), {"answer": "snooze", "minutes": 120})
        for said, words in (("not sure", "names Ada Lovelace"), ("open", "Which door"), ("new", "called")):
            with self.assertRaisesRegex(Unclear, words):
                body_of(alert, answer_in(said))


class Settings(unittest.TestCase):
    good = {"URL": "http://127.0.0.1:8080/", "SECRET": SECRET, "KEYS": {"@ada": KEY}}

    def test_what_is_right(self):
        self.assertEqual(checked(self.good), {**self.good, "URL": "http://127.0.0.1:8080", "KEY": ""})

    def test_what_is_wrong_is_said_with_what_to_do(self):
        wrong = {
            "Do you mean SECRET": {**self.good, "secret": ""},
            "URL is no address": {**self.good, "URL": "kith.example.org"},
            "without /api/v1": {**self.good, "URL": "https://k/api/v1"},
            "holds a login": {**self.good, "URL": "https://a:b@k"},
            "it has 5 characters": {**self.good, "SECRET": "short"},
            "no Base64": {**self.good, "SECRET": "whsec_*"},
            "SECRET is missing": {"URL": "https://k"},
            "SECRET is not set": EXAMPLE,
            "key of @ada in KEYS is no key": {**self.good, "KEYS": {"@ada": "short"}},
            "KEY is no key": {**self.good, "KEY": "kith 0123456789 abcdef"},
            "must be a dictionary of people": {**self.good, "KEYS": ["@ada"]},
        }
        for words, settings in wrong.items():
            with self.assertRaisesRegex(Wrong, words):
                checked(settings)


class Api(unittest.TestCase):
    """A stand-in that redirects, refuses, and notes what it was asked."""

    def setUp(self):
        asked = self.asked = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                asked.append((self.path, self.headers, body))
                answers = {"/away/api/v1/commands": 302, "/old/api/v1/commands": 401, "/other/api/v1/commands": 404}
                status = answers.get(self.path, 403 if b"role" in body else 200)
                said = {"error": {"message": "Your role forbids it."}} if status == 403 else {"text": "Ada", "pictures": ["/9g="]}
                self.send_response(status)
                self.send_header("location", "/stolen")
                self.end_headers()
                self.wfile.write(b"nothing" if status == 404 else json.dumps(said).encode())

            def log_message(self, *_):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def tearDown(self):
        self.server.shutdown()
        self.server.server_close()

    def trouble(self, path, text="who"):
        with self.assertRaises(KithTrouble) as raised:
            KithApi(self.url + path).command(KEY, text)
        return str(raised.exception)

    def test_commands_bring_a_key_and_a_photo(self):
        self.assertEqual(KithApi(self.url).command(KEY, "find", b"\xff\xd8photo"), ("Ada", [b"\xff\xd8"]))
        _path, headers, body = self.asked[0]
        self.assertEqual(headers["authorization"], f"Bearer {KEY}")
        self.assertIn(b"\xff\xd8photo", body)

    def test_errors_say_what_to_do_and_keys_follow_no_redirect(self):
        self.assertEqual(self.trouble("", "role"), "Your role forbids it.")
        self.assertIn("redirect", self.trouble("/away"))
        self.assertIn("revoked", self.trouble("/old"))
        self.assertIn("answers 404", self.trouble("/other"))
        self.assertNotIn("/stolen", [path for path, _headers, _body in self.asked])
        self.server.shutdown()
        self.server.server_close()
        self.assertIn("Is it running", self.trouble(""))


if __name__ == "__main__":
    unittest.main()
