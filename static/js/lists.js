// Work lists by keys: j and k move, Enter opens (the title is a link), x ticks, / searches, ? explains. Never while typing.
// In a scope of its own: pages load several scripts, and a name declared in two of them stops the second one whole.
(() => {
  const TICK = "input[name=document], input[name=records]";
  const rows = () => [...document.querySelectorAll("tr[data-row]")];
  const dialog = document.getElementById("keys");
  const help = document.getElementById("keys-help");
  if (help && dialog && dialog.showModal) {
    help.hidden = false;
    help.addEventListener("click", () => dialog.showModal());
  }
  const print = document.getElementById("print-list");
  if (print) {
    print.hidden = false;
    print.addEventListener("click", () => window.print());
  }
  function here() {
    const all = rows();
    return all.indexOf(document.activeElement.closest ? document.activeElement.closest("tr[data-row]") : null);
  }
  function move(step) {
    const all = rows();
    if (!all.length) return;
    const at = here();
    const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + step));
    all[next].querySelector("a.title").focus();
    all[next].scrollIntoView({ block: "nearest" });
  }
  function tick() {
    const all = rows(), at = here();
    const box = at < 0 ? null : all[at].querySelector(TICK);
    if (box) { box.click(); return; }
    const many = document.getElementById("select-many");
    if (many && at >= 0) { sessionStorage.setItem("egov-tick", String(at)); many.click(); }
  }
  function typing(one) {
    return one.matches("input:not([type=checkbox]), textarea, select, [contenteditable]") || dialog?.open;
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || typing(event.target)) return;
    const does = {
      j: () => move(1),
      k: () => move(-1),
      x: tick,
      "/": () => document.getElementById("top-q")?.focus(),
      "?": () => dialog?.showModal?.(),
    }[event.key];
    if (!does) return;
    event.preventDefault();
    does();
  });
  // Ticking: how many, all of the page at once, and the row that was asked for by x.
  const all = document.getElementById("tick-all");
  const boxes = [...document.querySelectorAll(TICK)];
  const told = document.getElementById("ticked");
  function count() {
    const chosen = boxes.filter((one) => one.checked).length;
    if (told) told.textContent = chosen ? `已选 ${chosen} 件` : "";
    if (all) all.checked = chosen > 0 && chosen === boxes.length;
  }
  if (all) {
    all.closest("label").hidden = false;
    all.addEventListener("change", () => { boxes.forEach((one) => { one.checked = all.checked; }); count(); });
    boxes.forEach((one) => one.addEventListener("change", count));
    const wanted = sessionStorage.getItem("egov-tick");
    sessionStorage.removeItem("egov-tick");
    const row = wanted === null ? null : rows()[Number(wanted)];
    if (row) { row.querySelector("a.title").focus(); row.querySelector(TICK)?.click(); }
    count();
  }
})();
