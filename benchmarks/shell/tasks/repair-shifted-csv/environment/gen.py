import os
import random
import sys

COUNTRIES = ["AT", "BE", "CH", "DE", "DK", "ES", "FR", "GB", "IT", "NL", "NO", "PL", "SE"]
HEAD = "shipment_id,booked_on,consignee,country,description,weight_kg,value_eur,status"
NAMES = ["M\u00fcller, S\u00f6hne & Co", "Acme Ltd", "De Vries, Jansen, Bakker", "NO Limits AS", "\"Zur Post\" GmbH", "Harbour Lines, DE branch", "Fjord, AS ", "Llorca y Hijos"]
TEXTS = ["pump", "seals,DE,grade 2", "FR,IT", "pump, spare parts", "valves, DE, grade 2", "pallets 20,5.0,open", "rolls, 12.5,300.00,delivered, see note", "glass\nhandle with care", "first\n\nthird, FR,line", "paint \"RAL 9010\", 5 l",
         "as SH-004711,yesterday", "back order for\nSH-004711, urgent", "part A,part B,part C,7.5,1,250.00,open\nrest follows", "", ",", "cable, 3x1,5 mm", "x,1.0,100.00,in transit\n", "\nleading line", "return of SH-000004,2024-01-03,goods"]


def rows():
    rng = random.Random(4711)
    out = []
    for i in range(400):
        value = rng.choice([rng.randrange(0, 99999), rng.randrange(100000, 99999999), rng.randrange(10 ** 8, 10 ** 10)])
        out.append([f"SH-{rng.randrange(10 ** 6):06}", f"2024-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}", NAMES[rng.randrange(len(NAMES))],
                    rng.choice(COUNTRIES[:-2]), TEXTS[i % len(TEXTS)], f"{rng.randrange(0, 900)}.{rng.randrange(10)}", value, rng.choice(["open", "in transit", "delivered"])])
    return out


def files():
    lines = [HEAD]
    for r in rows():
        lines.append(",".join(r[:6] + [f"{r[6] // 100:,}.{r[6] % 100:02}", r[7]]))
    return {"shipments.csv": ("\n".join(lines) + "\n").encode(), "countries.txt": ("\n".join(COUNTRIES) + "\n").encode()}


if __name__ == "__main__":
    for name, data in files().items():
        with open(os.path.join(sys.argv[1], name), "wb") as f:
            f.write(data)
