import os
import subprocess

REPO = "/app/registry"
HEAD = "id,name,line,status,updated"


def git(*words, at, who="Office"):
    env = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LC_ALL": "C.UTF-8", "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at,
           "GIT_AUTHOR_NAME": who, "GIT_AUTHOR_EMAIL": "registry@weather.example", "GIT_COMMITTER_NAME": who, "GIT_COMMITTER_EMAIL": "registry@weather.example"}
    subprocess.run(["git", *words], cwd=REPO, env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def write(name, text, mode=0o644):
    path = os.path.join(REPO, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)
    os.chmod(path, mode)


def commit(message, at, who="Office"):
    git("add", "-A", at=at, who=who)
    git("commit", "-q", "-m", message, at=at, who=who)


def register(rows):
    write("stations.csv", HEAD + "\n" + "".join(rows[key] + "\n" for key in sorted(rows)))


NAMES = ["Birkenau", "Sankt Anna", "Höhenweg", '"Ried, Unterdorf"', "Moosbach", "Kaltbrunn", '"Alp ""Sunnig"""', "Talstation", "Grindel", "Ossingen"]
base = {}
for number in range(88, 130):
    base[number] = "%d,%s %d,L%d,%s,2024-0%d-%02dT%02d:15:00+01:00" % (
        number, NAMES[number % 10][:-1] if number % 10 in (3, 6) else NAMES[number % 10], number % 7 + 1, number % 4 + 1,
        ("active", "active", "paused")[number % 3], number % 3 + 1, number % 27 + 1, number % 24)
    if number % 10 in (3, 6):
        base[number] = base[number].replace(" %d,L" % (number % 7 + 1), ' %d",L' % (number % 7 + 1), 1)
base[7] = "7,Passhöhe,L1,active,2023-11-02T08:00:00+01:00"
base[9] = "9,Wasserschloss,L1,paused,2023-11-02T08:05:00+01:00"
base[1004] = "1004,Grenzstein,L9,active,2024-01-05T12:00:00+01:00"

os.makedirs(REPO)
git("init", "-q", "-b", "main", at="2024-03-01T08:00:00+0100")
git("config", "user.name", "Registry", at="2024-03-01T08:00:00+0100")
git("config", "user.email", "registry@weather.example", at="2024-03-01T08:00:00+0100")
register(base)
write("docs/how to.md", "# How to survey\n\n" + "".join("%d. Step %d of the walk.\n" % (n, n) for n in range(1, 13)))
write("tools/export", "#!/bin/sh\ncut -d, -f1 stations.csv\n")
write("old/list.txt", "retired\n")
commit("Register of 2024", "2024-03-01T08:00:00+0100")
git("branch", "field-survey", at="2024-03-01T08:00:00+0100")

ours, theirs = dict(base), dict(base)


def change(rows, number, status, when):
    rows[number] = ",".join(rows[number].split(",")[:-2] + [status, when])


# The office.
change(ours, 90, "active", "2024-04-02T09:00:00+02:00")                      # only we changed it
change(ours, 94, "closed", "2024-04-02T23:30:00+02:00")                      # both; theirs is later in UTC
change(ours, 97, "active", "2024-04-03T10:00:00+02:00")                      # both; ours is later
change(ours, 110, "closed", "2024-04-04T07:10:00+02:00")                     # they deleted it
del ours[99], ours[101], ours[119]                                           # 99 plain; 101 they changed; 119 both
ours[200] = "200,Neuhaus,L2,active,2024-04-05T16:00:00+00:00"                # both add; ours is later in UTC
ours[131] = "131,Kirchberg,L3,active,2024-04-05T11:00:00+02:00"              # both add the same row
ours[1001] = "1001,Zollhaus,L9,active,2024-04-06T09:00:00+02:00"
ours[104] = '104,"Moosbach, neu",L1,paused,2024-04-06T00:10:00+02:00'        # both; theirs is later in UTC, earlier by the clock
register(ours)
commit("Office corrections, April", "2024-04-06T10:00:00+0200")
git("mv", "docs/how to.md", "docs/Survey guide.md", at="2024-04-07T10:00:00+0200")
commit("Name the guide as what it is", "2024-04-07T10:00:00+0200")
os.chmod(REPO + "/tools/export", 0o755)
commit("Make export a program", "2024-04-08T10:00:00+0200")

# The crew.
git("checkout", "-q", "field-survey", at="2024-04-08T10:00:00+0200", who="Crew")
change(theirs, 94, "active", "2024-04-02T22:15:00+00:00")
change(theirs, 97, "paused", "2024-04-03T16:30:00+09:00")
change(theirs, 101, "active", "2024-04-03T12:00:00+02:00")
change(theirs, 104, "closed", "2024-04-05T22:20:00+00:00")
change(theirs, 126, "closed", "2024-04-03T12:30:00+02:00")                   # only they changed it
del theirs[110], theirs[113], theirs[119]
theirs[200] = '200,"Neuhaus, Scheune",L2,paused,2024-04-05T17:30:00+02:00'
theirs[131] = ours[131]
theirs[93] = theirs[93].replace("L2", "L4")                                   # only they changed it, the time stayed
theirs[61] = "61,Hinterberg,L1,active,2024-04-05T13:00:00+02:00"
theirs[132] = "132,Sägerei,L3,active,2024-04-05T13:05:00+02:00"
# The crew appended in the order of the walk instead of by number.
order = [key for key in sorted(theirs) if key not in (61, 131, 132, 200)] + [200, 61, 132, 131]
write("stations.csv", HEAD + "\n" + "".join(theirs[key] + "\n" for key in order))
commit("Survey, first week", "2024-04-05T18:00:00+0200", "Crew")
write("docs/how to.md", "# How to survey\n\n" + "".join("%d. Step %d of the walk.\n" % (n, n) for n in range(1, 13)).replace("7. Step 7", "7. Wet step 7"))
write("tools/export", "#!/bin/sh\ntail -n +2 stations.csv | cut -d, -f1\n")
write("photos/Neuhaus 1.txt", "see card 4\n")
os.unlink(REPO + "/old/list.txt")
commit("Survey notes", "2024-04-06T18:00:00+0200", "Crew")
git("checkout", "-q", "main", at="2024-04-08T11:00:00+0200")
