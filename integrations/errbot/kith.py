"""Kith in an Errbot: tells of alerts with their pictures, and takes answers and commands. README.md says how to set it up."""

import base64
import io
import json
import time

from errbot import BotPlugin, ValidationException, botcmd, webhook
from errbot.backends.base import Room
from errbot.core import ErrBot

from kith_alerts import Alerts, Unclear, body_of, doors_called
from kith_api import KithApi, KithTrouble
from kith_call import Refused, Seen, check_call
from kith_settings import EXAMPLE, Wrong, checked
from kith_words import LINE, alert_text, answer_in, change_text, said_about, shown

MOST_BYTES = 64 * 1024 * 1024
MOST_PHOTO = 20 * 1024 * 1024
PHOTO_S = 600
MOST_PHOTOS = 50
HELP = (
    "About the last alert here, or about alert 17 (`{0}kith 17 is Ada`):",
    "`{0}kith is Ada`: it is somebody whom Kith knows",
    "`{0}kith new Ada Lovelace`: somebody new",
    "`{0}kith merge Ada`: this stranger is Ada, always",
    "`{0}kith not her`: it is somebody else",
    "`{0}kith ignore`: nobody needs to hear of this stranger",
    "`{0}kith open`: opens the door",
    "`{0}kith snooze 2h`: nothing more about it for a while",
    "And at any time, behind `{0}kith`:",
)


