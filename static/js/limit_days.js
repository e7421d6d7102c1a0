// Beside a limit in days: which working day it is, counted from today as the calendar in force has it.
(() => {
  const source = document.querySelector("[data-days]");
  if (!source) return;
  const { today, exceptions, published } = JSON.parse(source.dataset.days), FAR = 500; // days
  const iso = (day) => day.toISOString().slice(0, 10); // of days in UTC throughout: no clock is moved
  const isWorking = (day) => exceptions[iso(day)] ?? ![0, 6].includes(day.getUTCDay());

  function counted(value) {
    const last = new Date(`${value}T00:00:00Z`), day = new Date(`${today}T00:00:00Z`);
    if (Number.isNaN(last.getTime()) || last < day || last - day > FAR * 86400000) return "";
    if (value === today) return "今天";
    let days = 0;
    while (day < last) {
      day.setUTCDate(day.getUTCDate() + 1);
      days += isWorking(day) ? 1 : 0;
    }
    const sure = published.includes(last.getUTCFullYear()) ? "" : "，放假安排未公布，按周一至周五计";
    return isWorking(last) ? `第 ${days} 个工作日${sure}` : `休息日${sure}`;
  }

  document.querySelectorAll("[data-limit-day]").forEach((box) => {
    const line = document.createElement("span");
    line.className = "counted-day";
    line.setAttribute("role", "status");
    box.after(line);
    const tell = () => { line.textContent = counted(box.value); };
    box.addEventListener("input", tell);
    tell();
  });
})();
