import os

INI = (
    "; Image store, ward 3 \u2013 do not edit without a ticket\r\n"
    "timeout = 5\r\n"
    "\r\n"
    "[server]\r\n"
    "  port\t=\t11112   ; DICOM\r\n"
    "  timeout = 30\r\n"
    "; timeout = 60\r\n"
    "  max_pdu = 16384 ;was 8192\r\n"
    "  banner = Ward;3  ; shown to peers\r\n"
    "\r\n"
    "[Server]\r\n"
    "timeout = 31\r\n"
    "\r\n"
    "[storage]\r\n"
    "path = /data/images\r\n"
    "quota=200G\r\n"
    "   # quota = 400G\r\n"
    "timeout = 90\r\n"
    "\r\n"
    "[storage.cache]\r\n"
    "quota = 10G\r\n"
    "[server]\r\n"
    "timeout = 45 ; counts, because it is the last\r\n"
    "max_timeout = 300\r\n"
    "; end of the second part\r\n"
    "\r\n"
    "[audit]\r\n"
    "; nothing yet\r\n"
    "\r\n"
    "[purge]\r\n"
    "after = never   ; for now\r\n"
    "#every = 7d\r\n"
    "log=purge.log"
)
CHANGES = """server timeout = 120
server max_pdu = 65536
server banner = Ward 4
server max_assoc = 24
storage quota = 750G
storage checksum = sha256;strict
storage.cache quota = 25G
audit file = /var/log/imaging/audit.log
purge every = 30d
purge after = 400d
mirror host = pacs2.clinic.example
mirror port = 11113
audit level = full
"""


def main():
    os.mkdir("/app/etc", 0o755)
    with open("/app/etc/imaging.ini", "wb") as file:
        file.write(INI.encode())
    os.chmod("/app/etc/imaging.ini", 0o640)
    with open("/app/changes.txt", "w") as file:
        file.write(CHANGES)


if __name__ == "__main__":
    main()
