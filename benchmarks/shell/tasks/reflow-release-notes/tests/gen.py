NOTES = (
    "\ufeff\r\n"
    "# Release 4.2 \u2013 \u201eK\u00fcstenlinie\u201c   \r\n"
    "This release brings a new projection engine, better handling of anti\u00admeridian crossings, and a large number of smaller improvements that were asked for by users.\r\n"
    "Prices are given as 1\u00a0200\u00a0\u20ac and 15\u00a0\u00b5s per tile;\tnumbers with\ta no-break space must\u00a0stay\u00a0together even when they stand at the very end of a line 3\u00a0500\u00a0km.\n"
    "\n\n   \t\n"
    "Full discussion: https://lists.example.org/archives/maps-dev/2023/september/msg-000184-projection-engine-redesign.html\n"
    "and the follow-ups.\n"
    "## Fixes\n"
    "- #1187 fixed: tiles\n"
    "at zoom level 0 are no longer drawn twice, which made semi-transparent layers look darker than they are\n"
    "  and confused everybody.\n"
    "-  Gr\u00f6\u00dfe and \u00c5ngstr\u00f6m are now sorted properly: \u00e4\u00f6\u00fc\u00c4\u00d6\u00dc\u00df \u00e9\u00e8\u00ea\u00e5\u00f8\u00e6 \u00e4\u00f6\u00fc\u00c4\u00d6\u00dc\u00df \u00e9\u00e8\u00ea\u00e5\u00f8\u00e6 end of the sorting test.\n"
    "* A star item\n"
    "```\n"
    "  map  --project   merc   \n"
    "\tindented with a tab, and quite a long line that must in no case be wrapped by anyone at all\n"
    "- not an item\n"
    "\n\n\n"
    "# not a heading\n"
    "```\n"
    "after the code\n"
    "-not an item, and\n"
    "#not a heading either; so all of this, which is more than a line, belongs to one paragraph in the end\n"
    "####### nor this\n"
    "9. nine\n"
    "10. ten has a longer marker and therefore a deeper indentation on all of the lines that follow the first one\n"
    "- \n"
    "11.eleven is not an item\n"
    "### Thanks\t\n"
    "to all who reported bugs, sent patches, or translated; without you this would not have been possible. 2023.\n"
    "\n"
    "2023. was a good year for maps and so an item starts here although nobody meant it that way, that is life\n"
    " - indented dashes are text\n"
    "\n"
    "```text\n"
    "an open block   \r\n"
    "\n"
    "to the end"
)


def main():
    with open("/app/notes.txt", "wb") as file:
        file.write(NOTES.encode())


if __name__ == "__main__":
    main()
