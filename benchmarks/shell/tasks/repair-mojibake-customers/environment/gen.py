import csv
import random

rng = random.Random(1252)
HOLES = "\x81\x8d\x8f\x90\x9d"


def spoil(text, times):
    for _ in range(times):
        text = "".join(chr(byte) if chr(byte) in HOLES else bytes([byte]).decode("cp1252") for byte in text.encode("utf-8"))
    return text


NAMES = ["José Álvarez", "Łukasz Żak", "Zoë à Porta", "Søren Ågård", "Ítalo Íñiguez", "Đorđe Šarić", "François l’Ïle", "Müller & Söhne", "Anna Smith", "山田 太郎", "Ωμέγα ΕΠΕ", "Jürgen Groß",
         "Náměstí Ďáblice", "Chloé 🌷 Fleurs", "“Quoted” Ltd.", "São João", "Œuvre d’art", "N. N."]
STREETS = ["Rua São Bento, 7", "Königstraße 12", "10 Downing Street", "ulica Piękna 3", "Calle Ángel Núñez", "Åvägen 5", "Place à l'Œuf\n2e étage", "Îlot  4 ", "Rue de l’Église", "ČSA 8",
           "Straße des 17. Juni\u00a0135", "naïve Allee 1"]
NOTES = ["", "prefers e-mail", "Größe: 5’11”", "pays in €", "“VIP” since ’99", "50 % discount, £ only", "§ 14 – see file", "déjà vu …", "Ã", "Â and Ã are letters", "2 × 3 ½ °C", "ï is an i", "Ÿ? ž! Š.",
         " spaces around ", "He said \"ça va\"", "tab\there"]
ROWS = []
for number in range(140):
    cells, undone = [], []
    for values in (NAMES, STREETS, NOTES):
        text = values[rng.randrange(len(values))]
        times = rng.choice([0, 0, 1, 1, 1, 2, 3])
        if not any(ord(letter) > 127 for letter in text):
            times = 0
        cells.append((text, times))
    ROWS.append(("%05d" % (number * 73 % 9973), cells))
COLUMNS = ["id", "name", "street", "note"]
with open("/app/customers.csv", "w", newline="", encoding="utf-8") as file:
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for key, cells in ROWS:
        writer.writerow([key] + [spoil(text, times) for text, times in cells])
