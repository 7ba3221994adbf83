#!/usr/bin/env bash
# Validates as the action's inputs say; the second report comes from the cache of the first.
set -euo pipefail
read -ra arguments <<< "$PATHS"
read -ra shapes <<< "$SHAPES"
for shape in "${shapes[@]}"; do
    arguments+=(--shapes "$shape")
done
arguments+=(--fail-on "$FAIL_ON")
[ -z "$BASELINE" ] || arguments+=(--baseline "$BASELINE")
[ -z "$CHANGED_SINCE" ] || arguments+=(--changed-since "$CHANGED_SINCE")
[ -z "$SARIF" ] || kg validate "${arguments[@]}" --format sarif --output "$SARIF" || [ $? -eq 1 ]
kg validate "${arguments[@]}" --format github
