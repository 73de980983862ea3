#!/bin/sh
# Codex takes an address from its configuration alone, and the token from the variable named there. It is
# in a sandbox already: its own would find no helper here.
set -eu
mkdir -p "$CODEX_HOME"
codex=$(find /runtime -type f -name codex -perm -u+x | head -n 1)
exec "$codex" exec --json --ephemeral --skip-git-repo-check \
  --dangerously-bypass-approvals-and-sandbox --model "$BELAY_MODEL" \
  -c 'model_provider="belay"' -c 'model_providers.belay.name="belay"' \
  -c "model_providers.belay.base_url=\"$OPENAI_BASE_URL\"" \
  -c 'model_providers.belay.env_key="OPENAI_API_KEY"' \
  -c 'model_providers.belay.wire_api="responses"' \
  -- "$(cat "$BELAY_INSTRUCTION")" </dev/null >/logs/agent/codex.jsonl