class Kith(BotPlugin):
    """Alerts of Kith with their pictures, answers to them, and questions: who is here, when was somebody last seen."""

    # ── Settings ───────────────────────────────────────────────────────────────────────────────────────────────────

    def get_configuration_template(self):
        return EXAMPLE

    def check_configuration(self, configuration):
        try:
            checked(configuration)
        except Wrong as wrong:
            raise ValidationException(str(wrong)) from None

    def configure(self, configuration):
        # What stands in config.py goes through no chat, so it is the better place for keys.
        own = getattr(self.bot_config, "KITH", None)
        super().configure(configuration if own is None else own)
        self._settings, self._trouble = None, None
        if self.config is None:
            self._trouble = f"it has no settings yet: {self._prefix}plugin config Kith shows what they look like"
            return
        try:
            self._settings = checked(self.config)
        except Wrong as wrong:
            self._trouble = str(wrong)

    def activate(self):
        super().activate()
        self._photos = {}
        self._seen = Seen(lambda: self.get("seen", {}), lambda seen: self.__setitem__("seen", seen))
        self._alerts = Alerts(lambda: self.get("alerts", []), lambda alerts: self.__setitem__("alerts", alerts))
        if self._trouble:
            self.log.error("The plugin Kith does nothing: %s", self._trouble)
        elif self._settings["URL"].startswith("http://") and not _is_here(self._settings["URL"]):
            self.log.warning("URL of the plugin Kith is not https: keys travel in the clear.")

    @property
    def _prefix(self):
        return self.bot_config.BOT_PREFIX

    # ── Calls of Kith ──────────────────────────────────────────────────────────────────────────────────────────────

    @webhook("/kith", methods=("POST",), raw=True)
    def kith_call(self, request):
        """Alerts of Kith, signed."""
        status, words = self._receive(request)
        return f"{words}\n", status, {"content-type": "text/plain; charset=utf-8"}

    def _receive(self, request):
        if not self.is_activated or self._settings is None:
            self.log.error("A call came, but the plugin Kith does nothing: %s", self._trouble or "it is not active")
            # Whoever calls is not known yet, and is not told what is wrong.
            return 503, "The plugin Kith of this bot is not set up: its log says what is missing."
        if (request.content_length or 0) > MOST_BYTES:
            return 413, "The call is too large: choose a smaller picture in the channel."
        now = time.time()
        body = request.get_data()
        try:
            call_id = check_call(self._settings["SECRET"], request.headers, body, now)
        except Refused as refused:
            self.log.warning("A call was refused: %s", refused.words)
            return 401, refused.words
        state = self._seen.begin(call_id, now)
        if state != "new":
            return (200, "This came before.") if state == "done" else (503, "This is being posted already.")
        try:
            self._tell(json.loads(body), now)
        except Exception as error:  # Whatever a back end may throw: Kith shows the words and tries again.
            self._seen.failed(call_id)
            self.log.exception("An alert could not be posted.")
            return 503, f"The bot could not post it: {error}"
        self._seen.done(call_id, now)
        return 200, "Posted."

    def _tell(self, payload, now):
        target = self._target(payload["room"])
        place = _place_of(target)
        if payload["type"] == "alert.changed":
            self.send(target, change_text(payload, self._alerts.heard(payload["alert"]["id"], place)))
        else:
            self._tell_new(target, payload)
        if not payload.get("isTest"):
            self._alerts.told(payload, place, now)

    def _target(self, room):
        try:
            target = self.build_identifier(room)
        except Exception as error:
            raise ValueError(f"there is no room or person {room!r} here ({error}): correct it in the channel") from error
        if isinstance(target, Room) and not target.joined:
            try:
                target.join()
            except Exception as error:  # Some need to be invited, and some can write without.
                self.log.warning("The bot is not in %s and could not join: %s", room, error)
        return target

    def _tell_new(self, target, payload):
        sightings = payload.get("sightings", [])
        pictures = [base64.b64decode(one["picture"]) for one in sightings if one.get("picture")]
        urls = [one["pictureUrl"] for one in sightings if one.get("pictureUrl")]
        note = None
        if pictures and not self._takes_pictures():
            where = "open the link to see it" if payload.get("link") else "see the panel of Kith"
            note = f"With {_count(pictures)} that this chat cannot take: {where}."
        elif urls and not self._has_cards():
            note = " ".join(f"[Picture](<{url}>)" for url in urls)
        text = alert_text(payload, self._prefix, note)
        if urls and self._has_cards():
            self.send_card(to=target, body=text, image=urls[0])
        else:
            self.send(target, text)
        if note is None and pictures:
            self._send_pictures(target, pictures, f"alert-{payload['alert']['number']}")

    # ── Pictures ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _takes_pictures(self):
        # That of IRC goes from machine to machine and never into a room.
        return hasattr(self._bot, "send_stream_request") and self.mode != "irc"

    def _has_cards(self):
        """Of its own: Errbot's are a text, which the plugin writes better itself."""
        return type(self._bot).send_card is not ErrBot.send_card

    def _send_pictures(self, target, pictures, name):
        kind = "photo" if self.mode == "telegram" else "image/jpeg"
        try:
            for n, picture in enumerate(pictures, 1):
                self.send_stream_request(target, io.BytesIO(picture), f"{name}-{n}.jpg", len(picture), kind)
        except Exception as error:  # The words have arrived: that a picture has not is no reason to send them again.
            self.log.warning("A picture could not be sent to %s: %s", target, error)
            self.send(target, f"({_count(pictures)} could not be sent here: see the panel of Kith.)")

    def callback_stream(self, stream):
        """A photo for "find" and "enrol" that follow. Of back ends that pass files on."""
        who = _identity_of(stream.identifier)
        if self._settings is None or self._key_of(who) is None or (stream.size or 0) > MOST_PHOTO:
            stream.reject()
            return
        stream.accept()
        photo = stream.read(MOST_PHOTO + 1)
        if len(photo) > MOST_PHOTO:
            stream.error("too large")
            return
        now = time.time()
        self._photos = {one: kept for one, kept in self._photos.items() if now - kept[0] < PHOTO_S}
        if len(self._photos) < MOST_PHOTOS:
            self._photos[who] = (now, photo)
        stream.success()

    # ── What people say ────────────────────────────────────────────────────────────────────────────────────────────

    @botcmd
    def kith(self, msg, args):
        """Answers alerts of Kith, and asks it: kith help says with which words."""
        if self._settings is None:
            yield shown(f"The plugin Kith does nothing: {self._trouble}")
            return
        try:
            text, pictures = self._do(msg, args)
        except (KithTrouble, Unclear) as trouble:
            yield shown(trouble)
            return
        yield text
        if pictures:
            private = "kith" in self.bot_config.DIVERT_TO_PRIVATE
            target = msg.frm if private else getattr(msg.frm, "room", msg.frm)
            if self._takes_pictures():
                self._send_pictures(target, pictures, "kith")
            else:
                yield f"({_count(pictures)} that this chat cannot take: see the panel of Kith.)"

    def _do(self, msg, args):
        named, said = said_about(args)
        if named is None and said.lower() in ("", "help", "?"):
            return self._help(msg)
        answer = answer_in(said)
        if answer is not None and (alert := self._alert_of(answer, named, msg)) is not None:
            return self._answer(msg, alert, answer), []
        if named is not None:
            raise Unclear(f"I do not know what {said!r} means for an alert. Say {self._prefix}kith help")
        return self._command(msg, said)

    def _alert_of(self, answer, named, msg):
        """Which one is meant; None: it is a command, as "open" and "snooze" are both. Raises Unclear."""
        if named is not None:
            return self._alerts.named(named)
        alert = self._alerts.recent(_place_of(getattr(msg.frm, "room", msg.frm)), time.time())
        if answer["answer"] == "open" and (alert is None or not doors_called(alert, answer["door"])):
            return None
        if alert is None and answer["answer"] != "snooze":
            raise Unclear(f"Which alert do you mean? Say its number: {self._prefix}kith 17 is NAME")
        return alert

    def _answer(self, msg, alert, answer):
        who = _identity_of(msg.frm)
        key = self._settings["KEYS"].get(who)
        if key is None:
            raise KithTrouble(
                f"You are {who} here, and only people with a key of their own may answer: "
                "ask whoever runs this bot to add you to KEYS."
            )
        changed = KithApi(self._settings["URL"]).answer(key, alert["id"], body_of(alert, answer))
        outcomes = changed.get("outcomes") or []
        became = outcomes[-1]["text"] if outcomes else "done"
        which = f"Alert {alert['number']} ({alert['title']})" if alert["number"] else "Alert"
        return shown(f"{which}: {became}")

    def _command(self, msg, said):
        who = _identity_of(msg.frm)
        key = self._key_of(who)
        if key is None:
            raise KithTrouble(
                f"You are {who} here, and have no key of Kith: ask whoever runs this bot to add you to KEYS."
            )
        wants_photo = said.lower().startswith(("find", "enrol"))
        at, photo = self._photos.pop(who, (0, None)) if wants_photo else (0, None)
        if time.time() - at > PHOTO_S:
            photo = None
        text, pictures = KithApi(self._settings["URL"]).command(key, said, photo)
        return shown(text), pictures

    def _help(self, msg):
        try:
            of_kith = self._command(msg, "help")[0]
        except KithTrouble as trouble:
            of_kith = shown(trouble)
        return LINE.join([*HELP, "{1}"]).format(self._prefix, of_kith), []

    def _key_of(self, who):
        return self._settings["KEYS"].get(who) or self._settings["KEY"] or None


def _identity_of(identifier):
    """As Errbot's own access control has it: what somebody cannot choose for herself."""
    return str(getattr(identifier, "aclattr", None) or identifier.person)


def _place_of(identifier):
    """A room, or a person whatever program she writes with."""
    return f"room {identifier}" if isinstance(identifier, Room) else f"person {identifier.person}"


def _is_here(url):
    return url.startswith(("http://127.", "http://localhost", "http://[::1]"))


def _count(pictures):
    return "1 picture" if len(pictures) == 1 else f"{len(pictures)} pictures"
