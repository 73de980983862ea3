import os

# path: (mode before, content); None is a directory, a str is a link's target
TREE = {
    "site": (0o777, None),
    "site/index.html": (0o755, b"<!doctype html>\n<title>Harbour Museum</title>\n"),
    "site/visit us.html": (0o600, b"<!doctype html>\n<p>Open daily, 10 to 17\n"),
    "site/-n.html": (0o666, b"<p>Narrow boats\n"),
    "site/ leading.txt": (0o640, b"note\n"),
    "site/.htaccess": (0o600, b"Options -Indexes\n"),
    "site/empty.css": (0o777, b""),
    "site/line\nbreak.txt": (0o600, b"a name with a line break\n"),
    "site/deploy.html": (0o755, b"<pre>\n#!/bin/sh\n</pre>\n"),
    "site/.well-known": (0o700, None),
    "site/.well-known/security.txt": (0o600, b"Contact: mailto:it@museum.example\n"),
    "site/cgi-bin": (0o775, None),
    "site/cgi-bin/search": (0o644, b"#!/usr/bin/perl\nprint qq(Status: 200\\n\\n);\n"),
    "site/cgi-bin/counter.py": (0o600, b"#!/usr/bin/python3\nprint()\n"),
    "site/cgi-bin/README": (0o755, b"Scripts of the site.\n"),
    "site/cgi-bin/lib.pl": (0o755, b"package Lib;\n1;\n"),
    "site/cgi-bin/old.sh": (0o755, b"\xef\xbb\xbf#!/bin/sh\nexit 0\n"),
    "site/tools": (0o700, None),
    "site/tools/re build.sh": (0o666, b"#!/bin/sh\nexit 0\n"),
    "site/tools/data.bin": (0o755, b"#\x00!\xff\xfe binary"),
    "site/tools/tail": (0o755, b"#"),
    "site/tools/spaced": (0o755, b" #!/bin/sh\nexit 0\n"),
    "site/img": (0o711, None),
    "site/img/uploads": (0o755, None),
    "site/img/uploads/guest 1.jpg": (0o755, b"\xff\xd8\xff\xe0guest"),
    "site/img/uploads/thumbs": (0o777, None),
    "site/img/uploads/thumbs/1.jpg": (0o700, b"\xff\xd8\xff\xe0thumb"),
    "site/docs": (0o750, None),
    "site/docs/uploads": (0o644, b"How to send us your pictures.\n"),
    "site/docs/uploads.d": (0o777, None),
    "site/docs/uploads.d/x.txt": (0o600, b"x\n"),
    "site/uploads": (0o777, None),
    "site/current": (0o777, "../releases/2023"),
    "site/key.pem": (0o777, "../private/deploy.key"),
    "site/docs/missing": (0o777, "nowhere.html"),
    "site/home": (0o777, "index.html"),
    "private": (0o700, None),
    "private/deploy.key": (0o600, b"-----BEGIN PRIVATE KEY-----\nMC4CAQ\n-----END PRIVATE KEY-----\n"),
    "releases": (0o750, None),
    "releases/2023": (0o750, None),
    "releases/2023/run.sh": (0o750, b"#!/bin/sh\nexit 0\n"),
    "releases/2023/notes.txt": (0o640, b"Spring release\n"),
}


def main():
    for path, (mode, content) in TREE.items():
        full = "/app/" + path
        if content is None:
            os.mkdir(full, 0o755)
        elif isinstance(content, str):
            os.symlink(content, full)
        else:
            with open(full, "wb") as file:
                file.write(content)
    for path, (mode, content) in TREE.items():
        if not isinstance(content, str):
            os.chmod("/app/" + path, mode)


if __name__ == "__main__":
    main()
