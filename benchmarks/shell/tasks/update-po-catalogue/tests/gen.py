import os

POT = r'''# Ticket shop
msgid ""
msgstr ""
"Project-Id-Version: shop 3.0\n"
"POT-Creation-Date: 2024-05-02 11:20+0200\n"
"PO-Revision-Date: YEAR-MO-DA HO:MI+ZONE\n"
"Language: \n"
"Content-Type: text/plain; charset=CHARSET\n"

#: cart.c:14
msgid "Seat"
msgstr ""

#. Short label on a button
#: hall.c:77 hall.c:90
msgctxt "verb"
msgid "Seat"
msgstr ""

#: cart.c:40
#, c-format
msgid "%d ticket"
msgid_plural "%d tickets"
msgstr[0] ""
msgstr[1] ""

#: mail.c:8
#, no-wrap
msgid ""
"Dear customer,\n"
"your order \"%s\" is "
"ready.\n"
msgstr ""

#: mail.c:30
msgid "Order now"
msgstr ""

#: row.c:3
#, c-format
msgid "%d row"
msgid_plural "%d rows"
msgstr[0] ""
msgstr[1] ""

#: row.c:9
#, c-format
msgid "%d step"
msgstr ""

#: row.c:12
#, c-format
msgid "%d friend"
msgid_plural "%d of your friends"
msgstr[0] ""
msgstr[1] ""

#: path.c:5
msgid "C:\\tickets\tA\\n"
msgstr ""

#: back.c:2
msgid "Balcony"
msgstr ""

#: back.c:3
msgctxt ""
msgid "Balcony"
msgstr ""

#: new.c:1
#, c-format, no-wrap
msgid "Entirely new: %s"
msgstr ""

#: new.c:2
msgid "Not yet translated"
msgstr ""

#: new.c:7
#, c-format
msgid "%d seat left"
msgid_plural "%d seats left"
msgstr[0] ""
msgstr[1] ""
'''

PO = r'''# German messages of the ticket shop.
# Copyright 2019 the shop
#
#, fuzzy
msgid ""
msgstr ""
"Project-Id-Version: shop 2.4\n"
"POT-Creation-Date: 2019-01-31 09:00+0100\n"
"PO-Revision-Date: 2019-02-03 18:30+0100\n"
"Last-Translator: J. Gr\u00fcn <gruen@shop.example>\n"
"Language: de\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

# used in the footer only
#. An old hint
#: footer.c:1
msgid "Imprint"
msgstr "Impressum"

#: cart.c:12
msgid "Seat"
msgstr "Platz"

# Verb, not noun!
#
#: hall.c:70
#, fuzzy
#| msgctxt "verb"
#| msgid "Sit"
msgctxt "verb"
msgid "Seat"
msgstr "Platz zuweisen"

#: cart.c:33
#, fuzzy, c-format
#| msgid "%d card"
#| msgid_plural "%d cards"
msgid "%d ticket"
msgid_plural "%d tickets"
msgstr[0] "%d Karte"
msgstr[1] "%d Karten"

#~ # not a comment of a translator
#~ msgid "Discount"
#~ msgstr "Nachla\u00df"

#: mail.c:7
msgid "Dear customer,\nyour order \"%s\" is ready.\n"
msgstr ""
"Guten Tag,\n"
"Ihre Bestellung \u201e%s\u201c "
"liegt bereit.\n"

#: old.c:1
#, fuzzy
msgid "Never translated"
msgstr ""

#: row.c:2
#, c-format
msgid "%d row"
msgstr "%d Reihe"

#: row.c:8
#, c-format
msgid "%d step"
msgid_plural "%d steps"
msgstr[0] "%d Stufe"
msgstr[1] "%d Stufen"

#: row.c:11
#, c-format
msgid "%d friend"
msgid_plural "%d friends"
msgstr[0] "%d Freund"
msgstr[1] "%d Freunde"

# keep the backslashes
#: path.c:4
msgid ""
"C:\\tickets\t"
"A\\n"
msgstr "C:\\karten\tA\\n"

#: new.c:2
#, fuzzy
msgid "Not yet translated"
msgstr ""

#: new.c:6
#, c-format
msgid "%d seat left"
msgstr ""

#: gate.c:1
#, fuzzy, c-format
msgctxt "door"
msgid "Gate %d"
msgid_plural "Gates %d"
msgstr[0] "Einlass %d"
msgstr[1] ""

# comes back
#, fuzzy
#~ msgid "Balcony"
#~ msgstr "Rang"

#~ msgctxt "verb"
#~ msgid "Order now"
#~ msgstr "Jetzt ordnen"

#~ msgid ""
#~ "Order "
#~ "now"
#~ msgstr "Jetzt bestellen"

#~ msgid "Seat"
#~ msgstr "Sitz (alt)"
'''.replace("\\u00fc", "\u00fc").replace("\\u00df", "\u00df").replace("\\u201e", "\u201e").replace("\\u201c", "\u201c")
PO = PO.replace("#~ # not a comment of a translator\n", "")


def main():
    os.mkdir("/app/po")
    for name, content in (("shop.pot", POT), ("de.po", PO)):
        with open("/app/po/" + name, "w", encoding="utf-8") as file:
            file.write(content)


if __name__ == "__main__":
    main()
