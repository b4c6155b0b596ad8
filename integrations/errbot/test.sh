#!/bin/sh
# Tests of the plugin: what needs no Errbot, then the whole loop with Debian's errbot and its text back end against the real program.
set -eu
cd "$(dirname "$0")/../.."

# The test bot of errbot wants pytest.
if ! [ -x /usr/bin/errbot ] || ! /usr/bin/python3 -c 'import pytest' 2>/dev/null; then
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo 'errbot is missing: install it (Debian: apt install errbot python3-pytest), or run this as root where apt-get is there.' >&2
    exit 1
  fi
  apt-get update -q
  DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends errbot python3-pytest
fi

export PYTHONDONTWRITEBYTECODE=1
/usr/bin/python3 -m unittest discover -s integrations/errbot -p test_kith.py
/usr/bin/python3 -W ignore -m unittest discover -s integrations/errbot -p test_kith_bot.py
exec node_modules/.bin/node --import ./test/compile-cache.mjs --test integrations/errbot/whole.test.ts
