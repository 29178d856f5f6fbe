// Smooths what works without it. After a change in place the errors of a form get the focus, and a text that is marked for
// it is read aloud; an answer that is no part of this page is gone to as a page of its own.
"use strict";

const focusErrors = () => document.querySelector(".ds-error-summary")?.focus();

const tell = () => {
  const live = document.getElementById("live");
  const text = document.querySelector("[data-tell]")?.textContent.trim().replace(/\s+/g, " ");
  if (live && text) {
    live.textContent = text;
  }
};

// A lost session leads to the sign-in page, which comes back here; a refusal has a page of its own that says why.
const isOfThisPage = ({ request, response }) => {
  if (response.raw.redirected && new URL(response.raw.url).pathname.startsWith("/sign-in")) {
    return false;
  }
  return response.status < 400 || response.status === 422 || request.method !== "GET";
};

document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  ctx.target?.setAttribute?.("aria-busy", "true");
});

document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  if (!isOfThisPage(ctx)) {
    event.preventDefault();
    window.location.assign(ctx.response.raw.redirected ? window.location.href : ctx.request.action);
  }
});

document.addEventListener("htmx:finally:request", () => {
  document.querySelectorAll("[aria-busy=true]").forEach((each) => each.removeAttribute("aria-busy"));
});

document.addEventListener("htmx:after:swap", () => {
  focusErrors();
  tell();
});
