// What is folded away and costs something is asked for when it is unfolded; without a script a link leads there.
(() => {
  document.querySelectorAll("details[data-fetch]").forEach((one) => {
    one.addEventListener("toggle", async () => {
      if (!one.open || one.dataset.filled) return;
      one.dataset.filled = "1";
      try {
        const answer = await fetch(`${one.dataset.fetch}?part`, { credentials: "same-origin" });
        if (!answer.ok || answer.redirected) return;
        const made = document.createElement("div");
        made.innerHTML = await answer.text();
        one.replaceChildren(one.querySelector("summary"), made);
      } catch {
        delete one.dataset.filled;  // the link stays
      }
    });
  });
})();
