"""What is measured of a page by script in the browser itself."""

#: Everything that the keyboard must reach; a group of radio buttons is one stop.
REACHABLE = """() => {
  const shown = each => each.checkVisibility({visibilityProperty: true}) && !each.closest("[inert]");
  const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
    .filter(each => !each.disabled && each.type !== "hidden" && each.tabIndex >= 0 && shown(each));
  const stop = each => each.type !== "radio" || each.checked
    || !all.some(other => other.type === "radio" && other.name === each.name && (other.checked || all.indexOf(other) < all.indexOf(each)));
  window.stops = all.filter(stop);
  window.walked = [];
  window.ringless = [];
  const say = each => each.outerHTML.slice(0, 120);
  document.body.tabIndex = -1;  // a form with errors begins in the middle: the walk begins at the top
  document.body.focus();
  document.addEventListener("focusin", event => {
    const each = event.target, look = getComputedStyle(each);
    window.walked.push(window.stops.indexOf(each));
    const outlined = look.outlineStyle !== "none" && parseFloat(look.outlineWidth) > 0;
    if (!outlined && look.boxShadow === "none") window.ringless.push(say(each));
  });
  return window.stops.map(say);
}"""
#: The stops of a walk that come before the content; there are none where the content is all there is.
BEFORE_CONTENT = "() => window.stops.filter(each => !each.closest('main')).length"
WALKED = "() => ({walked: window.walked, ringless: window.ringless})"
#: The stops of a walk that have no outline when the focus comes to them: all that forced colours leave of a ring.
UNRINGED = """() => window.stops.filter(each => {
  each.focus({focusVisible: true, preventScroll: true});
  const look = getComputedStyle(each);
  return look.outlineStyle === "none" || parseFloat(look.outlineWidth) === 0;
}).map(each => each.outerHTML.slice(0, 120))"""
#: Places where what is seen first does not come first in the text, or the other way round.
REORDERED = """() => [...document.querySelectorAll("main *, header *, footer *")].filter(each => {
  const look = getComputedStyle(each);
  return look.order !== "0" || look.flexDirection.endsWith("reverse") || each.tabIndex > 0;
}).map(each => each.outerHTML.slice(0, 120))"""
#: What stays in its place while the page moves: it could lie over what has the focus.
STANDING = """() => [...document.querySelectorAll("body *")]
  .filter(each => ["fixed", "sticky"].includes(getComputedStyle(each).position)).map(each => each.outerHTML.slice(0, 120))"""
TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
#: The words that can be read, once each. A heading of a column may give way to a name in each cell.
WORDS = """() => [...new Set(document.body.innerText.toLowerCase().match(/[\\p{L}\\p{N}]+/gu))]"""
#: WCAG 1.4.12, as the reader's own style sheet would set it.
SPACED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; } p { margin-bottom: 2em !important; }");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""
#: Texts of which a part is cut off. What is meant for readers aloud alone is a pixel large, and no loss.
CLIPPED = """() => [...document.querySelectorAll("body *")].filter(each => {
  const look = getComputedStyle(each), box = each.getBoundingClientRect();
  if (!["hidden", "clip"].includes(look.overflowX) || box.width <= 1 || box.height <= 1 || !each.innerText?.trim()) return false;
  return each.scrollWidth > each.clientWidth + 1 || each.scrollHeight > each.clientHeight + 1;
}).map(each => each.outerHTML.slice(0, 160))"""
#: Whether anything moves for longer than is noticed.
MOVING = """() => [...document.querySelectorAll("*")].filter(each => {
  const look = getComputedStyle(each);
  const longest = text => Math.max(...text.split(",").map(time => parseFloat(time) * (time.trim().endsWith("ms") ? .001 : 1)));
  return longest(look.transitionDuration) > .01 || (look.animationName !== "none" && longest(look.animationDuration) > .01);
}).map(each => each.outerHTML.slice(0, 120))"""
#: Marks of a state that have no edge of their own when all backgrounds are taken away, and nothing that is read.
UNMARKED = """() => [...document.querySelectorAll(".ds-alert, .ds-tag, .ds-error-summary, [aria-current], mark")].filter(each => {
  const look = getComputedStyle(each);
  const edged = ["Top", "Right", "Bottom", "Left"].some(side => parseFloat(look[`border${side}Width`]) > 0
    && look[`border${side}Style`] !== "none");
  const lined = look.textDecorationLine !== "none" || (look.outlineStyle !== "none" && parseFloat(look.outlineWidth) > 0);
  return each.checkVisibility() && !each.matches("mark") && !edged && !lined;
}).map(each => each.outerHTML.slice(0, 160))"""
#: What is seen on paper though nobody can press it there.
NOT_FOR_PAPER = """() => [...document.querySelectorAll("button, .ds-button, input, select, textarea, label, header a")]
  .filter(each => each.checkVisibility()).map(each => each.outerHTML.slice(0, 120))"""
#: Texts on paper that are not dark on light.
NOT_BLACK_ON_WHITE = """() => {
  const light = ([red, green, blue]) => (red * .2126 + green * .7152 + blue * .0722) / 255;
  const parts = colour => {
    const canvas = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true});
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const ground = each => {
    for (let at = each; at; at = at.parentElement) {
      const found = parts(getComputedStyle(at).backgroundColor);
      if (found[3] > 0) return found;
    }
    return [255, 255, 255, 255];
  };
  const says = each => [...each.childNodes].some(part => part.nodeType === 3 && part.data.trim());
  return [...document.querySelectorAll("body *")]
    .filter(each => each.checkVisibility() && says(each) && each.getBoundingClientRect().width > 1)
    .filter(each => light(parts(getComputedStyle(each).color)) > .35 || light(ground(each)) < .85)
    .map(each => each.outerHTML.slice(0, 160));
}"""
