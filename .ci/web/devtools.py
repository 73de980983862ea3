"""A headless browser, driven over its own protocol through a pipe; Python's standard library alone."""

import base64
import fcntl
import json
import os
import queue
import shutil
import subprocess
import tempfile
import threading
import time

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def program():
    """The browser's path; None where there is none."""
    return next((found for found in map(shutil.which, NAMES) if found), None)


class Browser:
    """One process; messages end with a zero byte, on descriptors 3 and 4."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="belay-web-")
        # The child's ends become 3 and 4: none of ours may be there already.
        to_read, self.to_write = (fcntl.fcntl(one, fcntl.F_DUPFD_CLOEXEC, 10) for one in os.pipe())
        self.from_read, from_write = (fcntl.fcntl(one, fcntl.F_DUPFD_CLOEXEC, 10) for one in os.pipe())

        def wire():
            os.dup2(to_read, 3)
            os.dup2(from_write, 4)

        self.process = subprocess.Popen(
            [
                program(), "--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu",
                "--no-first-run", "--disable-background-networking", "--disable-component-update",
                "--disable-default-apps", "--disable-sync", "--metrics-recording-only", "--mute-audio",
                "--disable-extensions", "--hide-scrollbars", "--force-color-profile=srgb",
                f"--user-data-dir={self.folder}", "about:blank",
            ],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            preexec_fn=wire, close_fds=False)
        os.close(to_read)
        os.close(from_write)
        self.number = 0
        self.answers = {}
        self.events = []
        self.news = threading.Condition()
        self.isOver = False
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        rest = b""
        while True:
            piece = os.read(self.from_read, 1 << 20)
            if not piece:
                break
            rest += piece
            while b"\0" in rest:
                message, rest = rest.split(b"\0", 1)
                message = json.loads(message)
                with self.news:
                    if "id" in message:
                        self.answers[message["id"]] = message
                    else:
                        self.events.append(message)
                    self.news.notify_all()
        with self.news:
            self.isOver = True
            self.news.notify_all()

    def ask(self, method, session=None, within=30, **values):
        with self.news:
            self.number += 1
            number = self.number
        message = {"id": number, "method": method, "params": values}
        if session:
            message["sessionId"] = session
        os.write(self.to_write, json.dumps(message).encode() + b"\0")
        with self.news:
            if not self.news.wait_for(lambda: number in self.answers or self.isOver, within):
                raise TimeoutError(method)
            answer = self.answers.pop(number, None)
        if answer is None or "error" in answer:
            raise RuntimeError(f"{method}: {answer and answer['error']}")
        return answer["result"]

    def page(self, width, height, dark):
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        return Page(self, target, session, width, height, dark)

    def close(self):
        try:
            self.ask("Browser.close", within=5)
        except Exception:
            pass
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


class Page:
    """One tab of a size and a colour scheme, that notes whatever goes wrong in it."""

    def __init__(self, browser, target, session, width, height, dark):
        self.browser, self.target, self.session = browser, target, session
        self.width = width
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(f"{domain}.enable")
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                 mobile=width < 600)
        self.ask("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        self.ask("Page.addScriptToEvaluateOnNewDocument", source="""
            window.violations = [];
            document.addEventListener("securitypolicyviolation", (one) =>
              window.violations.push(one.violatedDirective + " " + one.blockedURI + " " + one.sourceFile));""")

    def ask(self, method, **values):
        return self.browser.ask(method, self.session, **values)

    def run(self, script):
        """The value of an expression, awaited where it is a promise."""
        answer = self.ask("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(json.dumps(answer["exceptionDetails"])[:600])
        return answer["result"].get("value")

    def until(self, script, within=10):
        """Waits until an expression holds."""
        ends = time.monotonic() + within
        while time.monotonic() < ends:
            try:
                if self.run(script):
                    return True
            except RuntimeError:
                pass
            time.sleep(0.02)
        return False

    def open(self, url):
        self.ask("Page.navigate", url=url)

    def key(self, key, **more):
        text = key if len(key) == 1 else more.pop("text", None)
        down = {"type": "keyDown", "key": key, **more}
        if text:
            down["text"] = text
        self.ask("Input.dispatchKeyEvent", **down)
        self.ask("Input.dispatchKeyEvent", type="keyUp", key=key, **more)

    def picture(self, path, whole=True):
        height = self.run("document.documentElement.scrollHeight") if whole else None
        values = {"format": "png", "captureBeyondViewport": whole}
        if whole:
            values["clip"] = {"x": 0, "y": 0, "width": self.width, "height": min(height, 6000), "scale": 1}
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.ask("Page.captureScreenshot", **values)["data"]))

    def events(self, *methods):
        with self.browser.news:
            return [one["params"] for one in self.browser.events
                    if one.get("sessionId") == self.session and one["method"] in methods]

    def faults(self):
        """What went wrong in it: errors on the console, exceptions, broken rules."""
        found = []
        for one in self.events("Runtime.exceptionThrown"):
            found.append("exception: " + json.dumps(one["exceptionDetails"])[:400])
        for one in self.events("Runtime.consoleAPICalled"):
            if one["type"] in ("error", "assert"):
                found.append("console: " + json.dumps(one["args"])[:400])
        for one in self.events("Log.entryAdded"):
            if one["entry"]["level"] == "error":
                found.append(f"log: {one['entry']['text'][:300]} {one['entry'].get('url', '')}")
        return found + [f"policy: {one}" for one in self.run("window.violations ?? []")]

    def addresses(self):
        return [one["request"]["url"] for one in self.events("Network.requestWillBeSent")]

    def close(self):
        self.browser.ask("Target.closeTarget", targetId=self.target)
