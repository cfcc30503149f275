#!/usr/bin/env bash
# Builds bench/.peers, the environment of the benchmark's peers; does nothing when the lock has not changed.
# It is apart from gpsync's own environment: the peers' dependencies must never decide gpsync's versions.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
lock="$here/peers/requirements.lock"
venv="$here/.peers"
stamp="$venv/requirements.lock"

if [ -x "$venv/bin/python" ] && cmp --silent "$lock" "$stamp"; then
  exit 0
fi

echo "building bench/.peers (dlt and dbt)" >&2
"${PYTHON:-python3}" -m venv --clear "$venv"
# --no-deps: the lock is complete, and pip's resolver stumbles over extras that are pinned by their bare name.
"$venv/bin/python" -m pip install --quiet --quiet --disable-pip-version-check --no-deps \
  --require-hashes --only-binary :all: --requirement "$lock"
"$venv/bin/python" -m pip check >&2
# The stamp comes last, so that a build cut short is done again.
cp "$lock" "$stamp"
