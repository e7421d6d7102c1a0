// 照上一件: in the form of one item, Ctrl+' puts the value of the item entered before into the field one stands in.
(() => {
  const form = document.querySelector("form[data-above]");
  const above = new Map([...document.querySelectorAll("#above data")].map((one) => [one.dataset.name, one.value]));
  if (!form || !above.size) return;
  document.getElementById("above-told").hidden = false;
  form.addEventListener("keydown", (event) => {
    if (!event.ctrlKey || event.key !== "'" || !above.has(event.target.name)) return;
    event.preventDefault();
    event.target.value = above.get(event.target.name);
    event.target.dispatchEvent(new Event("input", { bubbles: true }));
  });
})();
