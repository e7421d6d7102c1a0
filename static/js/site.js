// Conveniences only; every page works without it.
// In a scope of its own: pages load several scripts, and a name declared in two of them stops the second one whole.
(() => {
  // A phrase takes the place of those that stood in the box; what was written is added to.
  function isOnlyPhrases(area, phrases) {
    let left = area.value.trim();
    const offered = [...phrases.querySelectorAll("[data-phrase]")].map((one) => one.dataset.phrase);
    for (const one of offered.sort((a, b) => b.length - a.length)) left = left.split(one).join("");
    return left.trim() === "";
  }
  // Where the phrase is a conclusion in so many words, it is chosen too; what was chosen already stays.
  function conclude(form, phrase) {
    const radios = [...form.querySelectorAll("input[type=radio][name$=result]")], said = phrase.split(/[，。]/)[0];
    if (radios.some((one) => one.checked)) return;
    const meant = radios.find((one) => one.closest("label") && one.closest("label").textContent.trim() === said);
    if (!meant) return;
    meant.checked = true;
    meant.dispatchEvent(new Event("change", { bubbles: true }));
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-phrase]");
    if (!button) return;
    const area = button.closest("form").querySelector("textarea, input[name$=note]");
    const added = area.value.trimEnd() + button.dataset.phrase;
    area.value = isOnlyPhrases(area, button.parentElement) ? button.dataset.phrase : added;
    area.dispatchEvent(new Event("input", { bubbles: true }));
    conclude(button.closest("form"), button.dataset.phrase);
    area.focus();
  });
  // Each act once: a second click on a slow page would only read a refusal.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    window.addEventListener("pageshow", () => { delete form.dataset.sent; });
  });
  // Progress is read again while something runs; it is no sign that somebody is there, and touches nothing half typed.
  const running = document.querySelector("[data-refresh]");
  let typing = false;
  document.addEventListener("input", () => { typing = true; });
  async function again() {
    if (typing) return;
    const answer = await fetch(location.href, { headers: { "X-Egov-Refresh": "1" } });
    if (answer.redirected || !answer.ok) { location.reload(); return; }
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (typing) return;
    if (!fresh.querySelector("[data-refresh]")) { location.reload(); return; }
    const held = document.activeElement && document.activeElement.id;
    const open = [...document.querySelectorAll("main details[id][open]")].map((one) => one.id);
    document.querySelector("main").replaceWith(fresh.querySelector("main"));
    open.forEach((id) => { const one = document.getElementById(id); if (one) one.open = true; });
    if (held && document.getElementById(held)) document.getElementById(held).focus();  // who goes by keyboard stays where he was
    soon();
  }
  function soon() { setTimeout(() => again().catch(soon), Number(running.dataset.refresh) * 1000); }
  if (running) soon();
  // The narrow navigation starts folded.
  const fold = document.querySelector(".nav details");
  if (fold && window.matchMedia("(max-width: 760px)").matches) fold.open = false;

  // What went wrong has the focus when the page opens (autofocus), perhaps before the styles moved it: it is brought into sight.
  window.addEventListener("load", () => {
    const told = document.activeElement;
    if (told && told.matches(".summary[autofocus]")) told.scrollIntoView({ block: "center" });
  });
})();
