extension Document {
  /// The style of the file of HTML.
  static let style = """
    :root{color-scheme:light dark;--bg:#fbfbf9;--fg:#1c2126;--dim:#5c6670;--line:#d9dcd6;--card:#fff;\
    --good:#1a7f4b;--bad:#b3372f;--open:#8a6100;--caution:#8a6100;--accent:#2457a6}
    @media (prefers-color-scheme:dark){:root{--bg:#14171a;--fg:#e6e8ea;--dim:#9aa4ad;--line:#31373d;\
    --card:#1b1f23;--good:#58c48a;--bad:#f0857c;--open:#e0b04a;--caution:#e0b04a;--accent:#86b3f7}}
    body{margin:0;background:var(--bg);color:var(--fg);font:16px/1.5 system-ui,sans-serif}
    main{max-width:56rem;margin:0 auto;padding:1.5rem 1rem 3rem}
    h1{font-size:1.5rem;margin:0;overflow-wrap:anywhere}
    .parts{color:var(--dim);margin:.25rem 0 1rem;overflow-wrap:anywhere}
    .notice{border:1px solid var(--caution);border-left-width:6px;padding:.5rem .75rem;border-radius:4px;\
    font-weight:600;overflow-wrap:anywhere}
    section{display:grid;grid-template-columns:7rem minmax(0,1fr);gap:0 1rem;padding:.75rem 0;\
    border-top:1px solid var(--line)}
    section>div{min-width:0}
    h2{font-size:.9rem;margin:.15rem 0 0;color:var(--dim);font-weight:600}
    p,ul,ol,pre{margin:0 0 .4rem;overflow-wrap:anywhere}
    ul,ol{padding-left:1.1rem}
    section.good,section.bad,section.open{background:var(--card);border:1px solid var(--line);\
    border-left:6px solid var(--open);border-radius:6px;padding:.9rem;margin-bottom:.75rem;font-size:1.15rem}
    section.good{border-left-color:var(--good)}
    section.bad{border-left-color:var(--bad)}
    section.caution h2{color:var(--caution)}
    .steps,.tally{display:flex;flex-wrap:wrap;gap:.25rem .5rem;list-style:none;padding:0}
    .steps li,.tally li{border:1px solid var(--line);border-radius:999px;padding:0 .6rem;font-size:.95rem}
    .steps li+li::before{content:"\\2192\\a0";color:var(--dim)}
    .wide{overflow-x:auto}
    table{border-collapse:collapse;font-size:.95rem}
    th,td{text-align:left;vertical-align:top;padding:.2rem .9rem .2rem 0;border-bottom:1px solid var(--line)}
    th{font-weight:600;color:var(--dim)}
    td{overflow-wrap:break-word}
    .figure{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
    .note{color:var(--dim);font-size:.875rem;margin-top:.3rem}
    pre{background:var(--card);border:1px solid var(--line);border-radius:6px;padding:.5rem .75rem;\
    overflow-x:auto;font:.9rem/1.7 ui-monospace,monospace}
    code{white-space:pre-wrap;overflow-wrap:anywhere}
    svg.interval{display:block;width:100%;max-width:38rem;height:auto;margin:.4rem 0}
    svg text{fill:var(--dim);font:13px system-ui,sans-serif}
    .axis{stroke:var(--line);stroke-width:1}
    .zero{stroke:var(--fg);stroke-width:1.5;stroke-dasharray:3 3}
    .range{stroke:currentColor;stroke-width:4}
    svg.interval circle{fill:currentColor}
    svg.good{color:var(--good)}svg.bad{color:var(--bad)}svg.open{color:var(--open)}
    @media (max-width:40rem){section{display:block}table,tbody,tr,td{display:block}thead{display:none}\
    tr{border-bottom:1px solid var(--line);padding:.3rem 0}td{border:0;padding:0;text-align:left;\
    overflow-wrap:anywhere}.figure{text-align:left}svg text{font-size:26px}}
    @media print{body{background:#fff;color:#000;font-size:11pt}main{max-width:none;padding:0}\
    section{break-inside:avoid}}
    """
}
