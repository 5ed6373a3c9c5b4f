"""What browser tests share: a small server for the built site, and how a page is laid out."""

import re
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

from tests.support.site import PAGES, SITE
from website.find_pages import ROOT

NOTEBOOKS = [page for page in PAGES if (ROOT / f"{page}.ipynb").is_file()]

# The last one stands for a dead link: what a reader sees who follows it.
EVERY = [*PAGES, "search", "no/such/page"]
MOUNT = "/book/"  # a sub-path, as on most static hosts: a link to the host's root is a fault


class StaticHost(SimpleHTTPRequestHandler):
    """The site below MOUNT, and its 404 page for everything else, as static hosts have it."""

    protocol_version = "HTTP/1.1"

    def translate_path(self, path):
        if not path.startswith(MOUNT):
            return ""
        return super().translate_path("/" + path.removeprefix(MOUNT))

    def end_headers(self):
        self.send_header("Cache-Control", "max-age=600")  # as static hosts have it
        super().end_headers()

    def send_error(self, code, message=None, explain=None):
        page = SITE / "404.html"
        if code != 404 or not page.is_file():
            return super().send_error(code, message, explain)
        # Its links begin with the path of the address that the site was built for.
        text = page.read_text(encoding="utf-8")
        built_for = re.search(r'href="([^"]*/)_static/', text)[1]
        body = text.replace(f'"{built_for}', f'"{MOUNT}').encode()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """Nothing: a browser that leaves a page drops what it was loading."""


def said(message) -> str:
    """A message of the console, with the address of what it is about."""
    return f"{message.text} ({message.location['url']})"


def lay_out(page):
    """Lay out the whole page: sections that are far from the reader would wait a moment."""
    page.evaluate("document.documentElement.classList.add('laid-out')")


SETTLED = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  await document.fonts.ready;
  await frame();
  await frame();
  await new Promise(requestIdleCallback);
}"""


def settle(page):
    """Wait until the fonts are there, all is drawn, and the page has nothing to do."""
    page.evaluate(SETTLED)


OPEN_ALL = """() => {
  for (const it of document.querySelectorAll("details")) it.open = true;
}"""


def come_near(page):
    """Scroll to the explorable figure of a page, and wait until it is drawn."""
    lay_out(page)
    page.locator(".explorable").evaluate("it => it.scrollIntoView()")
    page.locator(".explorable-numbers").wait_for()
