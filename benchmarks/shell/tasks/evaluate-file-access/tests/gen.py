import os

PASSWD = """root:x:0:0:root:/root:/bin/bash
toor:x:0:100:spare root:/root:/bin/sh
daemon:x:1:1::/:/usr/sbin/nologin
mira:x:1001:1001:Mira:/home/mira:/bin/bash
jonas:x:1002:100:Jonas:/home/jonas:/bin/bash
petra:x:1003:100:Petra:/home/petra:/bin/bash
petra-adm:x:1003:200:Petra, duty:/home/petra:/bin/bash
intern:x:1004:1004:Intern:/home/intern:/bin/bash
backup:x:34:34:backup:/var/backups:/usr/sbin/nologin
"""
GROUP = """root:x:0:
daemon:x:1:
backup:x:34:
staff:x:100:mira
lab:x:200:mira,jonas
trainees:x:300:intern,jonas
mira:x:1001:
intern:x:1004:
labs:x:200:
"""
INVENTORY = """f 644 root root /srv/lab/readme
d 755 root root /
d 755 root root /srv
d 2775 root lab /srv/lab
f 640 petra lab /srv/lab/results.csv
f 604 petra staff /srv/lab/notice.txt
f 466 jonas lab /srv/lab/locked.txt
f 77 petra lab /srv/lab/backwards
d 1777 root root /srv/drop
f 666 mira mira /srv/drop/from mira
f 600 1005 1005 /srv/drop/orphan
l 777 jonas staff /srv/drop/shortcut /srv/lab/results.csv
l 777 intern intern /srv/drop/void /srv/nothing
d 1770 petra lab /srv/queue
f 644 jonas lab /srv/queue/job1
f 644 mira mira /srv/queue/job2
d 711 root root /srv/hidden
f 644 root root /srv/hidden/known name
d 744 root root /srv/listed
f 666 root root /srv/listed/inside
d 750 1003 200 /srv/numbers
f 60 1003 200 /srv/numbers/group only
d 700 mira mira /home/mira
d 755 root root /home
f 777 mira mira /home/mira/tool
f 755 root root /usr/bin/tool
d 755 root root /usr
d 755 root root /usr/bin
f 644 root root /usr/bin/data
f 710 root lab /usr/bin/labtool
f 745 root trainees /usr/bin/notrainees
f 0 root root /usr/bin/sealed
l 777 root root /srv/current lab
l 777 root root /srv/lab/up ..
l 777 root root /srv/loop1 loop2
l 777 root root /srv/loop2 loop1
l 777 root root /srv/home /home/mira/tool
l 777 mira mira /srv/deep current/up/current/results.csv
d 775 root trainees /srv/trainees
d 555 intern intern /srv/trainees/frozen
f 644 intern intern /srv/trainees/frozen/file
d 333 root root /srv/blind
f 644 root root /srv/blind/x
f 4755 root root /usr/bin/suid
"""
QUERIES = """1 mira read /srv/lab/results.csv
2 intern read /srv/lab/results.csv
3 jonas read /srv/lab/notice.txt
4 intern read /srv/lab/notice.txt
5 jonas write /srv/lab/locked.txt
6 mira write /srv/lab/locked.txt
7 petra read /srv/lab/backwards
8 petra-adm read /srv/lab/backwards
9 daemon execute /srv/lab/backwards
10 jonas delete /srv/drop/from mira
11 mira delete /srv/drop/from mira
12 toor delete /srv/drop/from mira
13 intern delete /srv/drop/orphan
14 jonas delete /srv/drop/shortcut
15 mira read /srv/drop/shortcut
16 intern create /srv/drop/void
17 intern delete /srv/drop/void
18 intern create /srv/drop/new
19 petra delete /srv/queue/job1
20 mira delete /srv/queue/job1
21 mira delete /srv/queue/job2
22 intern read /srv/hidden/known name
23 intern read /srv/hidden
24 intern read /srv/listed
25 intern read /srv/listed/inside
26 root read /srv/listed/inside
27 petra-adm enter /srv/numbers
28 petra enter /srv/numbers
29 petra read /srv/numbers/group only
30 mira read /srv/numbers/group only
31 jonas execute /home/mira/tool
32 jonas execute /srv/home
33 mira execute /srv/home
34 root execute /usr/bin/data
35 root execute /usr/bin/labtool
36 root read /usr/bin/sealed
37 root write /usr/bin
38 jonas execute /usr/bin/labtool
39 intern execute /usr/bin/notrainees
40 mira execute /usr/bin/notrainees
41 jonas read /srv/current/up/current/results.csv
42 mira read /srv/deep
43 jonas read /srv/loop1
44 jonas delete /srv/loop1
45 jonas read /srv/current/../readme
46 jonas read /srv/current/../lab/readme
47 intern create /srv/trainees/frozen/new
48 intern delete /srv/trainees/frozen/file
49 intern write /srv/trainees/frozen/file
50 jonas create /srv/trainees/plan
51 jonas delete /srv/trainees/frozen
52 petra create /srv/lab/petra.txt
53 petra-adm create /srv/lab/petra.txt
54 mira create /srv/lab/readme
55 intern read /srv/blind/x
56 intern create /srv/blind/y
57 intern read /srv/blind
58 intern read /srv/lab/readme/
59 intern enter /srv/hidden/../hidden/.
60 backup read /srv/nothing
61 mira enter /usr/bin/tool
62 intern create /srv/none/x
63 jonas read /srv/lab/readme/../readme
64 intern read /srv/listed/../lab/readme
65 intern execute /usr/bin/suid
66 mira delete /srv/lab/results.csv
67 intern delete /srv/lab/results.csv
"""


def tabs(block, fields):
    lines = []
    for line in block.splitlines():
        parts = line.split(" ", fields - 1)
        if parts[0] == "l":
            parts[-1:] = parts[-1].rsplit(" ", 1)
        lines.append("\t".join(parts))
    return "\n".join(lines) + "\n"


FILES = {"passwd": PASSWD, "group": GROUP, "inventory.tsv": tabs(INVENTORY, 5), "queries.tsv": tabs(QUERIES, 4)}


def main():
    os.mkdir("/app/dump")
    for name, content in FILES.items():
        with open("/app/dump/" + name, "w") as file:
            file.write(content)


if __name__ == "__main__":
    main()
