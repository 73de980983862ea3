import csv
import datetime
import io
import os
import random
import sys


def table(head, rows):
    buf = io.StringIO()
    w = csv.writer(buf, lineterminator="\n")
    w.writerow(head.split(","))
    w.writerows(rows)
    return buf.getvalue().encode()


def build(seed, year=2024, month=5, orders=160):
    """File name -> list of rows (texts)."""
    rng = random.Random(seed)
    first = datetime.date(year, month, 1)
    d = lambda n: (first + datetime.timedelta(n)).isoformat()
    customers = [["Acme, Ltd", "19"], ["Zeta", "7.7"], ["Beta \"B\" SA", "0"], ["\u00c5re AB", "25"], ["acme", "5.5"], ["K\u00f6ln 4", "8.1"]]
    tiers = [["100", "7.5"], ["0.5", "1"], ["10", "2.50"], ["1000", "12"]]
    rng.shuffle(tiers)
    skus = ["0010", "10", "A-1", "A-2", "tube 3/4\"", "GONE", "LATE", "USDONLY"]
    prices = []
    for sku in skus[:5] + ["USDONLY"]:
        day = -40
        while day < 45:
            length = rng.randrange(2, 14)
            cur = "USD" if sku == "USDONLY" else rng.choice(["EUR", "EUR", "USD", "JPY", "GBP", "HUF"])
            price = rng.choice(["0.0005", "0.01", "0.03", "1.25", "12.3455", "7", "999.99", "0.0015", "19.9001", "2.5"])
            prices.append([sku, cur, price, d(day), d(day + length) if rng.random() < 0.8 else rng.choice(["", d(day + 3 * length)])])
            if rng.random() < 0.25:  # a correction of the same first day, further down
                prices.append([sku, "EUR", rng.choice(["0.5", "3.3333", "0.005"]), d(day), prices[-1][4]])
            day += rng.choice([length, length - 1, length + (0 if sku != "A-2" else 1)])
    prices += [["GONE", "EUR", "5", d(-90), d(0)], ["GONE", "EUR", "5.5", d(5), d(5)], ["LATE", "EUR", "4", d(12), ""]]
    keep = prices[:]
    rng.shuffle(prices)
    # corrections must stay below what they correct: restore the order of rows with the same sku and first day
    slots = {}
    for pos, p in enumerate(prices):
        slots.setdefault((p[0], p[3]), []).append(pos)
    for key, positions in slots.items():
        for p, row in zip(positions, [r for r in keep if (r[0], r[3]) == key]):
            prices[p] = row
    rates = []
    for n in range(-8, 35):
        if (first + datetime.timedelta(n)).weekday() >= 5:
            continue
        if n >= 3:  # no dollar before the fourth
            rates.append([d(n), "USD", "1", rng.choice(["0.5", "0.9213", "0.925", "0.25"])])
        rates.append([d(n), "JPY", "100", rng.choice(["0.59", "0.605", "0.5875"])])
        rates.append([d(n), "GBP", "1", rng.choice(["1.5", "1.1655", "1.25"])])
        if n % 4:
            rates.append([d(n), "HUF", "1000", rng.choice(["2.5", "2.55"])])
    rng.shuffle(rates)
    rows = []
    for i in range(orders):
        sec = rng.randrange(-2 * 86400, 33 * 86400)
        if i % 7 == 0:  # at the edge of a day in UTC+03:00
            sec = sec // 86400 * 86400 + rng.choice([75599, 75600, 75600])
        t = datetime.datetime(first.year, first.month, first.day) + datetime.timedelta(seconds=sec)
        qty = rng.choice(["1", "0.5", "-0.5", "10", "9.999", "100", "-100", "1000", "0.49", "3", "-3", "0.125", "250.5", "99.999", "0", "1.5", "-1"])
        who = rng.choice(customers)[0] if rng.random() < 0.95 else "Unknown"
        rows.append([f"O-{i + 1:04}", who, rng.choice(skus + skus[:5]), qty, t.strftime("%Y-%m-%dT%H:%M:%SZ")])
    rng.shuffle(rows)
    return {"orders.csv": rows, "prices.csv": prices, "rates.csv": rates, "customers.csv": customers, "tiers.csv": tiers}


HEADS = {"orders.csv": "order_id,customer,sku,qty,ordered_at", "prices.csv": "sku,currency,price,valid_from,valid_to", "rates.csv": "date,currency,unit,eur",
         "customers.csv": "customer,vat_percent", "tiers.csv": "min_qty,discount_percent"}


def files(data):
    return {name: table(HEADS[name], rows) for name, rows in data.items()}


def write(folder, data):
    os.makedirs(folder, exist_ok=True)
    for name, content in files(data).items():
        with open(os.path.join(folder, name), "wb") as f:
            f.write(content)


if __name__ == "__main__":
    write(os.path.join(sys.argv[1], "data"), build(1))
