extension Schema {
  static let factTables2 = ["model_call", "model_answer", "step"]

  // A call is two facts, because it is recorded before it is sent: a call without an answer was on its way
  // when its process was killed, and counts at its ceiling. The request of a conversation that goes on is
  // kept as what it adds to the one before it, or a trial would grow with the square of its turns.
  static let version2 =
    """
    CREATE TABLE model_call (
      id INTEGER PRIMARY KEY,
      run INTEGER NOT NULL REFERENCES run (id),
      candidate INTEGER REFERENCES candidate (id),
      trial INTEGER REFERENCES trial (id),
      attempt INTEGER NOT NULL CHECK (attempt > 0),
      lane TEXT NOT NULL,
      role TEXT NOT NULL,
      model TEXT NOT NULL,
      request BLOB NOT NULL CHECK (length(request) = 32),
      occurrence INTEGER NOT NULL CHECK (occurrence > 0),
      base INTEGER REFERENCES model_call (id) CHECK (base < id),
      content INTEGER NOT NULL REFERENCES blob (id),
      ceiling_usd REAL,
      ceiling_tokens INTEGER NOT NULL,
      begun_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX model_call_by_trial ON model_call (trial, attempt);
    CREATE INDEX model_call_by_run ON model_call (run);
    CREATE INDEX model_call_by_content ON model_call (content);
    CREATE TABLE model_answer (
      call INTEGER PRIMARY KEY REFERENCES model_call (id),
      reply INTEGER REFERENCES blob (id),
      fault TEXT,
      detail TEXT NOT NULL,
      model TEXT NOT NULL,
      input_uncached INTEGER,
      cache_read INTEGER,
      cache_write INTEGER,
      cache_write_long INTEGER,
      output INTEGER,
      reasoning INTEGER,
      cost_usd REAL,
      cost_basis TEXT NOT NULL,
      sends INTEGER NOT NULL,
      latency_us INTEGER NOT NULL,
      ended_at INTEGER NOT NULL,
      CHECK ((reply IS NULL) = (fault IS NOT NULL))
    ) STRICT;
    CREATE INDEX model_answer_by_reply ON model_answer (reply);
    CREATE TABLE step (
      id INTEGER PRIMARY KEY,
      trial INTEGER NOT NULL REFERENCES trial (id),
      attempt INTEGER NOT NULL CHECK (attempt > 0),
      number INTEGER NOT NULL CHECK (number > 0),
      at INTEGER NOT NULL,
      body INTEGER NOT NULL REFERENCES blob (id),
      UNIQUE (trial, attempt, number)
    ) STRICT;
    CREATE INDEX step_by_body ON step (body);
    ALTER TABLE search_state ADD COLUMN step INTEGER NOT NULL DEFAULT 0;
    CREATE VIEW calls AS
      SELECT model_call.id AS call, 'r' || model_call.run AS run,
        'c' || model_call.candidate AS candidate, 't' || model_call.trial AS trial,
        model_call.attempt, model_call.lane, model_call.role, model_call.model,
        model_answer.model AS answered_by, model_answer.fault, model_answer.input_uncached,
        model_answer.cache_read, model_answer.cache_write, model_answer.cache_write_long,
        model_answer.output, model_answer.reasoning, model_answer.cost_usd,
        coalesce(model_answer.cost_basis, 'unsettled') AS cost_basis, model_call.ceiling_usd,
        model_answer.sends, model_answer.latency_us, model_call.begun_at, model_answer.ended_at,
        model_answer.detail
      FROM model_call LEFT JOIN model_answer ON model_answer.call = model_call.id;

    """ + factTables2.map(appendOnly).joined()
}
