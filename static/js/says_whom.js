// 将补发给：…, written anew as one chooses: what is sent to whom stands above the button before it is pressed.
(() => {
  const names = (form) => {
    const ticked = [...form.querySelectorAll("fieldset[data-choose] .whole input:checked, input[name$='-bodies']:checked")]
      .map((one) => one.closest("label").textContent.trim());
    const written = [...form.querySelectorAll("input[name$='-others']")].flatMap((one) => one.value.split(/[、，,]/));
    return [...ticked, ...written.map((one) => one.trim()).filter(Boolean)];
  };
  document.querySelectorAll("[data-says-whom]").forEach((line) => {
    const form = line.closest("form");
    const say = () => {
      const whom = names(form);
      line.hidden = !whom.length;
      line.textContent = whom.length ? `${line.dataset.saysWhom}${whom.join("、")}` : "";
    };
    form.addEventListener("input", say);
    form.addEventListener("change", say);
    say();
  });
})();
