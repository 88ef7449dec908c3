"""Renders the pages of screens.tsv and packs them, with the boxes of their controls, as a zip.

The layout is that of ScreenSpot: screens/NAME.png and screens.json. Same packages, browser and
fonts: same bytes. Needs the Debian packages chromium, fonts-liberation and fonts-dejavu-core, the
Python packages pillow and playwright, and `apt-get update` run once before.
"""

import argparse
import collections
import csv
import dataclasses
import datetime
import hashlib
import io
import json
import pathlib
import re
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Mapping

import fetching
from PIL import Image
from playwright.sync_api import BrowserContext, Page, Route, sync_playwright

HERE = pathlib.Path(__file__).parent
PAGES = ["sqlite3-doc", "python3.11-doc", "postgresql-doc-15", "libjs-jquery-ui-docs"]
SCRIPTS = [
    "libjs-jquery", "libjs-jquery-ui", "libjs-jquery-mousewheel", "libjs-underscore",
    "node-requirejs",
]  # fmt: skip
# The demos ask for require.js where the package that brings it does not put it.
MOVED = {"usr/share/nodejs/require.js": "usr/share/nodejs/requirejs/require.js"}

HOST = "http://docs.invalid"  # never looked up: every request is answered from the packages
VIEWPORT = {"width": 1120, "height": 840}  # pixels, multiples of 28
TODAY = datetime.datetime(2024, 3, 6, 12, 0, tzinfo=datetime.UTC)
SETTLING_MILLISECONDS = 200
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-lcd-text",
    "--font-render-hinting=none", "--num-raster-threads=1", "--disable-partial-raster",
]  # fmt: skip
COLOURS = 64

FEWEST, MOST = 4, 8  # targets on a page
MOST_WIDGETS = 4  # of them without text of their own
MOST_REPEATS = 5  # of a request over all screens, once a screen has its fewest
SMALLEST = 8  # pixels, of a side of a target
CLOSEST = 12  # pixels between the centres of two targets
LONGEST_NAME = 48

# What a person would ask for. Kinds with two sentences alternate by the name of the target.
REQUESTS = {
    "link": ['open the "{}" page', 'go to "{}"'],
    "section link": ['jump to "{}"', 'scroll to the "{}" part'],
    "outward link": ['follow the link "{}"'],
    "button": ['press the "{}" button', 'click "{}"'],
    "field": ['click into the "{}" field', 'put the cursor in the "{}" box'],
    "list": ['open the "{}" list'],
    "checkbox": ['tick "{}"'],
    "radio": ['select "{}"'],
    "fold": ['show or hide "{}"'],
    "menu item": ['choose "{}" in the menu'],
    "day": ["pick day {} in the calendar"],
    "previous month": ["show the previous month"],
    "next month": ["show the next month"],
    "step up": ['raise the value of "{}"'],
    "step down": ['lower the value of "{}"'],
}
REQUESTS_BY_NAME = {
    "next": "go to the next page",
    "prev": "go back to the previous page",
    "previous": "go back to the previous page",
    "up": "go one level up",
    "home": "go to the home page",
    "index": "open the index",
    "modules": "open the list of modules",
    "close": "close the dialog",
    "go": "start the search",
}


@dataclasses.dataclass(frozen=True)
class Target:
    """A control on a screen: `box` is left, top, right, bottom in pixels of the window."""

    kind: str
    name: str
    hasText: bool
    exact: bool
    box: list[float]

    @property
    def pixels(self) -> list[int]:
        """The box as ScreenSpot writes it: left, top, width, height."""
        left, top, right, bottom = (round(edge) for edge in self.box)
        return [left, top, right - left, bottom - top]

    @property
    def is_usable(self) -> bool:
        sides = self.pixels[2:]
        nameable = re.search(r"\w", self.name) and len(self.name) <= LONGEST_NAME
        telling = self.kind == "day" or (len(self.name) > 1 and '"' not in self.name)
        return bool(self.exact and nameable and telling and all(side >= SMALLEST for side in sides))

    @property
    def identity(self) -> tuple[str, str]:
        """What a person tells targets apart by: not button from link, nor `int` from `int()`."""
        kind = "go on" if self.kind == "button" or "link" in self.kind else self.kind
        return kind, re.sub(r"\W+", "", self.name.casefold())

    @property
    def instruction(self) -> str:
        if self.kind in ("link", "button") and self.name.lower() in REQUESTS_BY_NAME:
            return REQUESTS_BY_NAME[self.name.lower()]
        sentences = REQUESTS[self.kind]
        return sentences[digest(self.name) % len(sentences)].format(self.name)

    def is_near(self, other: "Target") -> bool:
        across, down = (
            abs(self.box[axis] + self.box[axis + 2] - other.box[axis] - other.box[axis + 2]) / 2
            for axis in (0, 1)
        )
        return across < CLOSEST and down < CLOSEST


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("archive", nargs="?", type=pathlib.Path, default=HERE / "screens.zip")
    parser.add_argument("--browser", default=shutil.which("chromium"), help="path of chromium")
    options = parser.parse_args()
    if options.browser is None:
        sys.exit("chromium is not installed; install it or name a browser by --browser")
    with tempfile.TemporaryDirectory() as scratch:
        roots = [fetching.debian_package(name, pathlib.Path(scratch)) for name in PAGES + SCRIPTS]
        screens, targets = render(read_list(), roots, options.browser)
    options.archive.write_bytes(pack(screens, targets))
    size = options.archive.stat().st_size
    print(f"{len(screens)} screens, {len(targets)} targets in {options.archive}, {size} bytes")


