"""Works out the effective values, before and after, for many users, groups and addresses; and what may not be touched."""

import fnmatch
import ipaddress
import os
import re
import stat

CHECKS = []


def check(function):
    CHECKS.append(function)
    return function


def need(condition, why):
    if not condition:
        raise AssertionError(why)


def read(path, limit=1 << 20):
    """The bytes of a plain file: never through a link, never from a pipe, never without bound."""
    need(os.path.realpath(path) == path, path + " is reached through a link")
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    try:
        info = os.fstat(fd)
        need(stat.S_ISREG(info.st_mode), path + " is not a plain file")
        need(info.st_size <= limit, path + " is too large")
        data = b""
        while len(data) <= limit:
            part = os.read(fd, 1 << 16)
            if not part:
                return data
            data += part
        raise AssertionError(path + " is too large")
    finally:
        os.close(fd)


def text(path, limit=1 << 20):
    return read(path, limit).decode("utf-8")


def generator():
    """The generator of the environment, from the verifier's own copy."""
    names = {"__name__": "generator"}
    exec(compile(read("/tests/gen.py"), "gen.py", "exec"), names)
    return names


FILES = generator()["FILES"]
BASE = "/app/etc/ssh/"
THREE = ("permitrootlogin", "passwordauthentication", "maxauthtries")
DEFAULTS = {"permitrootlogin": "prohibit-password", "passwordauthentication": "yes", "maxauthtries": "6", "x11forwarding": "no", "allowtcpforwarding": "yes",
            "logingracetime": "120", "clientaliveinterval": "0", "permittty": "yes", "banner": "none", "port": "22"}


def listed(patterns, names):
    patterns = patterns.split(",")
    if any(p[0] == "!" and fnmatch.fnmatchcase(n, p[1:]) for p in patterns for n in names):
        return False
    return any(p[0] != "!" and fnmatch.fnmatchcase(n, p) for p in patterns for n in names)


def matches(words, user, groups, address):
    if [word.lower() for word in words] == ["all"]:
        return True
    need(len(words) % 2 == 0 and words, "Match " + " ".join(words))
    for kind, value in zip(words[::2], words[1::2]):
        kind = kind.lower()
        if kind == "user":
            good = listed(value, [user])
        elif kind == "group":
            good = listed(value, groups)
        else:
            need(kind == "address", "criterion " + kind)
            good = any(ipaddress.ip_address(address) in ipaddress.ip_network(part) for part in value.split(","))
        if not good:
            return False
    return True


def effective(files, user, groups, address):
    plain, special = {}, {}

    def load(name, active):
        in_match = False
        for line in files[name].split("\n"):
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            match = re.fullmatch(r"([A-Za-z0-9]+)(?:\s*=\s*|\s+)(\S.*)", line)
            need(match, "line " + line)
            key, value = match.group(1).lower(), match.group(2)
            if key == "match":
                in_match, active = True, matches(value.split(), user, groups, address)
            elif key == "include":
                folder = value.removeprefix("/etc/ssh/")
                for other in sorted(n for n in files if "/" in n and fnmatch.fnmatchcase(n, folder)):
                    load(other, active)
            else:
                need(key in DEFAULTS, "keyword " + key)
                need(not re.search(r"\s", value), "more than one value: " + line)
                if not in_match:
                    plain.setdefault(key, value)
                elif active:
                    special.setdefault(key, value)

    load("sshd_config", True)
    return {**DEFAULTS, **plain, **special}


def before():
    return {name: content for name, (_, content) in FILES.items()}


def after():
    return {name: text(BASE + name) for name in FILES}


def people():
    for user in ("root", "kiosk", "deploy", "mia", "admin"):
        for groups in (["users"], ["auditors"], ["contractors"], ["contractors", "staff"], ["contractors", "auditors"], ["staff", "auditors"]):
            for address in ("10.20.3.4", "10.21.0.1", "10.30.0.9", "10.30.1.9", "198.51.100.7"):
                yield user, groups, address


@check
def the_three():
    now = after()
    for user, groups, address in people():
        found = effective(now, user, groups, address)
        wanted = ("no", "yes" if user == "kiosk" and address == "10.20.3.4" else "no", "10" if "auditors" in groups else "3")
        need(tuple(found[key] for key in THREE) == wanted, "%s %s %s: %s" % (user, groups, address, [found[key] for key in THREE]))


@check
def all_others():
    then, now = before(), after()
    for who in people():
        a, b = effective(then, *who), effective(now, *who)
        for key in THREE:
            a.pop(key), b.pop(key)
        need(a == b, "%s: %s" % (who, set(a.items()) ^ set(b.items())))
    need(now != then, "nothing was changed")


@check
def lines_kept():
    def others(content):
        return [line for line in content.split("\n") if not re.match(r"\s*(?:%s)\b" % "|".join(THREE), line, re.IGNORECASE)]

    then, now = before(), after()
    for name in FILES:
        if name in ("READER.md", "sshd_config.d/10-base.conf", "sshd_config.d/50-cloud-init.conf", "sshd_config.d/05-old.conf.disabled"):
            need(now[name] == then[name], name + " was changed")
        need(others(now[name]) == others(then[name]), "lines of other keywords, or comments, of " + name)
    need(now != then, "nothing was changed")


@check
def files_and_modes():
    found = {}
    for base, directories, names in os.walk(BASE):
        for name in names:
            full = os.path.join(base, name)
            found[os.path.relpath(full, BASE)] = stat.S_IMODE(os.lstat(full).st_mode)
    need(found == {name: mode for name, (mode, _) in FILES.items()}, "files or modes")
    need(after() != before(), "nothing was changed")


def main():
    passed = 0
    for function in CHECKS:
        try:
            function()
            passed += 1
        except Exception as error:
            print(ascii(function.__name__ + ": " + type(error).__name__ + ": " + str(error))[1:300])
    with open("/logs/verifier/reward.json.new", "w") as file:
        file.write('{"reward": %d, "checks_passed": %d, "checks": %d}' % (passed == len(CHECKS), passed, len(CHECKS)))
    os.replace("/logs/verifier/reward.json.new", "/logs/verifier/reward.json")


main()
