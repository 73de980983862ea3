import os
import sys

CONF = {
    "defaults.json": '{\n  "service": "edge",\n  "listen": {"host": "0.0.0.0", "port": 8080, "tls": null},\n  "timeouts": {"read": 1.50, "write": 3e1},\n  "plugins": ["auth", "gzip"],\n  "limits": {"body": 1048576, "burst": 20}\n}\n',
    "region-eu.json": '{\n  "plugins+": ["geo", "auth"],\n  "limits": {"burst": null},\n  "banner": "Gr\u00fc\u00dfe"\n}\n',
    "host-7.json": '{"listen": {"port": 8443, "tls": {"cert": "/etc/tls/7.pem", "key": null}}, "timeouts": 5}\n',
}

if __name__ == "__main__":
    os.makedirs(sys.argv[1] + "/conf")
    for name, data in CONF.items():
        with open(f"{sys.argv[1]}/conf/{name}", "w", encoding="utf-8") as f:
            f.write(data)
