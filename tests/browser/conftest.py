"""What all browser tests share: the built site behind a small server, and pages of a real browser.

Without Playwright, a browser or the site they are skipped; with REQUIRE_BROWSER=1 they fail.
"""

import os
import re
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urljoin

import chromium
import pytest
from test_site import PAGES, SITE

# The last one stands for a dead link: what a reader sees who follows it.
EVERY = [*PAGES, "search", "no/such/page"]
MOUNT = "/book/"  # a sub-path, as on most static hosts: a link to the host's root is a fault


def missing(what: str):
    """Skip, or fail where the browser tests have to run."""
    if os.environ.get("REQUIRE_BROWSER"):
        pytest.fail(what)
    pytest.skip(what)


class StaticHost(SimpleHTTPRequestHandler):
    """The site below MOUNT, and its 404 page for everything else, as static hosts have it."""

    protocol_version = "HTTP/1.1"

    def translate_path(self, path):
        if not path.startswith(MOUNT):
            return ""
        return super().translate_path("/" + path.removeprefix(MOUNT))

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


@pytest.fixture(scope="package")
def site_url():
    """The address of the built site, served while the tests run."""
    if not (SITE / "index.html").is_file():
        missing("no site: run `jupyter-book build .` first")
    server = Server(("127.0.0.1", 0), partial(StaticHost, directory=str(SITE)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}{MOUNT}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="package")
def launch():
    """Start Chromium, as the system has it."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("no Playwright: pip install -r tests/browser/requirements.txt")
    executable = chromium.executable()
    if executable is None:
        missing(f"no browser: none of {', '.join(chromium.NAMES)} is installed")
    with sync_playwright() as playwright:
        yield partial(playwright.chromium.launch, executable_path=executable)


@pytest.fixture(scope="package")
def browser(launch):
    running = launch()
    yield running
    running.close()


@pytest.fixture
def open_page(browser, site_url):
    """Open a page of the site in a window of its own: ``open_page("index.html", theme="dark")``.

    ``page.foreign`` lists the requests to other hosts, which are refused unless
    ``offline_outside=False``; ``page.errors`` the errors of scripts and of loading.
    ``path`` may be a whole address, too. ``with open_page(…) as page:`` closes the page early.
    """
    pages = []

    def open_(path, *, theme="light", width=1280, javascript=True, offline_outside=True):
        page = browser.new_page(
            color_scheme=theme,
            viewport={"width": width, "height": 800},
            java_script_enabled=javascript,
        )
        pages.append(page)
        host = site_url.removesuffix(MOUNT)
        foreign = re.compile(rf"^(?!{re.escape(host)}/|file:|data:|blob:|about:)")
        page.foreign, page.errors = [], []
        listen = page.context.on
        listen(
            "request",
            lambda request: foreign.match(request.url) and page.foreign.append(request.url),
        )
        listen(
            "console", lambda message: message.type == "error" and page.errors.append(said(message))
        )
        listen("weberror", lambda event: page.errors.append(str(event.error)))
        if offline_outside:
            page.context.route(foreign, lambda route: route.abort())
        page.goto(urljoin(site_url, path))
        return page

    yield open_
    for page in pages:
        page.close()


def said(message) -> str:
    """A message of the console, with the address of what it is about."""
    return f"{message.text} ({message.location['url']})"


@pytest.fixture
def open_figure(open_page):
    """As open_page, for a page with an explorable figure, which is drawn when it is near."""

    def open_(path, *, javascript=True, **options):
        page = open_page(path, javascript=javascript, **options)
        if javascript:
            come_near(page)
        return page

    return open_


def lay_out(page):
    """Lay out the whole page: sections that are far from the reader would wait a moment."""
    page.evaluate("document.documentElement.classList.add('laid-out')")


OPEN_ALL = """() => {
  for (const it of document.querySelectorAll("details")) it.open = true;
}"""


def come_near(page):
    """Scroll to the explorable figure of a page, and wait until it is drawn."""
    lay_out(page)
    page.locator(".explorable").evaluate("it => it.scrollIntoView()")
    page.locator(".explorable-numbers").wait_for()
