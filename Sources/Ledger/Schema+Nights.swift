extension Schema {
  static let factTables3 = ["night_fact", "night_blob", "champion"]

  // A night is its facts in their order, and a screen of it a fold over them. The trial of an order of the
  // climb is the one that has the order's number as its repeat; `night_blob` keeps what facts name by digest.
  static let version3 =
    """
    CREATE TABLE night_fact (
      run INTEGER NOT NULL REFERENCES run (id),
      number INTEGER NOT NULL CHECK (number > 0),
      at INTEGER NOT NULL,
      kind TEXT NOT NULL,
      body TEXT NOT NULL,
      PRIMARY KEY (run, number)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE night_blob (
      run INTEGER NOT NULL REFERENCES run (id),
      blob INTEGER NOT NULL REFERENCES blob (id),
      PRIMARY KEY (run, blob)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX night_blob_by_blob ON night_blob (blob);
    CREATE TABLE champion (
      id INTEGER PRIMARY KEY,
      at INTEGER NOT NULL,
      suite INTEGER NOT NULL REFERENCES suite (id),
      candidate INTEGER NOT NULL REFERENCES candidate (id),
      name TEXT NOT NULL,
      author TEXT NOT NULL,
      reason TEXT NOT NULL
    ) STRICT;

    """ + factTables3.map(appendOnly).joined()

  // Whether a night opened its vault is asked of every night of a suite, and a night may have millions of facts.
  static let version4 =
    """
    CREATE INDEX night_fact_opens_vault ON night_fact (run) WHERE kind = 'open_vault';

    """
}
