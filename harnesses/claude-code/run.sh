#!/bin/sh
# Address and token come from ANTHROPIC_BASE_URL and ANTHROPIC_API_KEY. Both the model that works and the
# small one for titles and the like are the trial's own.
export ANTHROPIC_MODEL="$BELAY_MODEL" ANTHROPIC_SMALL_FAST_MODEL="$BELAY_MODEL"
export ANTHROPIC_DEFAULT_HAIKU_MODEL="$BELAY_MODEL"
exec /runtime/claude_agent_sdk/_bundled/claude --bare --print --verbose --output-format stream-json \
  --model "$BELAY_MODEL" --permission-mode bypassPermissions --no-session-persistence \
  <"$BELAY_INSTRUCTION" >/logs/agent/claude.jsonl
