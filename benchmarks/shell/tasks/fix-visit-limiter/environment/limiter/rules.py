def load(path):
    rules = {}
    for line in open(path):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        name, kind = words[:2]
        rules.setdefault(name, (kind, *map(int, words[2:])))
    return rules
