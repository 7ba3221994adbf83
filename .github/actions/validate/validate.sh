#!/usr/bin/env bash
# Validates as the action's inputs say; the second report comes from the cache of the first.
set -euo pipefail
read -rd '' -a arguments <<< "$PATHS" || true  # words on any number of lines
read -rd '' -a shapes <<< "$SHAPES" || true
for shape in "${shapes[@]}"; do
    arguments+=(--shapes "$shape")
done
arguments+=(--fail-on "$FAIL_ON")
[ -z "$BASELINE" ] || arguments+=(--baseline "$BASELINE")
[ -z "$CHANGED_SINCE" ] || arguments+=(--changed-since "$CHANGED_SINCE")
[ -z "$SARIF" ] || kg validate "${arguments[@]}" --format sarif --output "$SARIF" || [ $? -eq 1 ]
kg validate "${arguments[@]}" --format github
