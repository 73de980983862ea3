NOTES = (
    "\ufeff# quotas, revised in May\r\n"
    "maps: 1.5 GiB # two drawers\r\n"
    "maps: 0.1 kB\r\n"
    "maps:0.2kb\r\n"
    "photo: glass: 3T\r\n"
    "photo: glass : 0.7 MB\r\n"
    "photo: 12PiB\r\n"
    "photo: 9007199254740993\r\n"
    "Letters : -2.5B\r\n"
    "letters: 2.5\r\n"
    "sound archive: .5K#no blank before\r\n"
    "sound archive: 5.m # tapes\r\n"
    "\r\n"
    "   \r\n"
    "R\u00e9serve: 0.4\r\n"
    "zero: 0.3\r\n"
    "zero: -0.6\r\n"
    "only wrong: 1,5 GB\r\n"
    "maps: 1e3\r\n"
    "odd: +1.0000000000000000000000001 B"
)


def main():
    with open("/app/quotas.txt", "wb") as file:
        file.write(NOTES.encode())


if __name__ == "__main__":
    main()
