"""A page as a browser parses it."""

from html.parser import HTMLParser

VOID = {"meta", "img", "br", "link", "input", "hr"}


class Page(HTMLParser):
    """Elements, ids and addresses of a page; it fails on tags that do not pair."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.ids, self.addresses, self.images, self.text, self.elements = [], [], [], [], [], []
        self._open = []
        self.feed(html)
        self.close()
        assert not self._open

    def handle_starttag(self, tag, attrs):
        self._note(tag, dict(attrs))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self._note(tag, dict(attrs))

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        if self._open[-1:] != ["style"]:
            self.text.append(data)

    @property
    def words(self):
        """The text of the page with single spaces."""
        return " ".join(" ".join(self.text).split())

    def _note(self, tag, attrs):
        self.tags.append(tag)
        self.elements.append((tag, attrs))
        self.ids += [attrs["id"]] if "id" in attrs else []
        self.addresses += [attrs[name] for name in ("src", "href", "xlink:href", "srcset") if name in attrs]
        self.images += [attrs] if tag == "img" else []
