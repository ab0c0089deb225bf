"""A person without a mouse: moves with keys alone and looks at what has the focus at every stop."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from playwright.sync_api import FileChooser, Locator, Page

LIMIT = 160

#: What is wrong with the element that has the focus, and with how the one before lost it.
STOP = """(back) => {
    const element = document.activeElement;
    const before = window.keyboardStop;
    const troubles = [];
    const look = (one) => {
        const style = getComputedStyle(one);
        return [style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow].join(" ");
    };
    const name = (one) => `${one.tagName.toLowerCase()}.${one.className} “${
        (one.ariaLabel || one.labels?.[0]?.textContent || one.textContent || one.name || one.title || "")
            .trim().replace(/\\s+/g, " ").slice(0, 40)}”`;
    const gone = before?.sign?.isConnected && before.element !== element && !before.sign.contains(element);
    if (gone && look(before.sign) === before.look)
        troubles.push(`${before.name} looks with focus as without`);
    if (!element || element === document.body) {
        window.keyboardStop = null;
        return { name: "", outside: true, there: false, troubles };
    }
    const inFrame = element.tagName === "IFRAME";
    const near = [element, element.nextElementSibling, element.parentElement,
        element.parentElement?.parentElement].filter(Boolean);
    const sign = near.find((one) => {
        const style = getComputedStyle(one);
        const box = one.getBoundingClientRect();
        return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
            && style.visibility === "visible" && +style.opacity && box.width > 2 && box.height > 2;
    });
    if (!sign && !inFrame) troubles.push("nothing shows the focus");
    const shown = sign || element;
    const whole = shown.getBoundingClientRect();
    const boxes = [...shown.getClientRects()].filter((box) => box.width > 1 && box.height > 1);
    const width = document.documentElement.clientWidth, height = window.innerHeight;
    if (!boxes.length) troubles.push("it is hidden");
    else if ((whole.height < height && (whole.top < -1 || whole.bottom > height + 1))
        || (whole.width < width && (whole.left < -1 || whole.right > width + 1)))
        troubles.push(`part of it is out of sight (${[whole.left, whole.top, whole.right, whole.bottom]})`);
    else {
        const box = boxes[0];
        const inside = (low, high, edge) => Math.min(Math.max((low + high) / 2, 1), edge - 1);
        const x = inside(Math.max(box.left, 0), Math.min(box.right, width), width);
        const y = inside(Math.max(box.top, 0), Math.min(box.bottom, height), height);
        const hit = document.elementFromPoint(x, y);
        const own = [shown, element, element.closest("label"), ...(element.labels || [])];
        if (!hit || !(own.some((one) => one?.contains(hit)) || hit.contains(element)))
            troubles.push(`it is covered by ${hit ? name(hit) : "nothing that can be seen"}`);
    }
    const over = !!element.closest("[popover], dialog, .skip");
    const { left, right } = whole;
    const place = { left, right, top: whole.top + scrollY, bottom: whole.bottom + scrollY };
    const last = before?.place;
    if (last && !over && !before.over && !back && before.element !== element) {
        const row = Math.min(place.bottom, last.bottom) - Math.max(place.top, last.top);
        const leftOf = place.right <= last.left + 1;
        if (leftOf && (place.bottom <= last.top + 1 || row > (last.bottom - last.top) / 2))
            troubles.push(`it comes after ${before.name}, against the order of reading`);
    }
    window.keyboardStop = { element, sign, look: sign && look(sign), place, over, name: name(element) };
    return { name: name(element), outside: false, there: element === window.keyboardGoal, troubles };
}"""
POSITIVE = "[...document.querySelectorAll('[tabindex]')].filter((one) => one.tabIndex > 0).length"


@dataclass
class Keyboard:
    """Somebody at the keys of a window; what is wrong at a stop is kept in ``troubles``."""

    page: Page
    site_url: str
    troubles: list[str] = field(default_factory=list)
    stops: int = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def look(self, back: bool = False) -> dict[str, object]:
        """What has the focus now; its troubles are noted."""
        stop: dict[str, object] = self.page.evaluate(STOP, back)
        self.stops += 1
        path = self.page.url.removeprefix(self.site_url)
        self.troubles += [f"{path}: {stop['name']}: {what}" for what in stop["troubles"]]  # type: ignore[attr-defined]
        return stop

    def open(self, path: str) -> None:
        self.page.goto(self.site_url + path)
        self.skip()

    def skip(self) -> None:
        """The first stop is the link past the header; an address may lead further down by itself."""
        if "#" in self.page.url:
            return
        self.press("Tab")
        assert self.page.evaluate("document.activeElement.matches('.skip')"), self.page.url
        self.look()
        self.press("Enter")

    def to(self, target: Locator, back: bool = False) -> None:
        """Goes on with Tab (back: with Shift+Tab) until the target has the focus."""
        target.first.evaluate("(one) => { window.keyboardGoal = one }")
        passed = []
        for _ in range(LIMIT):
            if self.page.evaluate("document.activeElement === window.keyboardGoal"):
                return
            self.press("Shift+Tab" if back else "Tab")
            stop = self.look(back)
            passed.append(stop["name"])
            if stop["there"]:
                return
            if passed.count("") > 1:
                break  # once around the page
        raise AssertionError(f"{self.page.url}: the keys do not reach {target}; they pass {passed}")

    def enter(self, target: Locator, key: str = "Enter", back: bool = False) -> None:
        """Goes to a link or button and presses it; returns on the page that it leads to."""
        self.to(target, back)
        with self.page.expect_event("load"):
            self.press(key)

    def write(self, target: Locator, text: str) -> None:
        self.to(target)
        self.type(text)

    def day(self, target: Locator, day: date) -> None:
        """Types a date as this browser, an English one, asks for it."""
        self.to(target)
        self.press(*f"{day:%m%d%Y}")
        assert target.input_value() == f"{day:%Y-%m-%d}"

    def time(self, target: Locator, hour: int) -> None:
        """Types a full hour of the morning."""
        self.to(target)
        self.press(*f"{hour:02}00a")
        assert target.input_value() == f"{hour:02}:00"

    def tick(self, box: Locator) -> None:
        self.to(box)
        self.press("Space")
        assert box.first.is_checked()

    def choose(self, radio: Locator) -> None:
        """Goes to the group of a radio button and on to it with the arrows."""
        group = radio.first.evaluate("(one) => one.name")
        inside = "(name) => document.activeElement.name === name"
        for _ in range(LIMIT):
            if self.page.evaluate(inside, group):
                break
            self.press("Tab")
            self.look()
        self.press("Space")
        for _ in range(LIMIT):
            if radio.first.is_checked():
                self.look()
                return
            self.press("ArrowDown")
        raise AssertionError(f"{self.page.url}: the arrows do not reach {radio}")

    def select(self, target: Locator, label: str) -> None:
        """Goes down the options of a list until one holds ``label``."""
        self.to(target)
        self.press("Home")
        for _ in range(LIMIT):
            if label in target.first.evaluate("(one) => one.selectedOptions[0]?.textContent ?? ''"):
                return
            self.press("ArrowDown")
        raise AssertionError(f"{self.page.url}: no option “{label}” is reached")

    def file(self, target: Locator, key: str = "Space") -> FileChooser:
        """Opens the choice of a file as the keyboard does."""
        with self.page.expect_file_chooser() as chooser:
            self.to(target)
            self.press(key)
        return chooser.value

    def through(self) -> list[str]:
        """Goes with Tab through the whole page until the focus leaves it; the names of its stops."""
        assert self.page.evaluate(POSITIVE) == 0, f"{self.page.url}: an order of its own by tabindex"
        names: list[str] = []
        for _ in range(LIMIT * 2):
            self.press("Tab")
            stop = self.look()
            if stop["outside"]:
                return names
            names.append(str(stop["name"]))
        raise AssertionError(f"{self.page.url}: the focus never leaves; {names[-5:]}")
