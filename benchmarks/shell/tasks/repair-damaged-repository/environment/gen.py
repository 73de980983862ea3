import hashlib
import os
import shutil
import subprocess

REPO = "/app/sonata"
clock = 1714550000


def git(*words, cwd=REPO):
    global clock
    clock += 7200
    at = "%d +0200" % clock
    env = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LC_ALL": "C.UTF-8", "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at}
    return subprocess.run(["git", *words], cwd=cwd, env=env, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode().strip()


def write(name, text):
    path = os.path.join(REPO, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)


def commit(message):
    git("add", "-A")
    git("commit", "-q", "-m", message)


def loose(name):
    return "%s/.git/objects/%s/%s" % (REPO, name[:2], name[2:])


def score(voice, bars):
    return "".join("%s %3d: %s\n" % (voice, bar, " ".join("cdefgab"[(bar * 5 + beat * len(voice)) % 7] for beat in range(4))) for bar in range(1, bars))


os.makedirs(REPO)
git("init", "-q", "-b", "main")
git("config", "user.name", "Score Desk")
git("config", "user.email", "desk@music.example")
git("config", "gc.auto", "0")
write("README.md", "# Sonata in four voices\n")
write("voices/soprano.txt", score("soprano", 40))
write("voices/alto.txt", score("alto", 40))
commit("Two voices")
write("voices/tenor.txt", score("tenor", 30))
commit("Tenor, first half")
git("clone", "-q", "--mirror", "--no-hardlinks", REPO, "/app/mirror.git", cwd="/app")
for name in ("hooks", "description"):
    path = "/app/mirror.git/" + name
    shutil.rmtree(path) if os.path.isdir(path) else os.unlink(path)
git("remote", "remove", "origin", cwd="/app/mirror.git")
write("voices/tenor.txt", score("tenor", 40))
write("voices/bass line.txt", score("bass", 40))
commit("Tenor and bass")
git("tag", "-a", "-m", "All voices", "v1.1")
os.makedirs("/app/export/voices")
for name in ("README.md", "voices/soprano.txt", "voices/alto.txt", "voices/tenor.txt", "voices/bass line.txt"):
    with open(os.path.join(REPO, name)) as file, open("/app/export/" + name, "w", newline="\r\n") as copy:
        copy.write(file.read())
bass = git("rev-parse", "v1.1:voices/bass line.txt")
half = git("rev-parse", "v1.1~1:voices/tenor.txt")
alto = git("rev-parse", "v1.1~2:voices/alto.txt")
tree = git("rev-parse", "v1.1~1:voices")
git("checkout", "-q", "-b", "ornaments")
write("voices/soprano.txt", score("soprano", 40).replace("c", "c~"))
commit("Ornaments in the soprano")
git("checkout", "-q", "main")
write("voices/alto.txt", score("alto", 44))
write("voices/bass line.txt", score("bass", 44))
commit("Four more bars")
write("README.md", "# Sonata in four voices\n\nFor Clara.\n")
commit("Dedication")
top = git("rev-parse", "main^{tree}")
git("reset", "-q", "--soft", "HEAD~1")
git("commit", "-q", "-m", "Dedicate it")
tip = git("rev-parse", "main")
# Uncommitted work: a changed file, a deleted one and a new one.
write("voices/tenor.txt", score("tenor", 40) + "tenor  40: fine\n")
os.unlink(REPO + "/voices/soprano.txt")
write("sketches/coda.txt", "not yet\n")
for name in ("ORIG_HEAD", "COMMIT_EDITMSG"):
    if os.path.exists(REPO + "/.git/" + name):
        os.unlink(REPO + "/.git/" + name)

# The crash.
for name in (bass, half, tree):
    os.chmod(loose(name), 0o644)
with open(loose(bass), "wb"):
    pass
os.unlink(loose(half))
with open(loose(tree), "r+b") as file:
    file.seek(6)
    file.write(b"\x00" * 12)
os.chmod(loose(tree), 0o444)
os.chmod(loose(bass), 0o444)
with open(REPO + "/.git/refs/heads/main", "wb") as file:
    file.write(b"\x00" * 41)
with open(REPO + "/.git/HEAD", "wb"):
    pass
with open(REPO + "/.git/index", "r+b") as file:
    file.truncate(140)
for name in ("index.lock", "HEAD.lock", "refs/heads/main.lock"):
    with open(REPO + "/.git/" + name, "wb"):
        pass
