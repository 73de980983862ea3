import os

SCRIPT = r"""#!/bin/bash
# clean-names DIR
set -euo pipefail
cd $1
renamed=0
total=0
for f in `ls`; do
    [ -f $f ] || continue
    ((total++))
    new=$(echo $f | tr 'A-Z ' 'a-z-' | sed 's/[^a-z0-9._-]//g')
    if [ $new != $f ]; then
        mv $f $new
        ((renamed++))
    fi
done
echo "renamed $renamed of $total"
"""


def main():
    os.mkdir("/app/bin", 0o755)
    with open("/app/bin/clean-names", "w") as file:
        file.write(SCRIPT)
    os.chmod("/app/bin/clean-names", 0o755)


if __name__ == "__main__":
    main()
