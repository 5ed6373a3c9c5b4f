"""What Lighthouse says about the built site on a phone: python -m tools.lighthouse [pages]

It serves _build/html as a static host does, with gzip, and prints for each page the middle one of
three runs, in points of 100, then what costs points. It needs Node.js and Chromium or Chrome, and
loads Lighthouse at its first run. The points for speed depend on the machine: let it rest.
"""

import gzip
import json
import os
import shutil
import subprocess
import sys
import threading
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tools import chromium
from website.find_pages import ROOT

SITE = Path(os.environ.get("LOSSBOOK_SITE", ROOT / "_build" / "html")).resolve()
LIGHTHOUSE = ["npx", "--yes", "lighthouse@13.5.0"]
CATEGORIES = ["performance", "accessibility", "best-practices", "seo"]
RUNS = 3
TEXTS = ("text/", "application/json", "application/javascript", "image/svg", "application/xml")


@cache
def compressed(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), 9)


class StaticHost(SimpleHTTPRequestHandler):
    """Files with gzip, which a browser may keep."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = Path(self.translate_path(self.path))
        kind = self.guess_type(path)
        if not path.is_file() or not kind.startswith(TEXTS):
            return super().do_GET()
        body = compressed(path)
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def end_headers(self):
        self.send_header("Cache-Control", "max-age=600")
        super().end_headers()

    def log_message(self, *_):
        pass


def heaviest(count: int) -> list[str]:
    pages = (SITE / "chapters").rglob("*.html")
    return [
        str(page.relative_to(SITE)) for page in sorted(pages, key=lambda it: -len(compressed(it)))
    ][:count]


def report(url: str, chrome: str) -> dict:
    """One run: the report as Lighthouse writes it."""
    done = subprocess.run(
        [
            *LIGHTHOUSE,
            url,
            "--output=json",
            "--quiet",
            f"--only-categories={','.join(CATEGORIES)}",
            "--chrome-flags=--headless=new --no-sandbox",
        ],
        env=os.environ | {"CHROME_PATH": chrome},
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(done.stdout)


def complaints(found: dict) -> list[str]:
    """The audits that count and fall short."""
    audits = [
        found["audits"][audit["id"]]
        for category in found["categories"].values()
        for audit in category["auditRefs"]
        if audit["weight"]
    ]
    return [
        f"{audit['title']} {audit.get('displayValue', '')}".strip()
        for audit in audits
        if audit["score"] is not None and audit["score"] < 0.9
    ]


def main(pages: list[str]):
    chrome = chromium.executable()
    if chrome is None or shutil.which("npx") is None:
        sys.exit("this needs Node.js and Chromium or Chrome")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(StaticHost, directory=str(SITE)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"{'page':50}", *(f"{category:>15}" for category in CATEGORIES))
    for page in pages:
        address = f"http://127.0.0.1:{server.server_port}/{page}"
        runs = sorted((report(address, chrome) for _ in range(RUNS)), key=speed)
        middle = runs[RUNS // 2]
        points = (100 * middle["categories"][name]["score"] for name in CATEGORIES)
        print(f"{page:50}", *(f"{value:15.0f}" for value in points))
        for line in complaints(middle):
            print(f"    {line}")


def speed(found: dict) -> float:
    return found["categories"]["performance"]["score"]


if __name__ == "__main__":
    main(sys.argv[1:] or ["chapters/index.html", *heaviest(2)])
