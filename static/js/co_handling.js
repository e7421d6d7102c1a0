// 协办: a box for the limit of each who is chosen, and of nobody else; without a script they stand folded, for everybody.
(() => {
  function attend(limits) {
    const form = limits.closest("form");
    const draw = () => {
      const ticked = new Set([...form.querySelectorAll(`input[name="${limits.dataset.limitsOf}"]:checked`)].map((one) => one.value));
      limits.querySelectorAll("[data-key]").forEach((row) => { row.hidden = !ticked.has(row.dataset.key); });
      (limits.closest(".field") || limits).hidden = !ticked.size;
      limits.open = true;
    };
    form.addEventListener("change", draw);
    draw();
  }
  document.querySelectorAll("[data-limits-of]").forEach(attend);
})();
