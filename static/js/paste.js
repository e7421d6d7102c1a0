// Pasting into a text with data-tidy: lists of Word and of web pages keep their numbers, tables become lines with tabs, and the
// server's table of rules (units/tidying.py) puts the rest right. How many places is said, and it can be undone.
(() => {
  const JOINED = /\u2060/g;
  const BREAKS = /\r\n?|[\u2028\u2029\u000b]/g;
  const BLOCKS = /^(P|DIV|H[1-6]|LI|UL|OL|BLOCKQUOTE|PRE|SECTION|ARTICLE|HEADER|FOOTER|DL|DT|DD|FORM|FIELDSET|TABLE|CENTER)$/;
  const UNSEEN = /^(STYLE|SCRIPT|HEAD|META|TITLE|TEMPLATE|LINK)$/;

  function tidied(text, rules) {
    let places = 0;
    let done = text.replace(BREAKS, "\n");
    for (const [pattern, into] of rules) {
      const found = new RegExp(pattern, "gu");
      places += (done.match(found) || []).length;
      done = done.replace(found, into);
    }
    return [done.replace(JOINED, ""), places];
  }

  function chinese(number) {
    const figures = "零一二三四五六七八九";
    if (number < 10) return figures[number];
    if (number < 100) {
      const tens = Math.floor(number / 10);
      return (tens > 1 ? figures[tens] : "") + "十" + (number % 10 ? figures[number % 10] : "");
    }
    return String(number);
  }

  function letters(number) {
    let found = "";
    for (let left = number; left > 0; left = Math.floor((left - 1) / 26)) {
      found = String.fromCharCode(97 + ((left - 1) % 26)) + found;
    }
    return found;
  }

  function roman(number) {
    const steps = [["m", 1000], ["cm", 900], ["d", 500], ["cd", 400], ["c", 100], ["xc", 90], ["l", 50], ["xl", 40], ["x", 10],
      ["ix", 9], ["v", 5], ["iv", 4], ["i", 1]];
    let [found, left] = ["", number];
    for (const [sign, value] of steps) while (left >= value) { found += sign; left -= value; }
    return found;
  }

  // One list item's number as the page shows it; "" for a bullet.
  function numberOf(item, count) {
    const style = (item.style.listStyleType || item.parentElement.style.listStyleType || "").toLowerCase();
    const kind = item.parentElement.getAttribute("type") || "1";
    if (style === "none") return "";
    let shown = String(count);
    let mark = ".";
    if (/cjk|chinese|japanese|korean/.test(style)) [shown, mark] = [chinese(count), "、"];
    else if (/alpha|latin/.test(style) || /^a$/i.test(kind)) shown = letters(count);
    else if (/roman/.test(style) || /^i$/i.test(kind)) shown = roman(count);
    if (/^upper/.test(style) || kind === "A" || kind === "I") shown = shown.toUpperCase();
    const pattern = item.dataset.leveltext;  // Word on the web: "（%1）", "%1、"
    if (pattern && /%\d/.test(pattern)) {
      if (/[（、]/.test(pattern) && /^\d+$/.test(shown) && /chinese|ideograph/i.test(item.dataset.font || "")) shown = chinese(count);
      return pattern.replace(/%\d/g, shown);
    }
    return shown + mark;
  }

  function countOf(item) {
    if (item.hasAttribute("value")) return Number(item.getAttribute("value")) || 1;
    if (item.getAttribute("aria-posinset")) return Number(item.getAttribute("aria-posinset")) || 1;
    let count = Number(item.parentElement.getAttribute("start")) || 1;
    for (let one = item.previousElementSibling; one; one = one.previousElementSibling) {
      if (one.tagName !== "LI") continue;
      count += 1;
      if (one.hasAttribute("value")) return Number(one.getAttribute("value")) + count - (Number(item.parentElement.getAttribute("start")) || 1);
    }
    return count;
  }

  class Lines {
    constructor() { this.done = []; this.open = ""; this.taken = 0; }
    write(text) { this.open += text; }
    end() {
      const line = this.open.replace(/[ \u00a0]+/g, " ").replace(/^ +| +$/g, "");
      if (line) this.done.push(line);
      this.open = "";
    }
  }

  function cellText(cell) {
    const inner = new Lines();
    walk(cell, inner);
    inner.end();
    return inner.done.join("").replace(/\t/g, " ").trim();
  }

  // Rows as lines with tabs; a cell that spans rows stands in each of them, one that spans columns in the first.
  function table(node, lines) {
    const below = [];  // column → what a cell above still covers: rows, text
    for (const row of node.rows) {
      const cells = [];
      const filled = () => {
        for (let above = below[cells.length]; above && above.rows > 0; above = below[cells.length]) {
          above.rows -= 1;
          cells.push(above.text);
        }
      };
      for (const cell of row.cells) {
        filled();
        const [span, down, at] = [cell.colSpan || 1, cell.rowSpan || 1, cells.length];
        const texts = [cellText(cell), ...Array(span - 1).fill("")];
        cells.push(...texts);
        for (let n = 0; n < span && down > 1; n += 1) below[at + n] = { rows: down - 1, text: texts[n] };
      }
      filled();
      lines.taken += 1;
      lines.done.push(cells.join("\t"));
    }
  }

  function walk(node, lines) {
    for (const child of node.childNodes) {
      if (child.nodeType === Node.TEXT_NODE) lines.write(child.data.replace(/[\t\n\r ]+/g, " "));
      else if (child.nodeType === Node.ELEMENT_NODE && !UNSEEN.test(child.tagName)) element(child, lines);
    }
  }

  function element(node, lines) {
    const style = node.getAttribute("style") || "";
    if (/mso-hide\s*:\s*all|display\s*:\s*none/i.test(style)) return;
    if (/mso-list\s*:\s*ignore/i.test(style)) {  // the number that Word draws; its bullets are signs of a symbol font
      const number = node.textContent.replace(/[\s\u00a0]+/g, "");
      if (/[0-9a-zA-Z一二三四五六七八九十百零〇①-⑳]/.test(number) && !/^[a-zA-Z]$/.test(number)) lines.write(number);
      lines.taken += 1;
      return;
    }
    if (node.tagName === "BR") { lines.end(); return; }
    if (node.tagName === "TABLE") { lines.end(); table(node, lines); return; }
    const isBlock = BLOCKS.test(node.tagName);
    if (isBlock) lines.end();
    if (node.tagName === "LI" && node.parentElement && node.parentElement.tagName === "OL") {
      lines.write(numberOf(node, countOf(node)));
      lines.taken += 1;
    }
    walk(node, lines);
    if (isBlock) lines.end();
  }

  // [text, how many list numbers and table rows were carried over]
  function fromHtml(html) {
    const lines = new Lines();
    walk(new DOMParser().parseFromString(html, "text/html").body, lines);
    lines.end();
    return [lines.done.join("\n"), lines.taken];
  }

  function insert(area, text) {
    area.focus();
    // keeps the browser's own undo; deprecated and everywhere, and where it is not, the plain way
    if (!document.execCommand("insertText", false, text)) {
      area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  function tell(area, words, undo) {
    const line = area.parentElement.querySelector("[data-tidied]") || document.createElement("p");
    line.dataset.tidied = "";
    line.className = "soft small";
    line.setAttribute("role", "status");
    line.textContent = words;
    if (undo) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "撤销整理";
      button.addEventListener("click", () => { undo(); tell(area, "已恢复为整理前的文字。"); area.focus(); });
      line.append(" ", button);
    }
    area.after(line);
  }

  function put(area, value) {
    area.value = value;
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function pasted(event, area, rules) {
    const plain = event.clipboardData.getData("text/plain");
    const html = event.clipboardData.getData("text/html");
    const [shown, taken] = html ? fromHtml(html) : ["", 0];
    const raw = taken ? shown : plain;
    const [text, places] = tidied(raw, rules);
    if (!raw || (!taken && !places)) return;  // nothing to put right: the browser's own paste
    event.preventDefault();
    const before = area.value.slice(0, area.selectionStart);
    const after = area.value.slice(area.selectionEnd);
    insert(area, text);
    const words = [taken ? `已保留 ${taken} 处编号或表格行` : "", places ? `已整理 ${places} 处` : ""].filter(Boolean).join("，");
    tell(area, `${words}。`, () => put(area, before + plain + after));
  }

  for (const area of document.querySelectorAll("textarea[data-tidy]")) {
    const rules = JSON.parse(area.dataset.tidy);
    area.addEventListener("paste", (event) => pasted(event, area, rules));
    const button = area.form && area.form.querySelector("button[name=tidy]");
    if (!button) continue;
    button.textContent = "整理文字";  // without JavaScript it saves as well
    button.addEventListener("click", (event) => {
      event.preventDefault();
      const before = area.value;
      const [text, places] = tidied(before, rules);
      if (places) put(area, text);
      tell(area, places ? `已整理 ${places} 处。` : "没有需要整理的地方。", places ? () => put(area, before) : null);
    });
  }
})();
