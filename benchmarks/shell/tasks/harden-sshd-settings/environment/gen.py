import os

FILES = {
    "READER.md": (0o644, """# How sshd reads its files

- One keyword with its value per line; the keyword and the value may be separated by blanks or by one `=`; keywords are case-insensitive, values are not.
  Lines that begin with `#` (after blanks) and empty lines are ignored.
- For each keyword, the first obtained value is used.
- `Include` reads the files that match the pattern, in lexical order (as in the C locale), as if they stood there.
- `Match` begins a block that ends at the next `Match` line or at the end of the file that it stands in. `Match all` matches always.
  If all criteria of the line are satisfied, the keywords of the block override those of the global section. If a keyword stands in several satisfied
  blocks, its first value is used.
- Criteria here: `User`, `Group` (names separated by commas, `*` matches any characters, `!name` excludes and wins) and `Address` (CIDR, a list too).
- Defaults: PermitRootLogin prohibit-password, PasswordAuthentication yes, MaxAuthTries 6, X11Forwarding no, AllowTcpForwarding yes, LoginGraceTime 120,
  ClientAliveInterval 0, PermitTTY yes, Banner none.
"""),
    "sshd_config": (0o600, """# Bastion sshd, see the wiki page "Bastion"
Port 22
LoginGraceTime 30

# Local additions and packages
Include /etc/ssh/sshd_config.d/*.conf

#PermitRootLogin no
#MaxAuthTries 6
PasswordAuthentication no
maxauthtries=3
X11Forwarding no
AllowTcpForwarding yes

Match User deploy
    AllowTcpForwarding no
    # deploy must be able to
    PermitRootLogin no

# people in the server room
Match Address 10.30.0.0/24
    permitrootlogin yes
    X11Forwarding yes
"""),
    "sshd_config.d/10-base.conf": (0o644, """# from the package base-config, do not edit
ClientAliveInterval 60
Banner /etc/issue.net
"""),
    "sshd_config.d/20-site.conf": (0o640, """# site settings
LoginGraceTime 45

Match User kiosk Address 10.20.0.0/16
    PasswordAuthentication yes
    PermitTTY no

Match Group auditors
\tMaxAuthTries 10
\tX11Forwarding yes
"""),
    "sshd_config.d/50-cloud-init.conf": (0o600, """# written by cloud-init at every boot
PasswordAuthentication yes
PermitRootLogin yes
"""),
    "sshd_config.d/9-late.conf": (0o644, """# contractor, until the end of the year
MaxAuthTries 8

Match Group contractors,!staff
    # they have no keys yet
    PasswordAuthentication = yes
    AllowTcpForwarding no
    MaxAuthTries 12
"""),
    "sshd_config.d/05-old.conf.disabled": (0o644, """PermitRootLogin no
PasswordAuthentication no
MaxAuthTries 3
"""),
}


def main():
    os.makedirs("/app/etc/ssh/sshd_config.d")
    for name, (mode, content) in FILES.items():
        with open("/app/etc/ssh/" + name, "w") as file:
            file.write(content)
        os.chmod("/app/etc/ssh/" + name, mode)


if __name__ == "__main__":
    main()
