"""Browsers in words: what a person knows their own one by, from what it calls itself."""

from dialogen.languages import gettext

#: What a browser's name for itself holds, and what people call it. Most of them name others too, so the order counts.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Vivaldi/", "Vivaldi"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def browser_in_words(name: str | None) -> str:
    """Return e.g. «Firefox på Windows» for what a browser called itself; a guess, since it may say what it likes."""
    browser = next((words for sign, words in _BROWSERS if sign in (name or "")), gettext("Ukjent nettleser"))
    system = next((words for sign, words in _SYSTEMS if sign in (name or "")), None)
    return browser if system is None else gettext("%(browser)s på %(system)s", browser=browser, system=system)
