import os
import subprocess

REPO = "/app/tariffs"
MIRA = ("Mira Jansen", "mira@volt.example")
TOM = ("Tom Okafor", "tom@volt.example")


def git(*words, at="2024-03-01T09:00:00+01:00", who=MIRA):
    env = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LC_ALL": "C.UTF-8", "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at,
           "GIT_AUTHOR_NAME": who[0], "GIT_AUTHOR_EMAIL": who[1], "GIT_COMMITTER_NAME": who[0], "GIT_COMMITTER_EMAIL": who[1]}
    return subprocess.run(["git", *words], cwd=REPO, env=env, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout


def write(name, text, mode=0o644):
    path = os.path.join(REPO, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)
    os.chmod(path, mode)


def commit(message, at, who=MIRA):
    git("add", "-A", at=at, who=who)
    git("commit", "-q", "-m", message, at=at, who=who)


def table(rows):
    return "band,from,to,cents_per_kwh\n" + "".join("%s,%s,%s,%s\n" % row for row in rows)


os.makedirs(REPO)
git("init", "-q", "-b", "main")
git("config", "user.name", "Tariff Desk")
git("config", "user.email", "desk@volt.example")
git("config", "gc.auto", "0")
write("tables/day.csv", table([("day", "06:00", "22:00", "31.20")]))
write("tables/legacy.csv", table([("flat", "00:00", "24:00", "29.90")]))
write("bin/price", "#!/bin/sh\ngrep \"^$1,\" tables/*.csv\n", 0o755)
write("README.md", "# Tariffs\n\nOne table per tariff.\n")
commit("Price tables", "2024-03-01T09:00:00+01:00")
git("branch", "winter-tariff")
write("README.md", "# Tariffs\n\nOne table per tariff, one row per band.\n")
commit("Say what a row is", "2024-03-04T10:00:00+01:00", TOM)
git("checkout", "-q", "winter-tariff")
write("tables/winter.csv", table([("day", "06:00", "22:00", "33.10")]))
commit("Winter table", "2024-03-06T11:00:00+01:00")


def stash(files, gone, message, at, staged=(), who=MIRA):
    for name, text, mode in staged:
        write(name, text, mode)
        git("add", name, at=at, who=who)
    for name, text, mode in files:
        write(name, text, mode)
    for name in gone:
        os.unlink(os.path.join(REPO, name))
    git("stash", "push", "-q", "-u", "-m", message, at=at, who=who)
    git("stash", "drop", "-q", at=at, who=who)


NIGHT = "night rates, ready for review"
# A first draft on the Tuesday.
stash([("tables/night.csv", table([("night", "22:00", "06:00", "24.00")]), 0o644)], [], NIGHT, "2024-03-12T18:10:00+01:00")
write("tables/winter.csv", table([("day", "06:00", "22:00", "33.40")]))
commit("Winter day band as agreed", "2024-03-13T09:30:00+01:00")
# The one that is wanted: a staged version that was changed again, a deleted file, new files, a script, a name with a space.
stash([("tables/night.csv", table([("night", "22:00", "06:00", "22.85"), ("weekend", "00:00", "24:00", "23.10")]), 0o644),
       ("tables/winter.csv", table([("day", "06:00", "22:00", "33.40"), ("night", "22:00", "06:00", "25.05")]), 0o644),
       ("docs/Night rates – summary.md", "# Night rates\n\nFrom 22:00 to 06:00, all year.\n", 0o644),
       ("bin/check-night", "#!/bin/sh\nexec grep -c '^night,' tables/night.csv\n", 0o755)],
      ["tables/legacy.csv"], NIGHT, "2024-03-14T19:42:00+01:00",
      staged=[("tables/night.csv", table([("night", "22:00", "06:00", "22.80")]), 0o644)])
# A colleague's stash with the same words, later in the evening.
stash([("tables/night.csv", table([("night", "23:00", "05:00", "21.00")]), 0o644)], [], NIGHT, "2024-03-14T21:15:00+01:00", who=TOM)
# Mira's own, in the small hours of the 14th by the clock of another zone, so earlier than the wanted one.
stash([("tables/night.csv", table([("night", "22:00", "06:00", "22.10")]), 0o644), ("docs/draft.md", "draft\n", 0o644)], [], NIGHT, "2024-03-14T22:05:00+09:00")
# And other work of hers, later.
stash([("tables/winter.csv", table([("day", "06:00", "22:00", "35.00")]), 0o644)], [], "what if gas goes up", "2024-03-14T20:30:00+01:00")
write("tables/winter.csv", table([("day", "06:00", "22:00", "33.45")]))
commit("Winter day band: rounding", "2024-03-15T08:50:00+01:00")
git("commit", "-q", "--amend", "-m", "Round the winter day band", at="2024-03-15T08:55:00+01:00")
git("checkout", "-q", "main")
git("tag", "-a", "-m", "Spring prices", "spring-2024", at="2024-03-15T09:00:00+01:00")
git("reflog", "expire", "--expire=now", "--all")
for name in ("ORIG_HEAD", "COMMIT_EDITMSG"):
    if os.path.exists(REPO + "/.git/" + name):
        os.unlink(REPO + "/.git/" + name)
