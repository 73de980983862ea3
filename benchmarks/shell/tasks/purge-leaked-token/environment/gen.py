import os
import subprocess

REPO = "/app/inventory"
TOKEN = "ak_live_7Qm2xV9cTr41LzPw"
LEA, SAM = ("Léa Fournier", "lea@stock.example"), ("Sam Reyes", "sam@stock.example")
clock = 1690876800


def git(*words, who=LEA, committer=None, zone="+0200"):
    global clock
    clock += 3337
    other = committer or who
    env = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LC_ALL": "C.UTF-8", "GIT_CONFIG_NOSYSTEM": "1", "GIT_EDITOR": "true",
           "GIT_AUTHOR_DATE": "%d %s" % (clock, zone), "GIT_COMMITTER_DATE": "%d +0000" % (clock + 120),
           "GIT_AUTHOR_NAME": who[0], "GIT_AUTHOR_EMAIL": who[1], "GIT_COMMITTER_NAME": other[0], "GIT_COMMITTER_EMAIL": other[1]}
    return subprocess.run(["git", *words], cwd=REPO, env=env, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout


def write(name, data, mode=0o644):
    path = os.path.join(REPO, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data if isinstance(data, bytes) else data.encode())
    os.chmod(path, mode)


def commit(message, **people):
    git("add", "-A", **people)
    git("commit", "-q", "--allow-empty", "-m", message, **people)


os.makedirs(REPO)
git("init", "-q", "-b", "main")
git("config", "user.name", "Stock Desk")
git("config", "user.email", "desk@stock.example")
git("config", "gc.auto", "0")
write("README.md", "# Inventory sync\n\nPulls stock levels every hour.\n")
write("bin/sync", "#!/bin/sh\n. ./config/settings.sh\ncurl -s -H \"Auth: $TOKEN\" \"$URL/levels\"\n", 0o755)
write("config/settings.sh", "URL=https://stock.example/api\nTOKEN=\n")
commit("Start the sync")
write("config/settings.sh", "URL=https://stock.example/api\nTOKEN=%s\n" % TOKEN)
commit("Make the sync work on my machine")
write("deploy/prod.env", "TOKEN=%s\nDB_PASSWORD=orchid-lantern-88\n" % TOKEN)
commit("Deployment settings", who=SAM, zone="-0500")
git("tag", "v0.9")
git("checkout", "-q", "-b", "labels")
write("labels/print label.py", "import sys\n\nprint('LABEL', sys.argv[1:])\n")
commit("Print labels", who=SAM)
write("fixtures/replay.bin", bytes(range(256)) + b"\x00\xffGET /levels\r\nAuth: " + TOKEN.encode() + b"\r\n\r\n\x00\x80" + bytes(range(255, -1, -1)))
commit("Replay fixture\n\nRecorded with a live request.\n", who=SAM, committer=LEA)
git("checkout", "-q", "main")
write("deploy/prod.env", "TOKEN=%s\nDB_PASSWORD=orchid-lantern-89\n" % TOKEN)
commit("Rotate the database password")
write("README.md", "# Inventory sync\n\nPulls stock levels every hour.\n\n    curl -H 'Auth: %s' https://stock.example/api/levels?key=%s\n" % (TOKEN, TOKEN))
commit("Document the call\n\nTested with %s against the live system.\n" % TOKEN)
git("tag", "-a", "v1.0", "-m", "First release\n\nDeployed with token %s.\n" % TOKEN)
git("merge", "-q", "--no-ff", "-m", "Merge labels", "labels", who=LEA)
os.unlink(REPO + "/deploy/prod.env")
write("config/settings.sh", "URL=https://stock.example/api\nTOKEN=$(cat /run/token)\n")
commit("Take the token from the machine", who=SAM, zone="+0530")
write("README.md", "# Inventory sync\n\nPulls stock levels every hour. The token is in /run/token.\n")
commit("Describe where the token is\n\nThe old one began with ak_live_7Qm2 and no longer works.\n")
git("tag", "-a", "v1.1", "-m", "Without the token", who=SAM)
git("checkout", "-q", "labels")
write("labels/print label.py", "import sys\n\nprint('LABEL', *sys.argv[1:])\n")
commit("Print plain text")
git("checkout", "-q", "-b", "try-cache", "v1.0")
write("docs/émigrés.txt", "Header ***REMOVED*** in logs: %s\n" % TOKEN)
commit("Notes on caching", who=SAM)
git("checkout", "-q", "main")
git("checkout", "-q", "-b", "scratch")
write("scratch.txt", "try %s\n" % TOKEN)
commit("Scratch")
git("checkout", "-q", "main")
git("branch", "-q", "-D", "scratch")
write("config/settings.sh", "URL=https://stock.example/api\nTOKEN=%s\n" % TOKEN)
git("stash", "push", "-q", "-m", "debug with the old token")
git("pack-refs", "--all")
git("repack", "-q", "-a", "-d")
write("bin/sync", "#!/bin/sh\nset -eu\n. ./config/settings.sh\ncurl -s -H \"Auth: $TOKEN\" \"$URL/levels\"\n", 0o755)
commit("Stop at the first error")
