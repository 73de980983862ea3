import json
import os
import sys

JOBS = [
    {"doc": {"foo": "bar"}, "patch": [{"op": "add", "path": "/baz", "value": "qux"}]},
    {"doc": {"gates": ["north", "south"]}, "patch": [{"op": "add", "path": "/gates/1", "value": "east"}, {"op": "remove", "path": "/gates/0"}]},
    {"doc": {"baz": "qux"}, "patch": [{"op": "test", "path": "/baz", "value": "bar"}]},
    {"doc": {"a": {"b": 1}}, "patch": [{"op": "move", "from": "/a/b", "path": "/c"}, {"op": "replace", "path": "/missing", "value": 1}]},
]

if __name__ == "__main__":
    with open(os.path.join(sys.argv[1], "jobs.jsonl"), "w") as f:
        for job in JOBS:
            f.write(json.dumps(job) + "\n")
