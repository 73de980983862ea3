"""Asks its model STEPS times, one after the other, and each time something else."""
import json, os, urllib.request

for step in range(1, int(os.environ["STEPS"]) + 1):
    body = {"model": os.environ["BELAY_MODEL"], "messages": [{"role": "user", "content": f"{os.environ['BELAY_SEED']} {step}"}]}
    request = urllib.request.Request(
        os.environ["OPENAI_BASE_URL"] + "/chat/completions", json.dumps(body).encode(),
        {"authorization": "Bearer " + os.environ["OPENAI_API_KEY"], "content-type": "application/json"})
    print(step, json.load(urllib.request.urlopen(request))["choices"][0]["message"]["content"], flush=True)
open("stub_out.txt", "w").write("from-stub\n")
