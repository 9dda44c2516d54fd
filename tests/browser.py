"""A real headless Chromium, driven through Debian's chromedriver by WebDriver's JSON over HTTP."""

import json
import os
import subprocess
import time
from base64 import b64decode
from contextlib import closing, contextmanager, suppress
from functools import partial
from http.client import HTTPConnection
from shutil import which
from tempfile import TemporaryDirectory

ENTER, TAB = "\ue007", "\ue004"
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
"""The key that WebDriver gives an element's name under (W3C WebDriver, 11)."""

CHROMIUM, DRIVER = which("chromium"), which("chromedriver")

_OPTIONS = {
    "binary": CHROMIUM,
    # Root may not use the sandbox, and a container's shared memory is small; every page is our own.
    "args": ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
}


class Browser:
    """One tab. Selectors are CSS; what is waited for raises `AssertionError` if it does not come."""

    def __init__(self, port):
        self._port = port
        self._session = ""
        wanted = {"goog:chromeOptions": _OPTIONS, "goog:loggingPrefs": {"browser": "ALL"}}
        ask = partial(self._ask, "POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        try:
            answer = ask(seconds=20)
        except (AssertionError, OSError):  # Chromium hangs at its start at times, and does not the next time
            answer = ask()
        self._session = f"/session/{answer['sessionId']}"

    def _ask(self, method, path, body=None, seconds=60):
        with closing(HTTPConnection("127.0.0.1", self._port, timeout=seconds)) as connection:
            content = json.dumps(body) if method == "POST" else None
            connection.request(method, self._session + path, content, {"Content-Type": "application/json"})
            answer = json.loads(connection.getresponse().read())["value"]
        if isinstance(answer, dict) and "error" in answer and "stacktrace" in answer:
            raise AssertionError(f"{answer['error']}: {answer['message']}")
        return answer

    def open(self, url):
        self._ask("POST", "/url", {"url": url})

    def run(self, script):
        """Run script in the page, outside of what its policy forbids, and give what it returns."""
        return self._ask("POST", "/execute/sync", {"script": script, "args": []})

    def read(self, selector):
        """Give the text that a person sees, of the first element that matches."""
        return self.run(f"return document.querySelector({json.dumps(selector)}).innerText")

    def click(self, selector):
        self._ask("POST", f"/element/{self._find(selector)}/click", {})

    def type(self, keys):
        """Press keys, wherever the focus is."""
        events = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self._ask("POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": events}]})

    def wait(self, is_so, seconds=20.0):
        """Wait until `is_so` is true; a page that is just being left may have no answer."""
        ends = time.monotonic() + seconds
        while True:
            with suppress(AssertionError):
                if is_so():
                    return
            assert time.monotonic() < ends, "what was waited for did not come"
            time.sleep(0.02)

    def command(self, name, **arguments):
        """Send a command of the DevTools protocol."""
        return self._ask("POST", "/goog/cdp/execute", {"cmd": name, "params": arguments})

    def list_errors(self):
        """Give what the console said since it was last asked, but for debugging words."""
        return [entry["message"] for entry in self._ask("POST", "/se/log", {"type": "browser"})]

    def draw(self, **options):
        """Give a picture of the window as PNG; `options` are those of the DevTools protocol, such as a `clip`."""
        return b64decode(
            self.command("Page.captureScreenshot", captureBeyondViewport=True, **options)["data"]
        )

    def close(self):
        self._ask("DELETE", "")

    def _find(self, selector):
        return self._ask("POST", "/element", {"using": "css selector", "value": selector})[_ELEMENT]


@contextmanager
def start_browser():
    """Start chromedriver on a free port and a browser under it; take both down again, with what they wrote."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        driver = subprocess.Popen(
            [DRIVER, "--port=0"],
            env=os.environ | {"TMPDIR": folder},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
        )
        try:
            line = next(line for line in driver.stdout if "started successfully on port" in line)
            browser = Browser(int(line.rstrip(".\n").rpartition(" ")[2]))
            try:
                yield browser
            finally:
                with suppress(AssertionError, OSError):
                    browser.close()
        finally:
            driver.terminate()
            driver.communicate(timeout=30)
