"""What tests of static pages share: hostile words, an independent reader of HTML, a bare page in the browser."""

from html.parser import HTMLParser

NASTY = '<script>alert(1)</script>"\'><img src=x onerror=alert(1)>&amp;'


class Reading(HTMLParser):
    """What an independent reader finds in HTML: tags, attributes, text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags, self.attributes, self.parts = [], [], []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.parts.append(data)

    @property
    def text(self) -> str:
        return "".join(self.parts)

    def having(self, name: str) -> list[dict]:
        return [held for _, held in self.attributes if name in held]


def page_of(browser, source: str, *, width: int = 900, scheme: str = "light", **more):
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, **more)
    page = context.new_page()
    page.set_content('<!doctype html><html lang="en"><head><title>View</title></head>'
                     f"<body><main><h1>Page</h1><h2>Part</h2>{source}</main></body></html>")
    return page
