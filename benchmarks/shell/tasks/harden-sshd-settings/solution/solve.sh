#!/bin/bash
# The global values must come before 50-cloud-init.conf: 20-site.conf is the first file that may be edited.
# In the blocks, what contradicts must go; a value in an earlier block would win over the exceptions.
set -eu
cd /app/etc/ssh
edit() { # file, sed script; the file stays the same file, with its mode
    local new
    new=$(sed "$2" "$1"; echo x)
    printf %s "${new%x}" > "$1"
}
edit sshd_config.d/20-site.conf '/^LoginGraceTime/a\
PermitRootLogin no\
PasswordAuthentication no\
MaxAuthTries 3'
edit sshd_config.d/9-late.conf '/^MaxAuthTries/d; /^ *PasswordAuthentication/d; /^ *MaxAuthTries/d'
edit sshd_config 's/^\( *\)permitrootlogin yes/\1PermitRootLogin no/'
