import os

# path: (mode before, content); None is a directory, a str is a link's target
TREE = {
    "share": (0o2770, None),
    "share/README": (0o664, b"Office share\n"),
    "share/projects": (0o2775, None),
    "share/projects/index.txt": (0o660, b"list of projects\n"),
    "share/projects/Quay House": (0o755, None),
    "share/projects/Quay House/plan 1.dwg": (0o644, b"AC1027 plan"),
    "share/projects/Quay House/export.sh": (0o2755, b"#!/bin/sh\nexit 0\n"),
    "share/projects/Quay House/published": (0o2775, None),
    "share/projects/Quay House/published/brochure.pdf": (0o600, b"%PDF-1.4\n"),
    "share/projects/Quay House/published/web": (0o2770, None),
    "share/projects/Quay House/published/web/index.html": (0o664, b"<p>Quay House\n"),
    "share/projects/Quay House/published/web/published": (0o2700, None),
    "share/projects/Quay House/published/web/published/x": (0o770, b"x"),
    "share/projects/Quay House/drafts": (0o2770, None),
    "share/projects/Quay House/drafts/published": (0o755, None),
    "share/projects/Quay House/drafts/published/idea.txt": (0o644, b"not the public folder\n"),
    "share/projects/Quay House/drafts/check": (0o654, b"only group and others may run this\n"),
    "share/projects/Library": (0o2770, None),
    "share/projects/Library/published": (0o664, b"a file, not a folder\n"),
    "share/projects/Library/old": (0o777, "../../archive/1998"),
    "share/projects/Library/model.bin": (0o660, b"\x00\x01"),
    "share/projects/Library/render": (0o500, b"render\n"),
    "share/projects/published": (0o1777, None),
    "share/projects/published/site.txt": (0o666, b"a project that is called published\n"),
    "share/projects/published/published": (0o2755, None),
    "share/projects/published/published/a.txt": (0o644, b"public\n"),
    "share/published": (0o755, None),
    "share/published/b.txt": (0o644, b"not in a project\n"),
    "share/inbox": (0o2777, None),
    "share/inbox/from client.zip": (0o755, b"PK\x03\x04"),
    "share/inbox/late": (0o3770, None),
    "share/inbox/late/scan.tif": (0o640, b"II*\x00"),
    "share/inbox/archive": (0o2775, None),
    "share/inbox/archive/run": (0o750, b"run\n"),
    "share/archive": (0o2770, None),
    "share/archive/1998": (0o2755, None),
    "share/archive/1998/plan.dwg": (0o660, b"AC1009"),
    "share/archive/1998/convert": (0o775, b"#!/bin/sh\nexit 0\n"),
    "share/archive/1998/key": (0o777, "../../../outside/key"),
    "share/archive/1999": (0o2750, None),
    "share/archive/1999/done.txt": (0o440, b"done\n"),
    "outside": (0o755, None),
    "outside/key": (0o600, b"key\n"),
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
