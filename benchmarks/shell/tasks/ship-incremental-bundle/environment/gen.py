import os
import subprocess

REPO = "/app/catalogue"
clock = 1709280000


def git(*words):
    global clock
    clock += 4321
    at = "%d +0100" % clock
    env = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LC_ALL": "C.UTF-8", "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at}
    subprocess.run(["git", *words], cwd=REPO, env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def commit(message, **files):
    for name, text in files.items():
        with open(REPO + "/" + name.replace("_", "."), "w") as file:
            file.write(text)
    git("add", "-A")
    git("commit", "-q", "-m", message)


def books(first, last):
    return "".join("%05d\tShelf %d\tVolume %d of the county library\n" % (n, n % 17, n * 7919 % 1000) for n in range(first, last))


os.makedirs(REPO)
os.makedirs("/app/handover")
git("init", "-q", "-b", "main")
git("config", "user.name", "Library")
git("config", "user.email", "desk@library.example")
git("config", "gc.auto", "0")
for part in range(6):
    commit("Shelf list %d" % part, **{"list%d_tsv" % part: books(part * 400, part * 400 + 400)})
git("tag", "-a", "-m", "Release 3.1.0", "v3.1.0")
git("checkout", "-q", "-b", "hotfix")
commit("Fix the shelf of volume 12", list0_tsv=books(0, 12) + books(13, 400))
commit("Fix more shelves", list1_tsv=books(400, 500) + books(510, 800))
git("bundle", "create", "-q", "/app/handover/2024-05.bundle", "main", "hotfix", "v3.1.0")
# Since then: the fix was merged and its branch removed, main went on, the printer's branch began at the fix.
git("checkout", "-q", "main")
git("merge", "-q", "--no-ff", "-m", "Merge the fixes", "hotfix")
git("checkout", "-q", "-b", "label-printer", "hotfix")
git("branch", "-q", "-D", "hotfix")
commit("Print labels", labels_txt="width 62mm\n")
commit("Wider labels", labels_txt="width 89mm\n")
git("checkout", "-q", "main")
commit("Shelf list 6", list6_tsv=books(2400, 2800))
git("tag", "-a", "-m", "Release 3.2.0", "v3.2.0")
commit("Opening hours", hours_txt="Mo-Fr 9-18\n")
git("checkout", "-q", "-b", "experiment")
commit("Try a database", db_txt="sqlite?\n")
git("tag", "nightly")
git("checkout", "-q", "main")
