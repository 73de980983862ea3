import gzip
import os
import sys

Z = gzip.compress
SAMPLE = {
    "front.log": b"10.0.0.1 GET / 200\n", "front.log.1": b"10.0.0.1 GET /a 200\n", "front.log.2.gz": Z(b"10.0.0.2 GET /b 200\n", mtime=0),
    "front.log.3.gz": Z(b"10.0.0.3 GET /c 200\n", mtime=0), "admin area.log": b"10.0.0.9 POST /login 302\n", "idle.log": b"",
    "idle.log.1": b"10.0.0.4 GET /idle 200\n", "README.txt": b"rotate me with rotate.sh\n",
}

if __name__ == "__main__":
    os.makedirs(os.path.join(sys.argv[1], "sample"))
    for name, data in SAMPLE.items():
        with open(os.path.join(sys.argv[1], "sample", name), "wb") as f:
            f.write(data)
