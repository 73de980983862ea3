import os

FILES = {
    "base.env": (
        "\ufeff# defaults of the booking service\r\n"
        "APP_NAME=booking\r\n"
        "export  PORT = 08080   # leading zero on purpose\r\n"
        "COLOR=#fff\r\n"
        "LINK=https://example.org/#top\r\n"
        "GREETING=\"Gr\u00fc\u00df Gott,\r\n${APP_NAME}\\t\\\"guest\\\"\"   # two lines\r\n"
        "TEMPLATE='Dear ${NAME},\r\n  \\n stays'\r\n"
        "WIN_PATH=C:\\new\\table\r\n"
        "EMPTY=\r\n"
        "URL=http://${HOST}:${PORT}/\r\n"
        "DEBUG=no\r\n"
        "REGEX=\"^\\d+\\$ costs \\${PORT} \\\\${PORT}\"\r\n"
    ),
    "region.env": (
        "HOST=${HOST:-eu.example.org}\n"
        "URL=\"${URL} -> http://${HOST}:${PORT}/${EMPTY:-fallback}${EMPTY-unused}${NOPE-none}\"\n"
        "\t export APP_NAME=${APP_NAME}-eu\n"
        "DEBUG='yes'# comment right after\n"
        "PASSWORD=pa$$word$1${not closed\n"
        "LITERAL=it's \"fine\"   \n"
        "A=${B}\n"
        "B=${A}x\n"
        "TRICK='${PORT}'\n"
        "TWICE=${TRICK}\n"
        "unset EMPTY # gone\n"
        "AFTER=[${EMPTY-none}]\n"
    ),
    "local.env": "PORT=9090\nEQ=a=b==\n_x9 = \"\"\nLAST=\"tab\there\"\nexported=1\nexport=2\nunset=3\n ZED=end # no line end",
}


def main():
    os.mkdir("/app/env")
    for name, content in FILES.items():
        with open("/app/env/" + name, "wb") as file:
            file.write(content.encode())


if __name__ == "__main__":
    main()
