"""Words: what people write as answers, and what an alert looks like as Markdown."""

import re

# A character without width: it parts what belongs together only as markup.
PART = "\u200b"
# Of Markdown, the only end of a line that no back end of Errbot swallows.
LINE = "\n\n"
HOUR = 60
DAY = 24 * HOUR
UNITS = (
    (r"m(?:in(?:ute)?s?)?", 1),
    (r"h(?:(?:ou)?rs?)?", HOUR),
    (r"d(?:ays?)?", DAY),
    (r"w(?:eeks?)?", 7 * DAY),
)
SHE = r"(?:this|that|it|she|he)"

# ── What people write ──────────────────────────────────────────────────────────────────────────────────────────────


def said_about(text):
    """("17", "is Ada") of "17 is Ada" and "#17: is Ada"; (None, text) where no alert is named. A number, or an id."""
    said = " ".join(text.replace(PART, "").split())
    named = re.match(r"#?(\d{1,12}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:[:,] ?| |$)", said, re.I)
    if not named:
        return None, said
    return named.group(1).lower(), said[named.end() :]


def answer_in(text):
    """{"answer": …, "name"/"door"/"minutes": …} as Kith takes it from a chat; None: it is no answer."""
    said = re.sub(r"[.!]+$", "", " ".join(text.split()))

    def match(pattern):
        return re.fullmatch(pattern, said, re.I)

    # Before "this is …", which it looks like.
    if found := match(rf"(?:{SHE} is |{SHE}['’]s |is )?not (.+)"):
        whom = found.group(1)
        unnamed = re.fullmatch(r"her|him|them|it|this person", whom, re.I)
        return {"answer": "not_her", "name": None if unnamed else whom}
    if match(r"wrong(?: person)?"):
        return {"answer": "not_her", "name": None}
    if match(r"ignore(?: (?:her|him|them|it))?"):
        return {"answer": "ignore"}
    if found := match(r"(?:this is |that is |it is |is )?(?:a )?new(?: person)?(?:[ :]+(.+))?"):
        return {"answer": "new", "name": found.group(1)}
    if found := match(r"merge (?:with |into |to )?(.+)"):
        return {"answer": "merge", "name": found.group(1)}
    if found := match(rf"(?:{SHE} is|{SHE}['’]s|is) (.+)"):
        return {"answer": "is", "name": found.group(1)}
    if found := match(r"open(?: (?:the )?(.+))?"):
        return {"answer": "open", "door": found.group(1)}
    if found := match(r"snooze(?:(?: for)? (.+))?"):
        minutes = HOUR if found.group(1) is None else minutes_in(found.group(1))
        return None if minutes is None else {"answer": "snooze", "minutes": minutes}
    return None


def minutes_in(text):
    """ "2h", "90 min", "1 day 2 hours" in minutes; None: it is no time."""
    minutes = 0
    rest = text.lower()
    for count, word in re.findall(r"(\d{1,5}) ?([a-z]+)", rest):
        unit = next((size for pattern, size in UNITS if re.fullmatch(pattern, word)), None)
        if unit is None:
            return None
        minutes += int(count) * unit
    rest = re.sub(r"\d{1,5} ?[a-z]+|\band\b|,", "", rest)
    return minutes if minutes > 0 and rest.strip() == "" else None


def fold(name):
    return " ".join(name.casefold().split())


# ── What the bot shows ─────────────────────────────────────────────────────────────────────────────────────────────


def shown(text):
    """Text as it is written, in Markdown of any back end: names have no markup, call nobody and make no tags."""
    return LINE.join(_shown_line(line) for line in str(text).splitlines())


def _shown_line(line):
    escaped = re.sub(r"[\\`*_{}\[\]()>#+.!-]", r"\\\g<0>", line.strip())
    parted = re.sub(r"[{<&@]", rf"\g<0>{PART}", escaped)
    # At the beginning of a line these make blocks of code, headings, tables and definitions.
    return PART + parted if parted[:1] in ("~", "=", ":", "|") else parted


def alert_text(payload, prefix, picture_note):
    """A new alert. `prefix`: of the bot's commands; `picture_note`: what became of the picture, or None."""
    number = payload["alert"]["number"]
    head = payload["title"] if payload.get("isTest") else f"Alert {number}: {payload['title']}"
    lines = [f"**{shown(head)}**", *map(shown, payload.get("lines", []))]
    sightings = payload.get("sightings") or [{}]
    near = [one["name"] for one in sightings[0].get("candidates", [])]
    if near:
        lines.append(shown(f"Nearest: {', '.join(near)}"))
    lines += [_outcome(one) for one in payload.get("outcomes", [])]
    if picture_note:
        lines.append(picture_note)
    lines += _link(payload)
    hint = hint_text(payload, f"{prefix}kith {number}")
    if hint:
        lines.append(hint)
    return LINE.join(lines)


def change_text(payload, told):
    """What became of an alert. `told`: how many of its outcomes the room has heard of."""
    number = payload["alert"]["number"]
    outcomes = payload.get("outcomes", [])[told:]
    lines = [f"**{shown(f'Alert {number} is now: ' + payload['title'])}**"]
    lines += [_outcome(one) for one in outcomes] or [shown(line) for line in payload.get("lines", [])]
    return LINE.join(lines)


def _outcome(text):
    return f"→ {shown(text)}"


def _link(payload):
    link = payload.get("link")
    return [] if not link else [f"[Open in Kith](<{link}>)"]


HINTS = {
    "is": "is NAME",
    "new": "new NAME",
    "merge": "merge NAME",
    "not_her": "not her",
    "ignore": "ignore",
    "open": "open",
    "snooze": "snooze 2h",
}


def hint_text(payload, command):
    """How it can be answered; `command`: "!kith 17"."""
    answers = [HINTS[one] for one in payload.get("answers", []) if one in HINTS]
    if not answers:
        return None
    first, *rest = answers
    more = "".join(f", `{one}`" for one in rest)
    doors = [door["name"] for door in payload.get("doors", [])]
    which = f" (doors: {shown(', '.join(doors))})" if doors else ""
    return f"Answer: `{command} {first}`{more}{which}"
