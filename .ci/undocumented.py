"""Names the public symbols that have no sentence of their own, from symbol graphs."""
import json
import sys

# What a protocol's or the language's own words already say.
KINDS = {"swift.extension"}
missing = []
for path in sys.argv[1:]:
    for symbol in json.load(open(path))["symbols"]:
        own = symbol.get("location") is not None
        if not own or "docComment" in symbol or symbol["kind"]["identifier"] in KINDS:
            continue
        missing.append("%s.%s" % (symbol["location"]["uri"].rsplit("/", 1)[-1],
                                  ".".join(symbol["pathComponents"])))
for name in sorted(missing):
    print("docs: no sentence for", name, file=sys.stderr)
sys.exit(1 if missing else 0)
