#!/usr/bin/env bash
# Runs axe-core over the report page in Chromium. Needs npm, chromium and chromedriver; fails on anything serious.
set -euo pipefail
cd "$(dirname "$0")/.."
npm install --silent --no-audit --no-fund --prefix bench/.work/axe axe-core@4
.venv/bin/python -m bench.page --axe bench/.work/axe/node_modules/axe-core/axe.min.js
