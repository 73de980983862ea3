import os

SCRIPT = """#!/bin/bash
# store-secret NAME < secret
vault=${VAULT_DIR:-/app/vault}
mkdir -p $vault
cat > $vault/$1
chmod 600 $vault/$1
echo "stored $1"
"""


def main():
    os.mkdir("/app/bin", 0o755)
    with open("/app/bin/store-secret", "w") as file:
        file.write(SCRIPT)
    os.chmod("/app/bin/store-secret", 0o755)


if __name__ == "__main__":
    main()
