// Smooths what works without it. After a change in place: the errors of a form get the focus, and a text that is marked
// for it is read aloud.
"use strict";

const tell = (root) => {
  const live = document.getElementById("live");
  const text = root.querySelector("[data-tell]")?.textContent.trim().replace(/\s+/g, " ");
  if (live && text) {
    live.textContent = text;
  }
};

const focusErrors = (root) => root.querySelector(".ds-error-summary")?.focus();

document.addEventListener("DOMContentLoaded", () => focusErrors(document));

document.addEventListener("htmx:before:request", (event) => {
  event.detail.ctx.target?.setAttribute?.("aria-busy", "true");
});

document.addEventListener("htmx:after:swap", () => {
  document.querySelectorAll("[aria-busy=true]").forEach((each) => each.removeAttribute("aria-busy"));
  focusErrors(document);
  tell(document);
});
