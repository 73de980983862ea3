import os

ZONES = """# zone, from, offset
Europe/Berlin\t-\t+02:00
Europe/Berlin\t2025-03-30T01:00Z\t+02:00
Europe/Berlin\t2024-10-27T01:00Z\t+01:00
America/St_Johns\t-\t-02:30
America/St_Johns\t2024-11-03T04:30Z\t-03:30

Australia/Lord_Howe\t-\t+10:30
Australia/Lord_Howe\t2024-04-06T15:00Z\t+10:30
Australia/Lord_Howe\t2024-10-05T15:30Z\t+11:00
America/Havana\t2024-11-03T05:00Z\t-05:00
America/Havana\t2024-03-10T05:00Z\t-04:00
America/Havana\t-\t-05:00
Africa/Cairo\t-\t+03:00
Africa/Cairo\t2024-10-31T21:00Z\t+02:00
Asia/Beirut\t-\t+02:00
Asia/Beirut\t2024-10-29T22:00Z\t+03:00
Pacific/Apia\t-\t-10:00
Pacific/Apia\t2024-10-30T10:00Z\t+14:00
UTC\t-\t+00:00
"""
JOBS = """# job, zone, days, rule, policy
mail\tEurope/Berlin\tdaily\tat 02:30\tfirst
mail-log\tEurope/Berlin\tSun\tat 02:00\tboth
shop\tEurope/Berlin\tdaily\tat 03:00\tlast
web\tEurope/Berlin\tSat,Sun\tevery 360\t-
fish\tAmerica/St_Johns\tdaily\tat 01:15\tlast
fish-index\tAmerica/St_Johns\t2,3\tevery 95\t-
reef\tAustralia/Lord_Howe\tMon,Wed\tat 00:10\tfirst
cigars\tAmerica/Havana\t2,3\tat 00:30\tboth
cigars-all\tAmerica/Havana\tSun\tevery 240\t-
nile\tAfrica/Cairo\tdaily\tat 23:30\tboth
nile-day\tAfrica/Cairo\tThu,Fri\tevery 300\t-
cedar\tAsia/Beirut\tdaily\tat 00:20\tshift
cedar-skip\tAsia/Beirut\tdaily\tat 00:20\tskip
cedar-edge\tAsia/Beirut\tdaily\tat 01:00\tskip
cedar-day\tAsia/Beirut\tWed\tevery 500\t-
samoa\tPacific/Apia\tdaily\tat 12:00\tfirst
samoa-skip\tPacific/Apia\tdaily\tat 12:00\tskip
samoa-day\tPacific/Apia\t30,31\tevery 720\t-
month-end\tUTC\t28,29,30,31\tat 00:00\tfirst
month-start\tUTC\t1\tat 23:59\tfirst
"""


def main():
    os.mkdir("/app/backups")
    for name, content in (("zones.tsv", ZONES), ("jobs.tsv", JOBS)):
        with open("/app/backups/" + name, "w") as file:
            file.write(content)


if __name__ == "__main__":
    main()
