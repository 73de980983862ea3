internal import Database

/// The history of the ledger's schema; a release never changes a step that another release has written.
enum Schema {
  static let migrations = [
    Migration(version: 1, script: version1), Migration(version: 2, script: version2),
    Migration(version: 3, script: version3), Migration(version: 4, script: version4),
  ]

  static var version: Int { migrations.last?.version ?? 0 }

  /// Tables of facts: rows come and are never changed or removed.
  static let factTables = factTables1 + factTables2 + factTables3

  private static let factTables1 = [
    "suite", "task", "suite_task", "harness", "harness_file", "candidate", "run", "run_end",
    "trial",
    "attempt", "attempt_file", "event",
  ]

  // `tally` and `search` are derived: a fold over the facts, kept up to date in the same transactions (the
  // tally) or up to `search_state` (the search). Outcomes are words so that `belay sql` reads well.
  static let version1 =
    """
    PRAGMA application_id = 0x42656c61;
    CREATE TABLE blob (
      id INTEGER PRIMARY KEY,
      digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
      bytes INTEGER NOT NULL,
      frame BLOB NOT NULL
    ) STRICT;
    CREATE TABLE suite (
      id INTEGER PRIMARY KEY,
      digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
      name TEXT NOT NULL,
      path TEXT NOT NULL,
      definition TEXT
    ) STRICT;
    CREATE TABLE task (
      id INTEGER PRIMARY KEY,
      digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32)
    ) STRICT;
    CREATE TABLE suite_task (
      suite INTEGER NOT NULL REFERENCES suite (id),
      task INTEGER NOT NULL REFERENCES task (id),
      position INTEGER NOT NULL,
      name TEXT NOT NULL,
      split TEXT CHECK (split IN ('dev', 'gate', 'vault')),
      family TEXT,
      category TEXT,
      difficulty TEXT,
      definition TEXT,
      PRIMARY KEY (suite, task)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX suite_task_by_task ON suite_task (task);
    CREATE TABLE harness (
      id INTEGER PRIMARY KEY,
      digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
      name TEXT NOT NULL,
      kind TEXT NOT NULL,
      definition TEXT
    ) STRICT;
    CREATE TABLE harness_file (
      harness INTEGER NOT NULL REFERENCES harness (id),
      position INTEGER NOT NULL,
      path TEXT NOT NULL,
      mode INTEGER NOT NULL,
      blob INTEGER NOT NULL REFERENCES blob (id),
      PRIMARY KEY (harness, position)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX harness_file_by_blob ON harness_file (blob);
    CREATE TABLE candidate (
      id INTEGER PRIMARY KEY,
      harness INTEGER NOT NULL UNIQUE REFERENCES harness (id)
    ) STRICT;
    CREATE TABLE run (
      id INTEGER PRIMARY KEY,
      type TEXT NOT NULL,
      suite INTEGER NOT NULL REFERENCES suite (id),
      settings TEXT,
      conditions TEXT,
      opens_vault INTEGER NOT NULL CHECK (opens_vault IN (0, 1)),
      started_at INTEGER NOT NULL,
      pid INTEGER NOT NULL,
      start_ticks INTEGER NOT NULL,
      host TEXT NOT NULL,
      command TEXT NOT NULL
    ) STRICT;
    CREATE INDEX run_by_suite ON run (suite);
    CREATE TABLE run_end (
      id INTEGER PRIMARY KEY,
      run INTEGER NOT NULL REFERENCES run (id),
      at INTEGER NOT NULL,
      ending TEXT NOT NULL,
      summary TEXT
    ) STRICT;
    CREATE INDEX run_end_by_run ON run_end (run);
    CREATE TABLE trial (
      id INTEGER PRIMARY KEY,
      run INTEGER NOT NULL REFERENCES run (id),
      candidate INTEGER NOT NULL REFERENCES candidate (id),
      task INTEGER NOT NULL REFERENCES task (id),
      repeat INTEGER NOT NULL,
      seed INTEGER NOT NULL,
      dispatched_at INTEGER NOT NULL,
      UNIQUE (run, candidate, task, repeat)
    ) STRICT;
    CREATE INDEX trial_by_run ON trial (run);
    CREATE INDEX trial_by_candidate ON trial (candidate);
    CREATE TABLE attempt (
      id INTEGER PRIMARY KEY,
      trial INTEGER NOT NULL REFERENCES trial (id),
      number INTEGER NOT NULL CHECK (number > 0),
      is_final INTEGER NOT NULL CHECK (is_final IN (0, 1)),
      outcome TEXT NOT NULL,
      detail TEXT NOT NULL,
      limit_met TEXT,
      exit_code INTEGER,
      reward REAL,
      score REAL,
      metrics TEXT,
      phases TEXT,
      flags TEXT,
      steps TEXT,
      wall_ms INTEGER NOT NULL,
      cpu_ms INTEGER NOT NULL,
      peak_memory_bytes INTEGER,
      input_tokens INTEGER,
      cached_tokens INTEGER,
      output_tokens INTEGER,
      cost_usd REAL,
      started_at INTEGER NOT NULL,
      ended_at INTEGER NOT NULL,
      UNIQUE (trial, number),
      CHECK (
        (score IS NOT NULL) = (outcome IN ('completed', 'limit', 'refusal', 'broke_judge'))
      )
    ) STRICT;
    CREATE INDEX attempt_before_final ON attempt (trial, number) WHERE is_final = 0;
    CREATE TABLE attempt_file (
      id INTEGER PRIMARY KEY,
      attempt INTEGER NOT NULL REFERENCES attempt (id),
      role TEXT NOT NULL,
      path TEXT NOT NULL,
      blob INTEGER NOT NULL REFERENCES blob (id),
      total_bytes INTEGER NOT NULL,
      indexed INTEGER NOT NULL CHECK (indexed IN (0, 1))
    ) STRICT;
    CREATE INDEX attempt_file_by_attempt ON attempt_file (attempt);
    CREATE INDEX attempt_file_by_blob ON attempt_file (blob);
    CREATE TABLE event (
      id INTEGER PRIMARY KEY,
      run INTEGER REFERENCES run (id),
      at INTEGER NOT NULL,
      kind TEXT NOT NULL,
      detail TEXT
    ) STRICT;
    CREATE INDEX event_by_run ON event (run);
    CREATE TABLE tally (
      run INTEGER NOT NULL,
      candidate INTEGER NOT NULL,
      split INTEGER NOT NULL,
      task INTEGER NOT NULL,
      trials INTEGER NOT NULL,
      finished INTEGER NOT NULL,
      scored INTEGER NOT NULL,
      score_sum REAL NOT NULL,
      score_squares REAL NOT NULL,
      passes INTEGER NOT NULL,
      retries INTEGER NOT NULL,
      completed INTEGER NOT NULL,
      "limit" INTEGER NOT NULL,
      refusal INTEGER NOT NULL,
      broke_judge INTEGER NOT NULL,
      provider_failed INTEGER NOT NULL,
      sandbox_failed INTEGER NOT NULL,
      verifier_failed INTEGER NOT NULL,
      cancelled INTEGER NOT NULL,
      wall_ms INTEGER NOT NULL,
      cpu_ms INTEGER NOT NULL,
      tokens_known INTEGER NOT NULL,
      input_tokens INTEGER NOT NULL,
      cached_tokens INTEGER NOT NULL,
      output_tokens INTEGER NOT NULL,
      cost_known INTEGER NOT NULL,
      cost_sum REAL NOT NULL,
      PRIMARY KEY (run, candidate, split, task)
    ) STRICT, WITHOUT ROWID;
    CREATE VIRTUAL TABLE search USING fts5 (text, content='', detail=none, tokenize='ascii');
    INSERT INTO search (search, rank) VALUES ('automerge', 0), ('crisismerge', 64),
      ('hashsize', 16777216);
    CREATE TABLE search_state (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      attempt_file INTEGER NOT NULL
    ) STRICT;
    INSERT INTO search_state VALUES (1, 0);
    CREATE VIEW trials AS
      SELECT 't' || trial.id AS trial, 'r' || trial.run AS run,
        'c' || trial.candidate AS candidate, harness.name AS harness, suite_task.name AS task,
        suite_task.split, trial.repeat, attempt.number AS attempt, attempt.is_final,
        attempt.outcome, attempt.score, attempt.reward, attempt.exit_code, attempt.wall_ms,
        attempt.cpu_ms, attempt.input_tokens, attempt.output_tokens, attempt.cost_usd,
        attempt.detail
      FROM trial
      JOIN run ON run.id = trial.run
      JOIN suite_task ON suite_task.suite = run.suite AND suite_task.task = trial.task
      JOIN candidate ON candidate.id = trial.candidate
      JOIN harness ON harness.id = candidate.harness
      LEFT JOIN attempt ON attempt.trial = trial.id AND attempt.number =
        (SELECT max(number) FROM attempt AS other WHERE other.trial = trial.id);
    CREATE TRIGGER blob_is_kept BEFORE UPDATE ON blob
      BEGIN SELECT RAISE(ABORT, 'blobs are never changed'); END;

    """ + factTables1.map(appendOnly).joined()

  static func appendOnly(_ table: String) -> String {
    ["UPDATE", "DELETE"].map { action in
      """
      CREATE TRIGGER \(table)_forbids_\(action.lowercased()) BEFORE \(action) ON \(table)
        BEGIN SELECT RAISE(ABORT, 'facts are never changed'); END;

      """
    }.joined()
  }
}
