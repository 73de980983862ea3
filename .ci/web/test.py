"""The live page in a real browser: every screen, both widths, light and dark, tame and hostile, live and as a site."""

import http.server
import json
import os
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

import devtools
import labs

BELAY = os.environ.get("BELAY", ".build/release/belay")
OUT = os.environ.get("WEB_OUT", ".build/web-test")
PAINT_MS = float(os.environ.get("WEB_PAINT_MS", "300"))
BYTES = 300 << 10
failures = []


def check(holds, what):
    if not holds:
        failures.append(what)
        print(f"FAILED: {what}", flush=True)


class Serving:
    """`belay serve` over a lab, until the block is left."""

    def __init__(self, lab, *words):
        self.process = subprocess.Popen([BELAY, "--lab", lab, "serve", "--json", "--port", "0", *words],
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.launch = json.loads(self.process.stdout.readline())
        self.url = self.launch["url"].split("#")[0]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        began = time.monotonic()
        self.process.terminate()
        self.process.wait(20)
        check(time.monotonic() - began < 15, f"belay serve ends at once: {time.monotonic() - began:.1f} s")

    def get(self, path, **headers):
        request = urllib.request.Request(self.url + path, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, dict(answer.headers), answer.read()
        except urllib.error.HTTPError as error:
            return error.code, dict(error.headers), error.read()

    def items(self, path):
        return json.loads(self.get(path)[2])["items"]


def screens(serving, run):
    """Every screen, with something to show on those that need one."""
    tree = serving.items(f"api/tree?run={run}")
    edits = serving.items(f"api/hypotheses?run={run}")
    trials = serving.items(f"api/trials?run={run}")
    base = tree[0]["candidate"]
    last = next((one["candidate"] for one in tree if one["champion"]), tree[-1]["candidate"])
    blocked = next((one["edit"] for one in edits if one["status"] == "blocked"), edits[0]["edit"] if edits else "e1")
    with_steps = trials[-1]["trial"] if trials else "t1"
    places = {
        "overview": "overview", "report": "report", "lineage": "lineage", "lineage-list": "lineage?list=1",
        "diff": f"diff?a={base}&b={last}", "heatmap": "heatmap", "hypotheses": "hypotheses", "gates": "gates",
        "gate-edit": f"gate?what={blocked}&content=1", "gate-candidate": f"gate?what={last}", "cost": "cost", "figure-score": "plots", "figure-effects": "plots?what=effects", "figure-cost": "plots?what=cost&x=time",
        "leaderboard": "leaderboard?all=1", "log": "log",
    }
    if not serving.live:
        places["gate-edit"] = f"gate?what={blocked}"
    else:
        places |= {"trials": "trials", "trace": f"trace?trial={with_steps}", "trace-content": f"trace?trial={with_steps}&content=1",
                   "trace-against": f"trace?trial={with_steps}&against=sibling", "show": f"show?what={last}",
                   "runs": "runs", "search": "search?text=the&content=1"}
    return places


# Figures that are wider than their frame or whose letters were shrunk, tables that scroll sideways, columns that a
# reader does not get to see; what is folded is unfolded first.
CUT_OFF = """(() => {
  for (const one of document.querySelectorAll("main details")) one.open = true;
  const lost = [];
  for (const one of document.querySelectorAll("main img.drawing")) {
    const box = one.getBoundingClientRect();
    if (box.right > window.innerWidth || one.parentElement.scrollWidth > one.parentElement.clientWidth + 1) lost.push("a figure is cut off");
    if (one.naturalWidth > box.width * 1.25) lost.push(`a figure is shrunk: ${one.naturalWidth} into ${box.width}`);
  }
  for (const one of document.querySelectorAll("main table:not(.heat)")) {
    const frame = one.closest(".wide");
    if (frame && frame.scrollWidth > frame.clientWidth + 1) lost.push(`${frame.getAttribute("aria-label")} scrolls sideways`);
    for (const cell of one.querySelectorAll("tbody tr:first-child td")) {
      if (cell.textContent && !cell.getClientRects().length) lost.push(`${cell.dataset.label} is not shown`);
    }
    const heads = one.querySelectorAll("thead th").length;
    const row = one.querySelector("tbody tr");
    if (row && row.children.length !== heads) lost.push(`${heads} heads over ${row.children.length} cells`);
  }
  return lost.join("; ");
})()"""


def look(browser, serving, run, name, widths=(360, 1280), themes=(False, True)):
    """Opens every screen in every size and theme and looks for what must not be."""
    places = screens(serving, run)
    for width in widths:
        for dark in themes:
            page = browser.page(width, 800, dark)
            for screen, place in places.items():
                where = f"{name}-{width}-{'dark' if dark else 'light'}-{screen}"
                before = page.run("Number(document.body?.dataset.shown ?? 0)") or 0
                url = f"{serving.url}#/r{run[1:]}/{place}"
                page.open(url)
                shown = page.until(
                    f"location.hash.includes({json.dumps('/' + place.split('?')[0])}) && Number(document.body.dataset.shown ?? 0) !== {before} "
                    "&& document.querySelector('#main').getAttribute('aria-busy') === 'false'")
                check(shown, f"{where}: shown")
                time.sleep(0.05)
                check(page.run("document.documentElement.scrollWidth <= window.innerWidth"),
                      f"{where}: no sideways scrolling ({page.run('document.documentElement.scrollWidth')})")
                check(page.run("document.querySelectorAll('main h1').length === 1"), f"{where}: one heading")
                title = page.run("document.querySelector('main h1')?.textContent")
                if screen == "leaderboard" and serving.live and any(
                        one["chosen_on_these_tasks"] for one in serving.items("api/leaderboard?all=1")):
                    check("‡" in (page.run("document.querySelector('main table')?.textContent") or ""),
                          f"{where}: says which candidate a night chose by these tasks")
                check(title and "could not be shown" not in title, f"{where}: {title}: {page.run('document.querySelector(`main`).textContent')[:200]}")
                check(page.run("window.owned === undefined && document.querySelectorAll('main img:not(.drawing), main script, main iframe').length === 0"),
                      f"{where}: nothing foreign runs")
                if width < 600:
                    lost = page.run(CUT_OFF)
                    check(not lost, f"{where}: nothing is cut off or left out on a phone: {lost}")
                page.picture(f"{OUT}/shots/{where}.png")
            astray(page, serving, run, f"{name}-{width}")
            # A trial without another of its task says so, and the page shows it alone.
            for fault in [one for one in page.faults() if "against=sibling" not in one]:
                check(False, f"{name}-{width}-{dark}: {fault}")
            strange = [one for one in page.addresses() if not one.startswith((serving.url, "about:", "data:"))]
            check(not strange, f"{name}: asked elsewhere: {strange[:3]}")
            page.close()


def astray(page, serving, run, name):
    """An address that leads nowhere says so, with the screens that there are; a run that is no night is shown as what it is."""
    def opened(place, heading):
        page.open(f"{serving.url}#/{place}")
        # The page that was there before stands until this one has come.
        return page.until(f"document.querySelector('main h1')?.textContent.startsWith({json.dumps(heading)}) === true")
    check(opened(f"{run}/no-such-screen", "There is no such screen"), f"{name}: an unknown screen says so")
    shown = page.run("[...document.querySelectorAll('main .screens a')].map((one) => one.getAttribute('href'))")
    check(f"#/{run}/overview" in shown and len(shown) >= 10, f"{name}: and lists those that there are: {shown}")
    check(opened(f"{run}/report", "Report"), f"{name}: the report")
    check(page.until("[...document.querySelectorAll('main .command a')].some((one) => one.getAttribute('href').startsWith('#/'))"),
          f"{name}: a command that the report advises leads to its screen, too")
    if not serving.live:
        return
    other = next((one for one in serving.items("api/runs?limit=200") if one["type"] != "night"), None)
    if other is None:
        print("skipped: a run that is no night")
        return
    for screen in ("overview", "report"):
        page.until("document.querySelector('main h1').textContent === ''", 0.05)
        page.open(f"{serving.url}#/{other['run']}/{screen}")
        told = page.until(f"document.querySelector('main h1').textContent.startsWith({json.dumps(other['run'] + ': ')})")
        check(told, f"{name}: {other['run']}, of kind {other['type']}, at {screen}: {page.run('document.querySelector(`main h1`).textContent')}")
    check(page.run("document.querySelector('#notice').hidden"), f"{name}: what is said of a night does not stand above other runs")


def measure(browser, serving, run):
    """How long the first useful paint takes, and how many bytes; the best of a few, each in a new tab."""
    times, sizes = [], []
    for _ in range(5):
        page = browser.page(1280, 800, False)
        page.ask("Network.setCacheDisabled", cacheDisabled=True)
        page.open(f"{serving.url}#/{run}/overview")
        page.until("performance.getEntriesByName('belay-shown').length > 0")
        times.append(page.run("performance.getEntriesByName('belay-shown')[0].startTime"))
        sizes.append(sum(one["encodedDataLength"] for one in page.events("Network.loadingFinished")))
        page.close()
    times.sort()
    print(f"first useful paint {times[0]:.0f} to {times[-1]:.0f} ms, median {times[2]:.0f}; {max(sizes) / 1024:.0f} KB in all", flush=True)
    # How fast a machine is fails no test: what is missed is told, and only what no machine explains fails.
    if times[2] > PAINT_MS:
        print(f"MISSED: first useful paint within {PAINT_MS:.0f} ms: {times[2]:.0f}", flush=True)
    check(times[2] <= 20 * PAINT_MS, f"first useful paint within {20 * PAINT_MS:.0f} ms: {times[2]:.0f}")
    check(max(sizes) <= BYTES, f"at most 300 KB: {max(sizes)}")


def keyboard(browser, serving, run):
    page = browser.page(1280, 800, False)
    page.open(f"{serving.url}#/{run}/hypotheses")
    page.until("document.querySelectorAll('[data-row]').length > 0")
    reached = set()
    for _ in range(120):
        page.key("Tab", code="Tab", windowsVirtualKeyCode=9)
        name = page.run("""(() => {
          const one = document.activeElement;
          if (one === document.body || one.dataset.seen) return null;
          one.dataset.seen = "1";
          return one.id || one.getAttribute("href") || one.textContent.slice(0, 20);
        })()""")
        if name is None:
            break
        reached.add(name)
    wanted = page.run("[...document.querySelectorAll('nav a, main [data-row] a')].map((one) => one.getAttribute('href'))")
    check(all(one in reached for one in wanted), f"Tab reaches every link: {[one for one in wanted if one not in reached][:5]}")
    check({"jump", "theme", "help"} <= reached, "Tab reaches the tools")
    page.run("document.activeElement.blur()")
    page.key("j")
    first = page.run("document.activeElement.getAttribute('href')")
    page.key("j")
    check(page.run("document.activeElement.getAttribute('href')") != first, "j goes to the next row")
    page.key("k")
    check(page.run("document.activeElement.getAttribute('href')") == first, "k goes back")
    page.key("Enter", code="Enter", windowsVirtualKeyCode=13, text="\r")
    check(page.until("location.hash.includes('/gate?what=e')"), "Enter opens it")
    page.key("Escape", code="Escape", windowsVirtualKeyCode=27)
    check(page.until("location.hash.includes('/hypotheses')"), "Escape goes back")
    page.key("?")
    check(page.until("document.querySelector('dialog').open"), "? opens the keys")
    page.key("Escape", code="Escape", windowsVirtualKeyCode=27)
    check(page.until("!document.querySelector('dialog').open"), "Escape closes them")
    page.key("/")
    check(page.run("document.activeElement.id") == "jump", "/ goes to the jump field")
    for letter in "e2":
        page.key(letter)
    page.key("Enter", code="Enter", windowsVirtualKeyCode=13, text="\r")
    check(page.until("location.hash.includes('what=e2')"), "an id leads to it")
    page.key("3")
    check(page.until("location.hash.includes('/lineage') && document.querySelectorAll('.tree a').length > 1"), "3 is the lineage")
    page.run("document.querySelector('.tree a').focus()")
    if page.run("[...document.querySelectorAll('.tree a')].filter((one) => /^c[0-9]/.test(one.dataset.name)).length > 1"):
        page.key("ArrowRight", code="ArrowRight", windowsVirtualKeyCode=39)
        check(page.run("document.activeElement.dataset.name !== document.querySelector('.tree a').dataset.name"), "arrows go through the tree")
    else:
        print("skipped: arrows through the tree need a night that raced somebody")
    before = page.run("document.querySelector('.tree g').getAttribute('transform')")
    page.key("+")
    check(page.run("document.querySelector('.tree g').getAttribute('transform')") != before, "+ zooms")
    page.key("]")
    check(page.until("location.hash.includes('/diff')"), "] is the next screen")
    page.key("t")
    check(page.run("document.documentElement.dataset.theme") == "light", "t changes the theme")
    for fault in page.faults():
        check(False, f"keyboard: {fault}")
    page.close()


def live(browser, replay):
    with Serving(replay.path) as serving:
        serving.live = True
        run = f"r{replay.run}"
        page = browser.page(1280, 800, False)
        page.open(f"{serving.url}#/{run}/overview")
        check(page.until("document.querySelector('#state').textContent === 'RUNNING'"), "a night under way is RUNNING")
        check(page.until("document.querySelector('#pulse').classList.contains('live')"), "the page is told of changes")
        page.open(f"{serving.url}#/{run}/heatmap")
        check(page.until("document.querySelector('main h1')?.textContent === 'Heat map' && document.querySelector('#main').getAttribute('aria-busy') === 'false'"), "the heat map of a night under way")
        heads = page.run("[...document.querySelectorAll('.heat thead th')].map((one) => [one.textContent, one.querySelector('a') !== null])") or []
        check(sum(link for _, link in heads) > 1 or not any(text == "Change" for text, _ in heads), f"one column has no change: {heads}")
        page.open(f"{serving.url}#/{run}/overview")
        page.until("document.querySelector('.measure-head .figure') !== null")
        shots = {"before": 0}
        page.picture(f"{OUT}/shots/live-before.png")
        trials = "document.querySelector('.measure-head .figure').textContent"
        for _ in range(3):
            before = page.run(trials)
            replay.grow(max(len(replay.rest) // 3, 1))
            began = time.monotonic()
            check(page.until(f"{trials} !== {json.dumps(before)}", 5), "the page follows the ledger")
            shots[before] = time.monotonic() - began
        print(f"a change is on the page after {max(shots.values()) * 1000:.0f} ms at most", flush=True)
        replay.grow(1_000_000)
        check(page.until("document.querySelector('#state').textContent === 'FINISHED'", 6), "the end is told")
        page.picture(f"{OUT}/shots/live-after.png")
        for fault in page.faults():
            check(False, f"live: {fault}")
        page.close()


def steering(browser, replay):
    """The words to a night, said by the page itself; its process is no Belay, so that they are written down."""
    with Serving(replay.path, "--control") as serving:
        token = serving.launch["url"].split("#")[1]
        for width, dark in [(360, False), (360, True), (1280, False), (1280, True)]:
            page = browser.page(width, 800, dark)
            page.open(f"{serving.url}#{token}")
            check(page.until("document.querySelector('main h1') && !location.hash.includes('token')"), "the token leaves the address")
            page.open(f"{serving.url}#/r{replay.run}/overview")
            check(page.until("document.querySelector('.control summary') !== null"), "a page that steers has the buttons")
            page.run("document.querySelector('.control details').open = true")
            check(page.run("document.documentElement.scrollWidth <= window.innerWidth"), f"steer-{width}: no sideways scrolling")
            page.run("document.querySelector('.control').scrollIntoView()")
            page.picture(f"{OUT}/shots/steer-{width}-{'dark' if dark else 'light'}.png")
            if (width, dark) == (1280, True):
                said = "document.querySelector('.said').textContent"
                page.run("document.querySelector('[data-key=reason]').value = 'the fan'")
                page.run("[...document.querySelectorAll('.control button')].find((one) => one.textContent === 'Pause').click()")
                check(page.until("document.querySelector('#state').textContent === 'PAUSED'", 4), f"a pause is on the page: {page.run(said)}")
                check(page.until(f"{said}.includes('when it goes on')"), f"what was answered stays: {page.run(said)}")
                check("on the page (the fan)" in page.run("document.querySelector('main').textContent"), "who said it and why")
                check(page.run("[...document.querySelectorAll('.control button')].some((one) => one.textContent === 'Resume')"), "and it can be resumed")
                page.run("document.querySelector('[data-key=veto]').value = 'no/such'")
                page.run("[...document.querySelectorAll('.control button')].find((one) => one.textContent === 'Veto').click()")
                check(page.until(f"{said}.includes('no edit changes this component')"), f"a refusal says why: {page.run(said)}")
            for fault in page.faults():
                check("404" in fault, f"steering: {fault}")
            page.close()


def safety(serving, lab):
    port = serving.launch["port"]
    check(serving.get("", Host=f"evil.example:{port}")[0] == 421, "another name is refused")
    check(serving.get("", Host=f"localhost:{port}")[0] == 200, "localhost is this machine")
    status, headers, _ = serving.get("")
    policy = headers.get("content-security-policy", headers.get("Content-Security-Policy", ""))
    check("default-src 'none'" in policy and "unsafe" not in policy, "the policy allows nothing from elsewhere")
    request = urllib.request.Request(serving.url + "api/steer", data=b"{}", method="POST")
    try:
        urllib.request.urlopen(request, timeout=5)
        check(False, "a page that reads takes no word")
    except urllib.error.HTTPError as error:
        check(error.code in (401, 403), "a page that reads takes no word")
    with Serving(lab, "--control") as other:
        token = other.launch["url"].split("token=")[1]
        check(other.get("api/status")[0] == 200, "reading on the loopback needs no token")
        body = json.dumps({"run": "r1", "order": "pause"}).encode()
        for headers, wanted in [({}, 401), ({"x-belay-token": "x"}, 401), ({"x-belay-token": token}, 403),
                                ({"x-belay-token": token, "origin": "http://evil", "content-type": "application/json"}, 403)]:
            request = urllib.request.Request(other.url + "api/steer", data=body, method="POST", headers=headers)
            try:
                status = urllib.request.urlopen(request, timeout=5).status
            except urllib.error.HTTPError as error:
                status = error.code
            check(status == wanted, f"a word with {sorted(headers)} is answered {wanted}: {status}")
    with Serving(lab, "--host", "0.0.0.0") as open_one:
        open_one.url = f"http://127.0.0.1:{open_one.launch['port']}/"
        token = open_one.launch["url"].split("token=")[1]
        check(open_one.get("api/status")[0] == 401, "others need the token")
        check(open_one.get("api/status", **{"x-belay-token": token})[0] == 200, "the token lets in")
    return token


def tokens(browser, lab):
    """The token stands in the fragment, is taken out of the address and lets the page read."""
    with Serving(lab, "--host", "0.0.0.0") as serving:
        base = f"http://127.0.0.1:{serving.launch['port']}/"
        page = browser.page(1280, 800, False)
        page.open(base + "#token=" + serving.launch["url"].split("token=")[1])
        check(page.until("document.querySelector('main h1') && !location.hash.includes('token')"), "the token leaves the address")
        check(page.until("document.querySelector('#pulse').classList.contains('live')"), "and the page is told of changes")
        page.close()


class Files(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def site(browser, lab, run):
    folder = os.path.abspath(f"{OUT}/site")
    answer = subprocess.run([BELAY, "--lab", lab, "--json", "export", f"r{run}", "--site", folder], capture_output=True, text=True)
    check(answer.returncode == 0, f"a site is written: {answer.stderr}")
    if answer.returncode:
        return
    summary = json.loads(answer.stdout)["items"][0]
    print(f"the site has {summary['files']} files, {summary['bytes'] / 1024:.0f} KB", flush=True)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), lambda *args: Files(*args, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with Serving(lab) as real:
        real.live = False
        real.url_of_api = real.url
        places = real
        class Static:
            url = f"http://127.0.0.1:{server.server_port}/"
            live = False
            items = staticmethod(lambda path: places.items(path))
        look(browser, Static, f"r{run}", "site", widths=(360, 1280), themes=(False,))
    # A double click shows a page that may read nothing: it says what it needs, and leads to the report.
    page = browser.page(390, 800, False)
    page.open(f"file://{folder}/index.html")
    check(page.until("document.body.innerText.includes('belay serve')", 6), "a site that is opened as a file says what it needs")
    check(page.run("[...document.querySelectorAll('main a')].some((one) => one.getAttribute('href') === 'report.html')"), "and leads to the report")
    page.picture(f"{OUT}/shots/site-as-file.png")
    page.close()
    with open(f"{folder}/data/status~run=r{run}.json") as file:
        text = file.read()
    check('"pid"' not in text and '"host"' not in text, "a site names no process and no machine")
    server.shutdown()


def main():
    lab = sys.argv[1]
    if not devtools.program():
        print("skipped: needs chromium (apt-get install chromium)")
        return 0
    os.makedirs(f"{OUT}/shots", exist_ok=True)
    only = set(filter(None, os.environ.get("WEB_ONLY", "").split(",")))
    wanted = lambda name: not only or name in only
    run = labs.night(lab)
    browser = devtools.Browser()
    try:
        finished = labs.copy(lab, f"{OUT}/finished")
        if wanted("finished") or wanted("keyboard") or wanted("measure") or wanted("safety"):
            with Serving(finished) as serving:
                serving.live = True
                if wanted("measure"):
                    measure(browser, serving, f"r{run}")
                if wanted("finished"):
                    look(browser, serving, f"r{run}", "finished")
                if wanted("keyboard"):
                    keyboard(browser, serving, f"r{run}")
                if wanted("safety"):
                    safety(serving, finished)
        if wanted("safety"):
            tokens(browser, finished)
        if wanted("hostile"):
            with Serving(labs.hostile(lab, f"{OUT}/hostile")) as serving:
                serving.live = True
                look(browser, serving, f"r{run}", "hostile")
        if wanted("live"):
            live(browser, labs.Replay(lab, f"{OUT}/growing"))
        if wanted("steering"):
            steering(browser, labs.Replay(lab, f"{OUT}/steered"))
        if wanted("site"):
            site(browser, finished, run)
    finally:
        browser.close()
    print(f"web-test: {len(failures)} failures" if failures else "web-test: all holds", flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
