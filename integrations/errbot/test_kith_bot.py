"""The plugin in Errbot's own test bot, whose back end takes pictures, beside a stand-in for Kith.

python3 -m unittest discover -s integrations/errbot -p test_kith_bot.py
"""

import base64
import io
import json
import logging
import pathlib
import threading
import time
import unittest
from http.server import BaseHTTPRequestHandler, HTTPServer
from unittest import mock

import errbot.core_plugins
from errbot.backends.base import Stream
from errbot.backends.test import TestBot

from kith_call import signature_of

HERE = str(pathlib.Path(__file__).parent)
SECRET = "a secret of this test, long enough"
KEY = "kith_0123456789abcdef"
JPEG = b"\xff\xd8\xff a picture"
ALERT = {
    "type": "alert",
    "room": "eva",
    "alert": {"id": "id-17", "number": 17},
    "title": "Unknown 4 at Door",
    "lines": ["noon"],
    "sightings": [{"picture": base64.b64encode(JPEG).decode()}],
    "answers": ["is"],
}


class Kith(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.asked.append((self.path, body))
        said = {"text": "This is Ada.", "pictures": [base64.b64encode(JPEG).decode()], "outcomes": []}
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(said).encode())

    def log_message(self, *_):
        pass


class Bot(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.kith = HTTPServer(("127.0.0.1", 0), Kith)
        cls.kith.asked = []
        threading.Thread(target=cls.kith.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{cls.kith.server_address[1]}"
        settings = {"URL": url, "SECRET": SECRET, "KEYS": {"eva": KEY}}
        cls.bot = TestBot(
            extra_plugin_dir=HERE, loglevel=logging.ERROR, extra_config={"KITH": settings, "BOT_ADMINS": ("eva",)}
        )
        cls.bot.start()

    @classmethod
    def tearDownClass(cls):
        cls.bot.stop()
        cls.kith.shutdown()
        cls.kith.server_close()

    def call(self, payload, call_id):
        body = json.dumps(payload).encode()
        at = str(int(time.time()))
        headers = {"webhook-id": call_id, "webhook-timestamp": at, "webhook-signature": signature_of(SECRET, call_id, at, body)}
        return errbot.core_plugins.flask_app.test_client().post("/kith", data=body, headers=headers)

    def test_an_alert_comes_with_its_picture(self):
        self.assertEqual(self.call(ALERT, "a").status_code, 200)
        self.assertIn("Alert 17: Unknown 4 at Door", self.bot.pop_message())
        self.assertEqual(self.bot.pop_message(), JPEG)
        self.assertIn("Alert 17 (Unknown 4 at Door): done", self.bot.exec_command("!kith is Ada"))
        path, body = self.kith.asked[-1]
        self.assertEqual((path, json.loads(body)), ("/api/v1/alerts/id-17/answer", {"answer": "is", "name": "Ada"}))

    def test_what_could_not_be_posted_is_tried_again(self):
        plugin = self.bot.bot.plugin_manager.get_plugin_obj_by_name("Kith")
        broken = mock.patch.object(plugin, "build_identifier", side_effect=ValueError("not connected"))
        with broken, self.assertLogs("errbot.plugins.Kith", "ERROR"):
            answer = self.call(ALERT, "b")
        self.assertEqual(answer.status_code, 503)
        self.assertIn("could not post it: there is no room or person 'eva' here (not connected)", answer.text)
        self.assertEqual(self.call({**ALERT, "sightings": []}, "b").status_code, 200)
        self.assertIn("Alert 17", self.bot.pop_message())

    def test_a_photo_that_was_sent_before_goes_along(self):
        for who in ("mallory", "eva"):
            self.bot.bot.callback_stream(Stream(self.bot.bot.build_identifier(who), io.BytesIO(b"a photo of " + who.encode())))
        plugin = self.bot.bot.plugin_manager.get_plugin_obj_by_name("Kith")
        for _ in range(500):
            if plugin._photos:
                break
            time.sleep(0.01)
        self.assertEqual(list(plugin._photos), ["eva"])
        self.assertEqual(self.bot.exec_command("!kith find"), "This is Ada.")
        self.assertEqual(self.bot.pop_message(), JPEG)
        self.assertIn(b"a photo of eva", self.kith.asked[-1][1])
        self.assertEqual(self.bot.exec_command("!kith find"), "This is Ada.")
        self.assertEqual(self.bot.pop_message(), JPEG)
        self.assertEqual(json.loads(self.kith.asked[-1][1]), {"text": "find"})


if __name__ == "__main__":
    unittest.main()
