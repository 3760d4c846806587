/* Keeps what is typed on a score sheet in this browser until the server has it: a lost connection loses nothing. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-keep]");
  if (!form) return;
  const key = form.dataset.keep;
  const named = () => [...form.elements].filter((field) => /^(points_|why_|summary$)/.test(field.name));
  const values = () => {
    const found = {};
    named().forEach((field) => {
      if (field.type === "radio") { if (field.checked) found[field.name] = field.value; }
      else if (field.value) found[field.name] = field.value;
    });
    return JSON.stringify(found, Object.keys(found).sort());
  };
  let store;
  try { store = window.localStorage; store.getItem(key); } catch { return; }

  const fill = (found) => named().forEach((field) => {
    const value = found[field.name] || "";
    if (field.type === "radio") field.checked = field.value === value;
    else field.value = value;
  });

  const kept = store.getItem(key);
  const notice = document.getElementById("kept");
  if (kept && kept === values()) store.removeItem(key);
  else if (kept && notice) {
    notice.hidden = false;
    notice.querySelector("[data-restore]").addEventListener("click", () => { fill(JSON.parse(kept)); notice.hidden = true; });
    notice.querySelector("[data-forget]").addEventListener("click", () => { store.removeItem(key); notice.hidden = true; });
  }
  form.addEventListener("input", () => { try { store.setItem(key, values()); } catch { /* full: the form still works */ } });
})();
