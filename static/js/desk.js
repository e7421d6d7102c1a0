// Deciding on a small screen and filling a form with one tap; every page works without it.
(() => {
  // A link to a folded act unfolds it.
  function unfold() {
    const wanted = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let one = wanted; one; one = one.parentElement) if (one.tagName === "DETAILS") one.open = true;
    if (wanted) wanted.scrollIntoView({ block: "start" });
  }
  window.addEventListener("hashchange", unfold);
  // A link of the bar has done its work while its form is in sight: there the button itself signs.
  const bar = document.querySelector(".bar");
  if (bar && "IntersectionObserver" in window) {
    const links = new Map([...bar.querySelectorAll("a")].map((one) => [document.getElementById(one.hash.slice(1)), one]));
    const watch = new IntersectionObserver((seen) => {
      for (const one of seen) links.get(one.target).classList.toggle("away", one.isIntersecting);
      const all = [...links.values()], main = all.filter((one) => one.classList.contains("main"));
      const isAway = (one) => one.classList.contains("away");
      // where the act's own button stands at the bottom, a second bar with what else there is would only cover the form
      bar.classList.toggle("away", all.every(isAway) || (main.length > 0 && main.every(isAway)));
    }, { rootMargin: "0px 0px -90px 0px" });
    links.forEach((link, form) => { if (form) watch.observe(form); });
  }
  // What one usually asks of the chosen group takes the place of what one usually asks of another.
  document.addEventListener("change", (event) => {
    const { usual } = event.target.dataset;
    if (!usual) return;
    const phrases = JSON.parse(usual), box = event.target.form.querySelector("[name$='-note']");
    if (!box.value.trim() || Object.values(phrases).includes(box.value)) box.value = phrases[event.target.value];
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest(".bar a, .receipt-bar a")) setTimeout(unfold); // the same address again is no change of it
    const button = event.target.closest("[data-fill]");
    if (!button) return;
    for (const [name, value] of new URLSearchParams(button.dataset.fill)) {
      const field = button.closest("form").elements[name];
      field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });
})();
