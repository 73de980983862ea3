internal import Base
internal import Console
internal import NightPages

/// The pages of the help that belong to no command.
enum Topics {
  static let all = [glossary, exitCodes, json, harness, models, environment]

  static let glossary = Topic(
    "glossary", "What the words of the screens mean", text: Glossary.text)

  static let exitCodes = Topic(
    "exit-codes", "What each exit code means",
    text: "Exit codes of belay; they stay the same for ever.\n\n"
      + ExitCode.meanings.map { code, meaning in
        String(repeating: " ", count: 5 - String(code).count) + "\(code)  \(meaning)\n"
      }.joined()
        + """

        A task that fails is no failure of belay: 'belay eval' ends with 0 when every
        trial could be run, whatever its reward. Codes 1, 5 and 7 may pass when the
        same call is made again ("retryable" in the error).
        """)

  static let json = Topic(
    "json", "What --json writes",
    text: """
      JSON is written with --json, --select or --compact, and whenever stdout is not
      a terminal (--text keeps text). help, man, completion, export, report and
      whatever has a --format that was given never switch by themselves.

      A page or list is one envelope:
        {"schema": "belay.leaderboard/1", "as_of": "…", "counts": {…},
         "truncated": false, "items": […], "next": null, "hints": […]}

      A job (eval, suite audit) writes JSON lines. Each has "event"; the last one is
        {"schema": "belay.eval/1", "event": "done", "success": true, …}
      with the fields of the result at its top level. Without a last record the job
      was killed; everything that it recorded is in the lab.

      An error is the last line of stderr:
        {"error": {"kind": "not_found", "message": "…", "hint": "belay suite list",
                   "retryable": false, "exit_code": 3, …}}

      --select FIELDS   paths in items, parted by commas: id,score.mean. Of a job:
                        paths in the last record.
      --compact         the headline fields only, for readers that pay by the token
      --limit N, --all  how many items of a list
      --quiet           of a job only the last record
      """)

  static let harness = Topic(
    "harness", "How HARNESS is understood",
    text: """
      HARNESS is, in this order:
        a path, if it contains '/' or '.'      ./harnesses/bash-agent, .
        a built-in                             oracle, nop
        an id of the lab                       h3f9c2a, c12 (a unique beginning is enough)
        a name under ./harnesses               bash-agent

      oracle runs the task's own solution/solve.sh: it should reach the full reward.
      nop runs nothing: it should not.

      A program leaves its trace as /logs/agent/trajectory.json (ATIF). One that leaves none,
      but a transcript of Claude Code or Codex (a .jsonl in /logs/agent, or what it prints),
      gets its trace from that: the flags trajectory_from_claude_code and
      trajectory_from_codex say so. A trajectory that is none is kept beside, with .left
      behind its name and the flag trajectory_invalid.
      """)

  static let models = Topic(
    "models", "How MODEL is understood, and what models.toml holds",
    text: """
      MODEL is an alias of the models file, or PROVIDER/MODEL: anthropic/claude-haiku-4-5,
      openrouter/qwen/qwen3-coder, ollama/qwen3:8b. 'belay models' lists the providers.

      The models file is --models FILE, else models.toml in the lab, else
      ~/.config/belay/models.toml. All of it may be left out:

        schema = "belay.models/1"
        price_table = "prices.json"         # in LiteLLM's form, over the built-in one

        [providers.lab-vllm]                # or another address of a known provider
        base_url = "http://gpu7:8000/v1"
        dialect = "openai-chat"             # openai-responses, anthropic-messages, gemini
        key = "LAB_VLLM_KEY"                # the name of the key, never the key

        [aliases]
        task = "lab-vllm/qwen3-32b"

        [prices."lab-vllm/*"]               # dollars per million tokens
        input = 0.10
        output = 0.40                       # also reasoning, cache_read, cache_write,
        window = 131072                     # cache_write_long, max_output

        [estimates."openrouter/*"]          # for budgets, where no price is known;
        input = 3.00                        # sums with it are marked as estimates
        output = 15.00

      A program under test reaches the models that were named for it (--model, [models] of an
      experiment), but those of propose and judge; where none was, the alias task alone.

      A price that is not known is a dash and never 0; under a budget in dollars such
      a model is refused until it has a price or an estimate.

      Keys come from the environment or from the key file: BELAY_KEYS, else
      ~/.config/belay/keys.toml, with mode 600 and lines such as
        LAB_VLLM_KEY = "…"
      They are never shown, recorded or given to a child process.
      """)

  static let environment = Topic(
    "environment", "Environment variables that belay reads",
    text: """
      BELAY_LAB         the lab, where --lab is not given
      BELAY_KEYS        the file with the keys of providers
      OPENAI_API_KEY, … the keys themselves: belay models shows their names
      NO_COLOR          no colour, if not empty
      FORCE_COLOR       colour also off a terminal (also CLICOLOR_FORCE)
      TERM              no colour if 'dumb'
      """)
}
