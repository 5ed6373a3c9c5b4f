"""What all browser tests share: the built site on a small server, and pages of a real browser."""

import re
import threading
from functools import cache, partial
from urllib.parse import urljoin

import pytest

from tests.support.browser import MOUNT, Server, StaticHost, come_near, said
from tests.support.site import SITE
from tools import chromium

# A browser whose machine has no network: requests to other hosts fail, and are seen. To refuse them
# one by one with page.route would switch the browser's cache off.
NO_NETWORK = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"


@pytest.fixture(scope="package")
def site_url():
    """The address of the built site, served while the tests run."""
    server = Server(("127.0.0.1", 0), partial(StaticHost, directory=str(SITE)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}{MOUNT}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="package")
def launch():
    """Start Chromium, as the system has it."""
    from playwright.sync_api import sync_playwright  # absent where the browser tests are left out

    with sync_playwright() as playwright:
        yield partial(
            playwright.chromium.launch, executable_path=chromium.executable(), args=[NO_NETWORK]
        )


@pytest.fixture(scope="package")
def browser(launch):
    running = launch()
    yield running
    running.close()


@pytest.fixture(scope="package")
def new_window(browser, site_url):
    """A window with a memory of its own, which notes what its pages ask of others and what fails.

    Its lists are `foreign`, the requests to other hosts, and `errors`, of scripts and of loading.
    """
    host = site_url.removesuffix(MOUNT)
    foreign = re.compile(rf"^(?!{re.escape(host)}/|file:|data:|blob:|about:)")

    def note_request(window, request):
        if foreign.match(request.url):
            window.foreign.append(request.url)

    def note_message(window, message):
        if message.type == "error":
            window.errors.append(said(message))

    def open_(theme, width, javascript):
        window = browser.new_context(
            color_scheme=theme,
            viewport={"width": width, "height": 800},
            java_script_enabled=javascript,
        )
        window.on("request", partial(note_request, window))
        window.on("console", partial(note_message, window))
        window.on("weberror", lambda event: window.errors.append(str(event.error)))
        return window

    return open_


@pytest.fixture(scope="package")
def window(new_window):
    """The window that all tests share whose pages look so: to open one takes half a second."""
    return cache(new_window)


def note_anew(page):
    """What is asked and what fails from here on is noted for this page."""
    page.foreign, page.errors = page.context.foreign, page.context.errors = [], []


# An empty page and a refused one have no store.
FORGET = "() => { try { localStorage.clear(); } catch {} }"


@pytest.fixture
def open_page(window, new_window, site_url):
    """Open a page of the site in a tab of its own: ``open_page("index.html", theme="dark")``.

    ``page.foreign`` lists the requests to other hosts, ``page.errors`` what failed.
    ``path`` may be a whole address, too. What a page has stored is forgotten after the test;
    ``alone=True`` opens a window with an empty cache, where a test lays hand on the whole of it.
    """
    opened = []

    def open_(path, *, theme="light", width=1280, javascript=True, alone=False):
        page = (new_window if alone else window)(theme, width, javascript).new_page()
        opened.append((page, alone))
        note_anew(page)
        page.goto(urljoin(site_url, path))
        return page

    yield open_
    for page, alone in opened:
        page.evaluate(FORGET)
        (page.context if alone else page).close()


@pytest.fixture(scope="package")
def turn_to(window, site_url):
    """As open_page, in one tab for all tests that look at a page and leave nothing in it.

    Page after page: a tab of its own takes longer than the page.
    """

    @cache
    def tab(theme, width, javascript):
        return window(theme, width, javascript).new_page()

    def open_(path, *, theme="light", width=1280, javascript=True):
        page = tab(theme, width, javascript)
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=theme, media="screen")
        note_anew(page)
        page.goto(urljoin(site_url, path))
        return page

    return open_


@pytest.fixture
def open_figure(open_page):
    """As open_page, for a page with an explorable figure, which is drawn when it is near."""

    def open_(path, *, javascript=True, **options):
        page = open_page(path, javascript=javascript, **options)
        if javascript:
            come_near(page)
        return page

    return open_
