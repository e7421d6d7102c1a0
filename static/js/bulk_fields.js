// 批量更正 asks only for what the chosen field needs; without a script every field is there.
(() => {
  const form = document.querySelector("form[data-bulk-fields]");
  if (!form) return;
  const chosen = ["retention_code", "use_scope"]; // fields with a list of their own

  function show(name, isShown) {
    const control = form.elements[name];
    const box = control && control.closest && control.closest(".field");
    if (box) box.hidden = !isShown;
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
  }

  form.addEventListener("change", suit);
  suit();
})();
