#!/bin/sh
# mini-swe-agent asks through LiteLLM, which takes the address and the token from OPENAI_API_BASE and
# OPENAI_API_KEY. Its global folder has to be one that it may write to.
export MSWEA_GLOBAL_CONFIG_DIR=/tmp/mini-swe-agent
exec python3 -m minisweagent.run.mini \
  --model "openai/$BELAY_MODEL" --task "$(cat "$BELAY_INSTRUCTION")" \
  --yolo --exit-immediately --output /logs/agent/mini.traj.json </dev/null
