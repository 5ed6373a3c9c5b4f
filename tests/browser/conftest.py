"""What all browser tests share: the built site on a small server, and pages of a real browser."""

import re
import threading
from functools import partial
from urllib.parse import urljoin

import pytest

from tests.support.browser import MOUNT, Server, StaticHost, come_near, said
from tests.support.site import SITE
from tools import chromium


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
        yield partial(playwright.chromium.launch, executable_path=chromium.executable())


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


@pytest.fixture
def open_figure(open_page):
    """As open_page, for a page with an explorable figure, which is drawn when it is near."""

    def open_(path, *, javascript=True, **options):
        page = open_page(path, javascript=javascript, **options)
        if javascript:
            come_near(page)
        return page

    return open_
