import gzip
import hashlib
import io
import os
import random
import tarfile

rng = random.Random(20240611)
members = []
for number in range(46):
    name = ("albums/%d/IMG_%04d.jpg" % (2019 + number % 4, number * 37), "albums/Été à Nice/photo %d.jpg" % number, "albums/%d/notes/%d.txt" % (2020 + number % 3, number))[number % 3]
    members.append((name, rng.randbytes(rng.choice([0, 1, 700, 5000, 9000])), (0o644, 0o600, 0o640, 0o755)[number % 4], 1500000000 + number * 777777))
buffer = io.BytesIO()
with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0, compresslevel=6) as packed, tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
    for name, data, mode, mtime in members:
        info = tarfile.TarInfo(name)
        info.size, info.mode, info.mtime, info.uid, info.gid, info.uname, info.gname = len(data), mode, mtime, 1000, 1000, "nina", "nina"
        archive.addfile(info, io.BytesIO(data))
    for name, target in (("albums/latest", "2022"), ("albums/2019/cover.jpg", "../Été à Nice/photo 1.jpg")):
        info = tarfile.TarInfo(name)
        info.type, info.linkname, info.mtime, info.uid, info.gid = tarfile.SYMTYPE, target, 1600000000, 1000, 1000
        archive.addfile(info)
data = buffer.getvalue()

os.makedirs("/app/incoming")
cuts = [0] + sorted(rng.sample(range(1000, len(data) - 1000), 11)) + [len(data)]
sums = []
for number in range(12):
    part = data[cuts[number]:cuts[number + 1]]
    name = "photos.tar.gz.part%d" % (number + 1)
    sums.append(hashlib.sha256(part).hexdigest() + "  " + name + "\n")
    if number == 6:
        with open("/app/incoming/" + name + ".again", "wb") as file:
            file.write(part)
        part = part[:-300] + bytes(300)
    with open("/app/incoming/" + name, "wb") as file:
        file.write(part)
with open("/app/incoming/photos.tar.gz.part13", "wb") as file:
    file.write(rng.randbytes(2000))
rng.shuffle(sums)
with open("/app/incoming/SHA256SUMS", "w") as file:
    file.writelines(sums)
