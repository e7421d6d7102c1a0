// What the browser says of an empty or wrong field is said in the product's words, whatever language the browser has.
(() => {
  function nameOf(control) {
    const label = control.labels && control.labels[0];
    const legend = control.closest("fieldset") && control.closest("fieldset").querySelector("legend");
    const named = label || legend;
    const own = named ? [...named.childNodes].filter((one) => one.nodeType === Node.TEXT_NODE) : [];
    return own.map((one) => one.textContent.trim()).join("") || control.getAttribute("aria-label") || "此项";
  }

  function sentence(control) {
    const { validity } = control, name = nameOf(control);
    const isChosen = control.matches("select, [type=radio], [type=checkbox], [type=file]");
    if (validity.valueMissing) return isChosen ? `请选择“${name}”。` : `请填写“${name}”。`;
    if (validity.rangeUnderflow) return `“${name}”不应小于 ${control.min}。`;
    if (validity.rangeOverflow) return `“${name}”不应大于 ${control.max}。`;
    if (validity.tooLong) return `“${name}”最多 ${control.maxLength} 个字，请缩短。`;
    return `“${name}”填写不正确，请更正。`;
  }

  document.addEventListener("invalid", (event) => {
    event.target.setCustomValidity("");
    if (!event.target.validity.valid) event.target.setCustomValidity(sentence(event.target));
  }, true);
  const clear = (event) => { if (event.target.setCustomValidity) event.target.setCustomValidity(""); };
  document.addEventListener("input", clear, true);
  document.addEventListener("change", clear, true);
})();
