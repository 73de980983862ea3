import os

FILES = {
    "1-website.txt": (
        "\ufeffAda Kestrel <ada@kestrel.example>\r\n"
        "birdfan77@post.example\r\n"
        "\r\n"
        "# imported 2023-02-01\r\n"
        "  Lin Wren   <  Lin.Wren@Post.Example >\t\r\n"
        "Plover, John <john.plover@mail.example>\r\n"
        "no address here\r\n"
        "Zo\u00eb \"Zed\" Finch <zoe@finch.example>\r\n"
        "tern@sea..shore.example\r\n"
        "<gull@harbour.example>\r\n"
        "two@@signs.example\r\n"
        "Ruff <ruff@localhost>\r\n"
    ),
    "2-fair.txt": (
        "# fair, Saturday\n"
        "ADA@kestrel.example\n"
        "Ben Heron <BIRDFAN77@post.example>\n"
        "Ben H. <birdfan77@POST.example>\n"
        "\n"
        "not # a comment\n"
        "Snipe <snipe@marsh.example>\n"
        "Gull\u00a0Family <gull@harbour.example>\n"
        "space in@address.example\n"
        "@nobody.example\n"
        "_rail@reed.example\n"
        "Dunlin <dunlin@shore.example>\n"
        "Owl <owl@night.example"
    ),
    "3-import.txt": (
        "snipe@marsh.example\r\n"
        "Lin <lin.wren@post.example>\r\n"
        "Stork <stork@Roof.example>\n"
        "-stork@roof.example\n"
        "Teal <teal@pond.example>\r\n"
        "owl@night.example\n"
        "Zander <z@a.example>"
    ),
    "unsubscribed.txt": (
        "Dunlin@Shore.example\r\n"
        "nobody@else.example\r\n"
        "\r\n"
        "TEAL@POND.EXAMPLE"
    ),
}


def main():
    os.mkdir("/app/lists")
    for name, content in FILES.items():
        with open("/app/lists/" + name, "wb") as file:
            file.write(content.encode())


if __name__ == "__main__":
    main()
