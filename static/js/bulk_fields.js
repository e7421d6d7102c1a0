// 批量更正 asks only for what the chosen field needs; without a script every field is there.
(() => {
  const form = document.querySelector("form[data-bulk-fields]");
  if (!form) return;
  const chosen = ["retention_code", "use_scope"]; // fields with a list of their own
  const written = ["date", "page_count"]; // fields whose writing is told

  function show(name, isShown) {
    const control = form.elements[name];
    const box = control && control.closest && control.closest(".field");
    if (box) box.hidden = !isShown;
  }

  function hint(name, isShown) {
    const told = document.getElementById(`id_${name}_helptext`);
    if (told) told.hidden = !isShown;
  }

  function suit() {
    const field = form.elements.field.value;
    const isListed = chosen.includes(field);
    const isReplaced = !isListed && form.elements.how.value === "replace";
    chosen.forEach((name) => show(name, name === field));
    show("how", !isListed);
    if (isListed) form.elements.how.value = "fill";
    show("value", !isListed);
    show("find", isReplaced);
    hint("find", false); // it stands there only where it is needed
    hint("value", written.includes(field));
  }

  form.addEventListener("change", suit);
  suit();
})();
