// Deciding on a small screen and filling a form with one tap; every page works without it.
(() => {
  // A link to a folded act unfolds it.
  function unfold() {
    const wanted = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let one = wanted; one; one = one.parentElement) if (one.tagName === "DETAILS") one.open = true;
    if (wanted) wanted.scrollIntoView({ block: "start" });
  }
  window.addEventListener("hashchange", unfold);
  document.addEventListener("click", (event) => {
    if (event.target.closest(".bar a")) setTimeout(unfold); // the same address again is no change of it
    const button = event.target.closest("[data-fill]");
    if (!button) return;
    for (const [name, value] of new URLSearchParams(button.dataset.fill)) {
      const field = button.closest("form").elements[name];
      field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });
})();
