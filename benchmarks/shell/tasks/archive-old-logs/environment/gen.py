import os
import sys

# path, mode, modification time (seconds), content or ("link", target)
M = 1706000000
ITEMS = [
    ("north/ridge-2023-12-30.log", 0o644, M, "ridge 1\n"),
    ("north/ridge-2023-12-31.log", 0o644, M + 86400, "ridge 2\n"),
    ("north/ridge-2024-01-01.log", 0o600, M + 5, "ridge 3\n"),
    ("north/ridge-2024-02-29.log", 0o640, M + 6, "ridge 4\n"),
    ("north/ridge-2024-03-14.log", 0o644, M + 7, "ridge 5\n"),
    ("north/ridge-2024-03-15.log", 0o644, M - 9000000, "ridge 6, the first day to keep\n"),
    ("north/ridge-2024-03-16.log", 0o644, M - 8000000, "ridge 7\n"),
    ("north/latest.log", 0, 0, ("link", "ridge-2024-03-16.log")),
    ("north/alias-2024-01-02.log", 0, 0, ("link", "ridge-2024-01-01.log")),
    ("old mill/weir gate-2024-01-09.log", 0o644, M + 11, "weir\n"),
    ("old mill/weir gate-2024-03-20.log", 0o644, M + 12, "weir\n"),
    ("old mill/sluice 'B' $HOME-2024-02-03.log", 0o444, M + 13, "sluice\n"),
    ("old mill/two\nlines-2024-02-04.log", 0o644, M + 14, "newline in the name\n"),
    ("old mill/-rf-2024-01-31.log", 0o644, M + 15, "dash\n"),
    ("-dash/*-2023-12-01.log", 0o755, M + 16, "star\n"),
    ("-dash/x-2023-12-01.log", 0o644, M + 17, ""),
    ("-dash/back\\slash-2024-02-10.log", 0o644, M + 18, "backslash\n"),
    ("only old/sub/peak-2023-11-05.log", 0o644, M + 19, "peak\n"),
    ("only old/sub/peak-2023-11-05.log.bak", 0o644, M + 20, "backup copy\n"),
    ("only old/notes-2023-11-05.txt", 0o644, M + 21, "notes\n"),
    ("only old/20231106.log", 0o644, M + 22, "other scheme\n"),
    ("caf\u00e9/t\u00fcrm-2024-01-15.log", 0o644, M + 23, "utf-8\n"),
    ("caf\u00e9/folder-2023-10-10.log/inner-2024-05-01.log", 0o644, M + 24, "a folder that looks like a log\n"),
]
CONF = "# retention of the field spool\nowner=hydrology\nkeep_from=2024-03-15\ncompress=gzip\n"

if __name__ == "__main__":
    out = sys.argv[1]
    for name, mode, mtime, data in ITEMS:
        path = os.path.join(out, "spool", name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if isinstance(data, tuple):
            os.symlink(data[1], path)
            continue
        with open(path, "w") as f:
            f.write(data)
        os.chmod(path, mode)
        os.utime(path, (mtime, mtime))
    with open(os.path.join(out, "retention.conf"), "w") as f:
        f.write(CONF)
