import os

ROOT = "/app/sample/"
for name, text, mode in [("README", "Sample\n", 0o644), ("bin/run", "#!/bin/sh\necho run\n", 0o755), ("lib/a.txt", "a\n", 0o600), ("lib-extra/b.txt", "b\n", 0o640),
                         (".hidden", "h\n", 0o644), ("notes.txt~", "old\n", 0o644), (".git/config", "[core]\n", 0o644), ("docs/two words.md", "# Two\n", 0o664)]:
    os.makedirs(os.path.dirname(ROOT + name), exist_ok=True)
    with open(ROOT + name, "w") as file:
        file.write(text)
    os.chmod(ROOT + name, mode)
os.mkdir(ROOT + "empty")
os.symlink("bin/run", ROOT + "start")
