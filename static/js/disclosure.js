// 不予公开理由 is asked only where 不予公开 is chosen; without a script it is there, and says when it is needed.
(() => {
  const chosen = document.getElementById("id_disclosure_attr"), reason = document.getElementById("id_disclosure_reason");
  if (!chosen || !reason) return;
  const suit = () => { reason.closest(".field").hidden = chosen.value !== "not_disclosed" && !reason.value.trim(); };
  chosen.addEventListener("change", suit);
  suit();
})();
