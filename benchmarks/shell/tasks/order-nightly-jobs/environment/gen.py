import os

# path: content; a str that begins with -> is a link
TREE = {
    "stock-sync.job": "[Job]\nMinutes=12\n",
    "prices.job": "[Job]\nMinutes = 5\nAfter = stock-sync\n",
    "labels.job": "# labels\n[Job]\nMinutes=9\nAfter=prices \\\n  stock-sync\\\n\n",
    "labels.job.d/10-more.conf": "[Job]\nAfter=scales\n",
    "labels.job.d/9-length.conf": "[Job]\nMinutes=20\n",
    "labels.job.d/README": "[Job]\nMinutes=500\n",
    "labels.job.d/20-old.conf.off": "[Job]\nMinutes=600\n",
    "scales.job": "[Job]\nMinutes=30\nAfter=labels-x\n",
    "report.job": "[Job]\nMinutes=7\nAfter=prices labels\nAfter=audit\n",
    "report.job.d/a.conf": "[Job]\nAfter=\nAfter=prices\n",
    "report.job.d/B.conf": "[Job]\nAfter=labels\nRequires=mail\n",
    "mail.job": "[Job]\nRequires=report\nMinutes=1\n",
    "audit.job": "->/dev/null",
    "audit.job.d/x.conf": "[Job]\nMinutes=5\n",
    "ledger.job": "[Job]\nMinutes=15\nAfter=audit stock-sync\n",
    "tax.job": "[Job]\nMinutes=15\nRequires=audit\n",
    "tax-mail.job": "[Job]\nMinutes=2\nRequires=tax\nAfter=tax\n",
    "year-end.job": "[Job]\nMinutes=3\nAfter=tax-mail ledger\n",
    "ghost.job.d/x.conf": "[Job]\nMinutes=3\n",
    "hunter.job": "[Job]\nMinutes=3\nRequires=ghost\n",
    "loop-a.job": "[Job]\nMinutes=3\nAfter=loop-c\n",
    "loop-b.job": "[Job]\nMinutes=3\nAfter=loop-a\nRequires=nothing\n",
    "loop-c.job": "[Job]\nMinutes=3\nAfter=loop-b stock-sync\n",
    "selfish.job": "[Job]\nMinutes=4\nAfter=selfish\n",
    "behind-loop.job": "[Job]\nMinutes=4\nAfter=loop-c ledger\n",
    "needs-loop.job": "[Job]\nMinutes=4\nRequires=loop-a stock-sync\n",
    "before-loop.job": "[Job]\nMinutes=8\n",
    "loop-d.job": "[Job]\nMinutes=3\nAfter=loop-e\nRequires=tax\n",
    "loop-e.job": "[Job]\nMinutes=3\nAfter=loop-d before-loop\n",
    "healed.job": "[Job]\nMinutes=10\nAfter=healed\n",
    "healed.job.d/fix.conf": "[Job]\r\nAfter=\r\nAfter=prices\r\n",
    "alias.job": "->templates/copy.job",
    "templates/copy.job": "[Job]\nMinutes=6\nAfter=ledger\n",
    "Zebra.job": "[Job]\nMinutes=1\n",
    "zero.job": "[Job]\nMinutes=0\nAfter=stock-sync\n",
    "after-zero.job": "[Job]\nMinutes=010\nMinutes=11\n; Minutes=9\nAfter=zero\n",
    "broken-require.job": "[Job]\nMinutes=2\nRequires=nothing\nRequires=\nRequires=zero\n",
    "notes.txt": "Minutes=1\n",
}
for _n in range(1, 13):
    TREE["copy-%d.job" % _n] = "[Job]\nMinutes=%d\nAfter=%s\n" % (_n, "copy-%d" % (_n - 1) if _n > 1 else "prices")


def main():
    for path, content in TREE.items():
        full = "/app/jobs/" + path
        os.makedirs(os.path.dirname(full), exist_ok=True)
        if content.startswith("->"):
            os.symlink(content[2:], full)
        else:
            with open(full, "w", newline="") as file:
                file.write(content)


if __name__ == "__main__":
    main()
