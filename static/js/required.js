// What the browser says of an empty or wrong field is said in the product's words, whatever language the browser has.
(() => {
  function nameOf(control) {
    const label = control.labels && control.labels[0];
    const legend = control.closest("fieldset") && control.closest("fieldset").querySelector("legend");
    // of a group the label is that of one choice: what is asked for stands in the legend
    const named = control.matches("[type=radio], .choices [type=checkbox]") ? legend || label : label || legend;
    const own = named ? [...named.childNodes].filter((one) => one.nodeType === Node.TEXT_NODE) : [];
    return own.map((one) => one.textContent.trim()).join("") || control.getAttribute("aria-label") || "此项";
  }

  function sentence(control) {
    const { validity } = control, name = nameOf(control);
    const isChosen = control.matches("select, [type=radio], [type=checkbox], [type=file]");
    if (validity.valueMissing && control.type === "checkbox") return `请勾选“${name}”。`;
    if (validity.valueMissing) return isChosen ? `请选择“${name}”。` : `请填写“${name}”。`;
    if (validity.rangeUnderflow) return `“${name}”不应小于 ${control.min}。`;
    if (validity.rangeOverflow) return `“${name}”不应大于 ${control.max}。`;
    if (validity.tooLong) return `“${name}”最多 ${control.maxLength} 个字，请缩短。`;
    return `“${name}”填写不正确，请更正。`;
  }

  // Beside the field, as the server says it: the browser's bubble lies over buttons and menu.
  function say(control, text) {
    const box = control.closest(".field");
    if (!box) return false;
    let line = box.querySelector(".error.missing");
    if (!line) {
      line = document.createElement("p");
      line.className = "error missing";
      line.setAttribute("role", "alert");
      (control.closest("label, .choices") || control).before(line);
    }
    line.textContent = text;
    box.classList.add("bad");
    return true;
  }

  // Only what has no place beside its field is left to the browser's bubble, and its words stand on the control: there they
  // refuse the next press as well, so whatever is typed or chosen anywhere takes all of them away. Of a group of buttons every
  // one is refused, and only one is chosen afterwards.
  const worded = new Set();
  let first = null;
  document.addEventListener("invalid", (event) => {
    const control = event.target, text = sentence(control);
    if (!say(control, text)) {
      control.setCustomValidity(text);
      worded.add(control);
      return;
    }
    event.preventDefault();
    if (first) return;
    first = control;
    for (let one = control; one; one = one.parentElement) if (one.tagName === "DETAILS") one.open = true;
    setTimeout(() => {
      first.focus({ preventScroll: true });
      first.scrollIntoView({ block: "center" });
      first = null;
    });
  }, true);
  const clear = (event) => {
    worded.forEach((one) => one.setCustomValidity(""));
    worded.clear();
    const line = event.target.closest(".field")?.querySelector(".error.missing");
    if (!line) return;
    line.closest(".field").classList.toggle("bad", line.parentElement.querySelectorAll(".error").length > 1);
    line.remove();
  };
  document.addEventListener("input", clear, true);
  document.addEventListener("change", clear, true);
})();
