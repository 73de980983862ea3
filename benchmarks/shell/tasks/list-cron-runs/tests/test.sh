#!/bin/sh
# A reward exists whatever happens below; the checks replace it.
mkdir -p /logs/verifier
printf '{"reward": 0, "checks_passed": 0, "checks": 1}\n' > /logs/verifier/reward.json
exec /usr/bin/python3 -I -S -B /tests/check.py
