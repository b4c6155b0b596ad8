"""Settings of the plugin: what they look like, and what is wrong with them in words that say what to do."""

import difflib
from urllib.parse import urlsplit

from kith_call import key_of

PLACEHOLDER = "CHANGE ME"
LEAST_KEY = 16
EXAMPLE = {
    # Where Kith is, without /api.
    "URL": "https://kith.example.org",
    # The secret of the channel in Kith.
    "SECRET": f"{PLACEHOLDER}: the secret of the channel, at least 24 characters",
    # Who is who: an identity as the access control of this bot has it, and a key of Kith of her own.
    "KEYS": {"@ada": f"{PLACEHOLDER}: a key of Kith for her"},
    # Optional: the key with which everybody else may give commands (never answers). Give it the scope "log" at most.
    "KEY": "",
}
OPTIONAL = ("KEYS", "KEY")


class Wrong(Exception):
    """One sentence."""


def checked(given):
    """The settings, whole. Raises Wrong."""
    if not isinstance(given, dict):
        raise Wrong(f"The settings must be a dictionary with {', '.join(EXAMPLE)}.")
    for name in given:
        if name not in EXAMPLE:
            near = difflib.get_close_matches(str(name).upper(), EXAMPLE, 1)
            hint = f"Do you mean {near[0]}?" if near else f"There are {', '.join(EXAMPLE)}."
            raise Wrong(f"There is no setting {name!r}. {hint}")
    for name in EXAMPLE:
        if name not in given and name not in OPTIONAL:
            raise Wrong(f"{name} is missing: write it as in {EXAMPLE[name]!r}.")
    settings = {"KEYS": {}, "KEY": "", **given}
    settings["URL"] = _url(settings["URL"])
    _check_secret(settings["SECRET"])
    _check_keys(settings["KEYS"])
    if settings["KEY"] != "":
        _check_key("KEY", settings["KEY"])
    return settings


def _url(url):
    example = 'write it as "https://kith.example.org" or "http://127.0.0.1:8080"'
    if not isinstance(url, str):
        raise Wrong(f"URL must be text: {example}.")
    try:
        parts = urlsplit(url)
        port_is_right = parts.port is None or parts.port > 0
    except ValueError:
        raise Wrong(f"URL is no address: {example}.") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_right:
        raise Wrong(f"URL is no address: {example}.")
    if parts.username is not None or parts.password is not None:
        raise Wrong("URL holds a login: leave it out, Kith takes keys (KEYS).")
    if parts.query or parts.fragment or parts.path.rstrip("/").endswith("/api/v1"):
        raise Wrong(f"URL is where Kith itself is, without /api/v1 and what follows: {example}.")
    return url.rstrip("/")


def _check_secret(secret):
    if not isinstance(secret, str) or secret.startswith(PLACEHOLDER):
        raise Wrong("SECRET is not set: write the secret of the channel in Kith there, the same on both sides.")
    try:
        key_of(secret)
    except ValueError as error:
        raise Wrong(f"SECRET cannot be used: {error}. It must be the secret of the channel in Kith.") from None


def _check_keys(keys):
    if not isinstance(keys, dict):
        raise Wrong('KEYS must be a dictionary of people and their keys: {"@ada": "kith_…"}.')
    for who, key in keys.items():
        if not isinstance(who, str) or who.strip() == "":
            raise Wrong(f"KEYS has an entry for {who!r}: write whom you mean as text, as in \"@ada\".")
        _check_key(f"The key of {who} in KEYS", key)


def _check_key(name, key):
    # Never shown: it may be right but for one character.
    if not isinstance(key, str) or key.startswith(PLACEHOLDER):
        raise Wrong(f"{name} is not set: make a key in Kith (Users and keys) and write it there.")
    if len(key) < LEAST_KEY or not key.isascii() or any(one.isspace() for one in key):
        raise Wrong(f"{name} is no key of Kith: copy it whole, it begins with kith_ and has no spaces.")
