// Conveniences only; every page works without it.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-phrase]");
  if (!button) return;
  const area = button.closest("form").querySelector("textarea");
  area.value = area.value ? area.value.trimEnd() + button.dataset.phrase : button.dataset.phrase;
  area.focus();
});
// A draft that was changed is not left by accident.
document.querySelectorAll("form[data-guard]").forEach((form) => {
  let changed = false;
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
});
// Each act once: a second click on a slow page would only read a refusal.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  window.addEventListener("pageshow", () => { delete form.dataset.sent; });
});
// Progress is read again while something runs.
const running = document.querySelector("[data-refresh]");
if (running) setTimeout(() => location.reload(), Number(running.dataset.refresh) * 1000);
// The narrow navigation starts folded.
const fold = document.querySelector(".nav details");
if (fold && window.matchMedia("(max-width: 760px)").matches) fold.open = false;
