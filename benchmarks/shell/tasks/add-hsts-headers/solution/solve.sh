#!/bin/bash
exec /usr/bin/python3 - <<'PY'
BASE = "/app/nginx/"
LINE = 'add_header Strict-Transport-Security "max-age=31536000" always;'


def edit(name, *steps):
    with open(BASE + name, "r+") as file:
        lines = file.read().split("\n")
        for how, text, *new in steps:
            hits = [i for i, line in enumerate(lines) if line.strip() == text]
            assert len(hits) == 1, (name, text, hits)
            indent = lines[hits[0]][: len(lines[hits[0]]) - len(lines[hits[0]].lstrip())]
            if how == "after":
                lines[hits[0] + 1:hits[0] + 1] = [indent + line for line in new]
            else:
                lines[hits[0]] = indent + LINE
        file.seek(0)
        file.write("\n".join(lines))
        file.truncate()


# The server has headers of its own by the include, so one line more does not cut inheritance.
edit("sites/10-www.conf",
     ("after", "include shared/headers.conf;", LINE),
     ("after", 'add_header Cache-Control "public; max-age=600";', LINE),
     ("after", "add_header X-Robots-Tag noindex;", LINE),
     ("after", 'add_header X-Api "v2 # stable";', LINE))
edit("sites/30-auth.conf",
     ("replace", 'add_header strict-transport-security "max-age=60";'),
     ("replace", 'add_header STRICT-TRANSPORT-SECURITY "max-age=31536000";'))
# This server inherits from http: its own line makes it necessary to repeat that.
edit("sites/40-media.conf",
     ("after", "server_name media.press.example;", "add_header X-Frame-Options SAMEORIGIN;", LINE),
     ("after", "include snippets/static.conf;", LINE))
edit("sites/media/cover.inc", ("after", "add_header X-Cover 1;", LINE))
edit("snippets/static-tls.conf", ("after", "add_header X-Static tls;", LINE))
PY
