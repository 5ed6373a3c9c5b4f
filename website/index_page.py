"""A Sphinx extension: the index says where it leads, "3.2", in place of Sphinx's "[1]".

The names of lossbook have their own list, on the page of the module.
"""

import re

API = "chapters/appendix/api"


def short_name(env, page: str) -> str:
    """3.2 for a page with a number, the title up to a colon for another."""
    title = env.titles[page].astext()
    number = re.match(r"\d+\.\d+(?= )", title)
    return number[0] if number else title.partition(":")[0]


def name_the_places(app, page, template, context, doctree):
    if template != "genindex.html":
        return
    pages = {app.builder.get_target_uri(name): name for name in app.env.found_docs}

    def places(links):
        """(is it the definition, address, name) of each link, in the order of the book."""
        found = []
        for main, address in links:
            target = pages[address.partition("#")[0]]
            if target != API:
                found.append((main, address, short_name(app.env, target)))
        return sorted(found, key=lambda place: (not place[0], not place[2][0].isdigit(), place[2]))

    letters = []
    for letter, entries in context["genindexentries"]:
        kept = []
        for term, (links, parts, _) in entries:
            parts = [(part, places(links_of_part)) for part, links_of_part in parts]
            parts = [(part, found) for part, found in parts if found]
            if (found := places(links)) or parts:
                kept.append((term, found, parts))
        if kept:
            letters.append(("0–9" if letter == "Symbols" else letter, kept))
    context["genindexentries"] = letters


def setup(app):
    app.connect("html-page-context", name_the_places)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
