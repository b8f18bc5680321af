"""A real Chromium without a window, driven by its own protocol (CDP) over two pipes; nothing else is installed."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import re
import select
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

HANGS = 120
"""Seconds without a word, after which it is taken for dead."""
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


def chromium() -> str:
    """Its path: KRMFN_CHROMIUM, or on PATH; the test is skipped without it."""
    found = os.environ.get("KRMFN_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        pytest.skip("no Chromium is on PATH (apt-get install chromium); or set KRMFN_CHROMIUM")
    return found


class Browser:
    """One page. What it logs, throws and requests is kept."""

    def __init__(self, profile: Path) -> None:
        inward, self._write = os.pipe()
        self._read, outward = os.pipe()

        def move() -> None:  # the protocol wants descriptors 3 and 4
            read, write = (fcntl.fcntl(one, fcntl.F_DUPFD, 5) for one in (inward, outward))
            os.dup2(read, 3)
            os.dup2(write, 4)

        flags = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-pipe")
        self._process = subprocess.Popen(
            [chromium(), *flags, f"--user-data-dir={profile}", "about:blank"],
            pass_fds=(3, 4),
            preexec_fn=move,  # noqa: PLW1509 - this process has no threads
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(inward)
        os.close(outward)
        self._buffer = b""
        self._last = 0
        self._session: str | None = None
        self.events: list[dict[str, Any]] = []
        targets = self.call("Target.getTargets")["targetInfos"]
        page = next(target["targetId"] for target in targets if target["type"] == "page")
        self._session = self.call("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """The result of a command; events that come before it are kept."""
        self._last += 1
        message = {"id": self._last, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._last:
                assert "error" not in answer, (method, answer)
                return dict(answer["result"])
            self.events.append(answer)

    def open(self, file: Path, fragment: str = "") -> None:
        """Load a file and wait until it is loaded."""
        self._load("about:blank")  # another fragment of the same page would load nothing
        self.events.clear()
        self._load(f"{file.as_uri()}{fragment}")

    def _load(self, url: str) -> None:
        self.events.clear()
        self.call("Page.navigate", url=url)
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self._next())

    def run(self, script: str) -> Any:
        """The value of an expression in the page; a promise is awaited."""
        done = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in done, done
        return done["result"].get("value")

    def press(self, key: str, code: int, text: str = "") -> None:
        """A key, down and up, as a keyboard sends it."""
        common = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **common)
        self.call("Input.dispatchKeyEvent", type="keyUp", **common)

    def click(self, selector: str, number: int = 0) -> None:
        """A click with the mouse in the middle of an element."""
        x, y = self.run(
            f"(() => {{ const one = document.querySelectorAll({json.dumps(selector)})[{number}];"
            " one.scrollIntoView({block: 'center'});"
            " const box = one.getBoundingClientRect(); return [box.x + box.width / 2, box.y + 8]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def resize(self, width: int, height: int = 900) -> None:
        """The size of the window in CSS pixels."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def scheme(self, name: str, media: str = "screen") -> None:
        """What the user prefers, light or dark, and for print: the medium."""
        features = [{"name": "prefers-color-scheme", "value": name}]
        self.call("Emulation.setEmulatedMedia", media=media, features=features)

    def printed(self, width: float = 8.27, height: float = 11.69) -> int:
        """The pages of a PDF; the paper is in inches, A4 if not given."""
        self.call("Emulation.setEmulatedMedia", media="", features=[])
        made = self.call("Page.printToPDF", paperWidth=width, paperHeight=height)["data"]
        return len(re.findall(rb"/Type /Page\b", base64.b64decode(made)))

    def complaints(self) -> list[str]:
        """What the console, the log (the Content Security Policy among it) and uncaught errors said."""
        kinds = ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded")
        return [json.dumps(event) for event in self.events if event.get("method") in kinds]

    def requests(self) -> list[str]:
        """The addresses that were asked for, the page's own among them."""
        sent = (event["params"] for event in self.events if event.get("method") == "Network.requestWillBeSent")
        return [one["request"]["url"] for one in sent]

    def close(self) -> None:
        """End the browser."""
        self._process.terminate()
        self._process.wait()
        os.close(self._write)
        os.close(self._read)

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            assert select.select([self._read], [], [], HANGS)[0], "Chromium does not answer"
            more = os.read(self._read, 1 << 16)
            assert more, "Chromium has ended"
            self._buffer += more
        message, self._buffer = self._buffer.split(b"\0", 1)
        return dict(json.loads(message))
