"""A Sphinx extension: the figures and equations of page 3.2 are numbered 3.2.1, 3.2.2, …"""

import re


def number_by_page(app, env):
    """Sphinx would count through the whole book.

    The page's number stands at the start of its title; on a page without one the count stands
    alone.
    """
    for page, kinds in env.toc_fignumbers.items():
        section = re.match(r"(\d+)\.(\d+) ", env.titles[page].astext())
        for numbers in kinds.values():
            for count, name in enumerate(numbers, start=1):
                numbers[name] = (*section.groups(), count) if section else (count,)
    return list(env.toc_fignumbers)


def setup(app):
    # After Sphinx's own handler, whose priority is 500.
    app.connect("env-get-updated", number_by_page, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
