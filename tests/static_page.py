"""What tests of static pages share: hostile words, an independent reader of HTML, a bare page and measures in the browser."""

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


# Words of a table that a line cuts in the middle; at a hyphen they may part.
CUT = r"""() => [...document.querySelectorAll('.kit-view-table :is(tbody th, td)')].flatMap(cell => {
  const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT), range = document.createRange(), cut = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode())
    for (const word of node.data.matchAll(/[\p{L}\p{N}]+/gu)) {
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      if (new Set([...range.getClientRects()].map(box => Math.round(box.top))).size > 1) cut.push(word[0]);
    }
  return cut;
})"""
# Tables that stick out of their page, and the lines of the tallest cell of a first column.
OUT = """() => [...document.querySelectorAll('.kit-view-table')].filter(
  table => table.getBoundingClientRect().width > table.parentElement.clientWidth).length"""
TALLEST = """() => Math.max(...[...document.querySelectorAll('tbody th > div')].map(
  part => Math.round(part.getBoundingClientRect().height / parseFloat(getComputedStyle(part).lineHeight))))"""