def read_list() -> list[dict[str, str]]:
    with (HERE / "screens.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def render(
    rows: list[dict[str, str]], roots: list[pathlib.Path], browser_path: str
) -> tuple[dict[str, bytes], list[dict[str, object]]]:
    """The pictures by name, and the targets on them in ScreenSpot's form."""
    screens, records = {}, []
    asked: collections.Counter[str] = collections.Counter()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS)
        context = browser.new_context(viewport=VIEWPORT, locale="en-GB", timezone_id="UTC")
        context.add_init_script("Math.random = () => 0.5")  # the sponsors of SQLite are shuffled
        answer_from(roots, context)
        for row in rows:
            page = context.new_page()
            show(page, row)
            targets = choose(row["name"], find_targets(page), asked)
            asked.update(target.instruction for target in targets)
            if len(targets) < FEWEST:
                sys.exit(f"{row['name']}: only {len(targets)} targets, at least {FEWEST} wanted")
            screens[row["name"]] = small_png(page.screenshot())
            records += [record(row, target) for target in targets]
            page.close()
        browser.close()
    return screens, records


def answer_from(roots: list[pathlib.Path], context: BrowserContext) -> None:
    """Answers every request of the browser from the unpacked packages, and none from elsewhere."""

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(HOST + "/").split("?")[0].split("#")[0]
        files = [root / MOVED.get(path, path) for root in roots]
        file = next((file for file in files if file.is_file()), None)
        if file is None or not route.request.url.startswith(HOST):
            route.fulfill(status=404)
        else:
            route.fulfill(path=file)

    context.route("**/*", answer)


def show(page: Page, row: dict[str, str]) -> None:
    """Opens the page of `row`, scrolls to its place and presses what it names."""
    page.clock.set_fixed_time(TODAY)
    page.goto(f"{HOST}/usr/share/doc/{row['page']}", wait_until="load")
    page.wait_for_function("!document.documentElement.classList.contains('demo-loading')")
    page.evaluate("y => scrollTo(0, y)", int(row["scroll"]))
    page.evaluate("if (window.jQuery) jQuery.fx.off = true")  # the clock stands: so would fades
    if row["press"]:
        page.click(row["press"])
    page.mouse.move(0, VIEWPORT["height"] - 1)
    page.wait_for_timeout(SETTLING_MILLISECONDS)


def find_targets(page: Page) -> list[Target]:
    found = page.evaluate((HERE / "find_targets.js").read_text(encoding="utf-8"))
    return [Target(**target) for target in found]


def choose(screen: str, targets: list[Target], asked: Mapping[str, int]) -> list[Target]:
    """Up to `MOST` usable targets that nothing else on the screen can be taken for.

    What was asked for on earlier screens, as the menu at the top of every page, comes last.
    """
    names = collections.Counter(target.identity for target in targets)
    unique = [t for t in targets if t.is_usable and names[t.identity] == 1]
    shuffled = sorted(unique, key=lambda t: (asked[t.instruction], digest(f"{screen} {t.name}")))
    widgets = [target for target in shuffled if not target.hasText][:MOST_WIDGETS]
    chosen: list[Target] = []
    for target in widgets + [target for target in shuffled if target.hasText]:
        clashes = any(
            target.is_near(other) or target.instruction == other.instruction for other in chosen
        )
        room = MOST if asked[target.instruction] < MOST_REPEATS else FEWEST
        if len(chosen) < room and not clashes:
            chosen.append(target)
    return sorted(chosen, key=lambda target: (target.box[1], target.box[0]))


def record(row: dict[str, str], target: Target) -> dict[str, object]:
    return {
        "img_filename": f"{row['name']}.png",
        "instruction": target.instruction,
        "bbox": target.pixels,
        "data_type": "text" if target.hasText else "icon",
        "data_source": row["package"],
    }


def small_png(screenshot: bytes) -> bytes:
    """The screenshot with few colours: text and flat areas need no more, and half the bytes."""
    with Image.open(io.BytesIO(screenshot)) as image:
        few = image.convert("RGB").quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=0)
    buffer = io.BytesIO()
    few.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def pack(screens: dict[str, bytes], records: list[dict[str, object]]) -> bytes:
    lines = ",\n".join(json.dumps(record, ensure_ascii=False) for record in records)
    members = {f"screens/{name}.png": screens[name] for name in sorted(screens)}
    members["screens.json"] = f"[\n{lines}\n]\n".encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name)  # its time is the first a zip can hold
            entry.external_attr = 0o644 << 16
            kind = zipfile.ZIP_DEFLATED if name.endswith(".json") else zipfile.ZIP_STORED
            archive.writestr(entry, content, compress_type=kind)
    return buffer.getvalue()


def digest(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])


if __name__ == "__main__":
    main()
