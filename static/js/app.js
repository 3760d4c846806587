/* Small comforts; every page works without them. */
(() => {
  "use strict";

  /* Words written, beside a text field with data-words="300". The server counts again. */
  const pattern = document.body.dataset.words || "{n} / {limit}";
  const count = (area) => {
    const limit = Number(area.dataset.words);
    const n = (area.value.trim().match(/\S+/g) || []).length;
    let note = area.parentElement.querySelector(":scope > .count");
    if (!note) {
      note = document.createElement("p");
      note.className = "count";
      area.insertAdjacentElement("afterend", note);
    }
    note.textContent = pattern.replace("{n}", n).replace("{limit}", limit);
    note.classList.toggle("count--over", n > limit);
  };
  const start = (root) => root.querySelectorAll("textarea[data-words]").forEach(count);
  start(document);
  document.addEventListener("htmx:load", (event) => start(event.target));

  /* A file above the limit is told when it is chosen, before it is sent for minutes. The server says the same. */
  const tooLarge = (input) => [...input.files].some((file) => file.size > Number(input.dataset.maxBytes));
  const LIMITED = "input[type=file][data-max-bytes]";
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!input.matches(LIMITED)) return;
    const id = `${input.id}_too_large`;
    document.getElementById(id)?.remove();
    input.toggleAttribute("aria-invalid", tooLarge(input));
    if (!tooLarge(input)) return;
    const note = document.createElement("p");
    note.id = id;
    note.className = "field__error";
    note.setAttribute("role", "alert");
    note.textContent = input.dataset.tooLarge;
    input.insertAdjacentElement("beforebegin", note);
  });
  document.addEventListener("submit", (event) => {
    const refused = [...event.target.querySelectorAll(LIMITED)].find(tooLarge);
    if (!refused) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    refused.focus();
  });

  /* Leaving a form with data-unsaved after typing asks first; also when the page came back with what was not saved. */
  let unsaved = Boolean(document.querySelector("form[data-unsaved]") && document.querySelector("[role=alert][data-focus]"));
  document.addEventListener("input", (event) => {
    if (event.target.matches("textarea[data-words]")) count(event.target);
    if (event.target.closest("form[data-unsaved]")) unsaved = true;
  });
  document.addEventListener("submit", (event) => {
    unsaved = false;
    /* One press sends once: a second press within the same page does nothing. */
    const form = event.target;
    if (form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 5000);
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));
  window.addEventListener("beforeunload", (event) => {
    if (unsaved) event.preventDefault();
  });

  /* Filters send themselves when a choice changes: <form class="filters" data-auto>. */
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-auto]");
    if (form && event.target.matches("select, [type=checkbox], [type=radio]")) form.requestSubmit();
  });

  /* Menus close on Escape and on a press outside. */
  const close = (menu) => menu.removeAttribute("open");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = event.target.closest("details.menu[open]");
    if (menu) { close(menu); menu.querySelector("summary").focus(); }
  });
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.menu[open]").forEach((menu) => menu.contains(event.target) || close(menu));
    const print = event.target.closest("[data-print]");
    if (print) window.print();
  });

  /* After a failed form the summary of errors takes the focus, so it is read out first. */
  const summary = document.querySelector("[data-focus]");
  if (summary) summary.focus();
})();
