/* Keeps what is typed into any form in this browser until the server says that it is saved. Bound to the account of the page
   (the mark in each form), forgotten at sign-out and after a week. Never puts anything into a field by itself. */
(() => {
  "use strict";
  const WEEK = 7 * 24 * 3600 * 1000, MARK = "written_by", BEFORE = "draft|";
  let store;
  try { store = window.localStorage; store.getItem(BEFORE); } catch { return; }
  const texts = document.getElementById("draft-texts");
  const mark = document.querySelector(`form[method=post] [name=${MARK}]`);
  if (!texts || !mark) return;
  const account = `${BEFORE}${mark.value}|`;
  const say = (name, what = {}) => texts.dataset[name].replace(/\{(\w+)\}/g, (_all, key) => what[key]);
  const when = (time) => new Date(time).toLocaleString(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" });
  const keys = (start) => Object.keys(store).filter((key) => key.startsWith(start));
  const read = (key) => { try { return JSON.parse(store.getItem(key)); } catch { return null; } };

  /* --- what counts as written: not secrets, files, hidden fields or words typed to confirm --- */
  const SECRET = /^(one-time-code|current-password|new-password)$/;
  const fields = (form) => [...form.elements].filter((field) =>
    field.name && field.matches("input, textarea, select") && !SECRET.test(field.autocomplete || "") && !("anew" in field.dataset) &&
    !/^(hidden|password|file|submit|button|image|reset)$/.test(field.type));
  const ticks = (field) => /^(checkbox|radio)$/.test(field.type);
  const values = (form, now) => {
    const found = {};
    fields(form).forEach((field) => {
      const list = (found[field.name] = found[field.name] || []);
      if (ticks(field)) { if (now ? field.checked : field.defaultChecked) list.push(field.value); }
      else if (field.options) {
        const chosen = [...field.options].filter((option) => (now ? option.selected : option.defaultSelected));
        if (!now && !chosen.length && !field.multiple && field.options.length) chosen.push(field.options[0]);
        chosen.forEach((option) => list.push(option.value));
      } else list.push((now ? field.value : field.defaultValue).replace(/\r\n?/g, "\n"));
    });
    return found;
  };
  /* No value, an empty one and no field at all are the same: nothing was written there. */
  const written = (list = []) => JSON.stringify(list.some((value) => value !== "") ? list : []);
  const differing = (a, b) => Object.keys({ ...a, ...b }).filter((name) => written(a[name]) !== written(b[name]));
  const same = (a, b) => !differing(a, b).length;
  /* Of kept values those that no field of this page takes: they are shown, and stay kept. */
  const homeless = (form, found) => {
    const left = {};
    Object.entries(found).forEach(([name, list]) => {
      const own = fields(form).filter((field) => field.name === name);
      const choices = own.flatMap((field) => (field.options ? [...field.options].map((option) => option.value) : ticks(field) ? [field.value] : []));
      const texts = own.filter((field) => !field.options && !ticks(field)).length;
      const rest = texts ? list.slice(texts) : list.filter((value) => !choices.includes(value));
      if (rest.some((value) => value !== "")) left[name] = rest;
    });
    return left;
  };
  const path = (form) => new URL(form.getAttribute("action") || location.href, location.href).pathname;
  const forms = [...document.querySelectorAll("form[method=post]")].filter((form) => form.querySelector(`[name=${MARK}]`) && fields(form).length);
  const key = (form) => {
    const name = `${account}${path(form)}|${fields(form)[0].name}`;
    const alike = forms.filter((other) => path(other) === path(form) && fields(other)[0].name === fields(form)[0].name);
    return `${name}|${alike.indexOf(form)}|`;
  };
  /* Each opening of a page writes into a place of its own, so nothing kept before is overwritten, nor by another tab. */
  const opened = Date.now().toString(36), places = new Map(), extras = new Map();
  const place = (form) => places.get(form) || key(form) + opened;
  let filling = false;
  const write = (form, more) => {
    if (filling) return;
    const now = values(form, true), labels = { ...extras.get(form)?.labels };
    fields(form).forEach((field) => { labels[field.name] ??= caption(field); });
    Object.entries(extras.get(form)?.values || {}).forEach(([name, rest]) => { now[name] = [...(now[name] || []), ...rest]; });
    try { store.setItem(place(form), JSON.stringify({ at: Date.now(), base: values(form, false), values: now, labels, ...more })); } catch { /* full: the form still works */ }
  };
  const put = (form, found) => fields(form).forEach((field) => {
    const list = found[field.name] || [];
    if (ticks(field)) field.checked = list.includes(field.value);
    else if (field.options) [...field.options].forEach((option) => { option.selected = list.includes(option.value); });
    else {
      const twins = fields(form).filter((other) => other.name === field.name);
      const kept = list[twins.indexOf(field)];
      if (kept !== undefined) field.value = kept;
    }
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });

  /* --- offering --- */
  const element = (tag, text = "", kind = "") => {
    const made = document.createElement(tag);
    made.textContent = text;
    if (kind) made.className = kind;
    return made;
  };
  const caption = (field) => {
    const legend = ticks(field) && field.closest("fieldset")?.querySelector("legend");
    return (legend || field.labels?.[0])?.textContent.trim() || field.getAttribute("aria-label") || field.name;
  };
  const label = (form, name, before = {}) => {
    const field = fields(form).find((one) => one.name === name);
    return field ? caption(field) : before[name] || name;
  };
  const shown = (form, name, list) => {
    const words = list.map((value) => {
      const field = fields(form).find((one) => one.name === name && (ticks(one) ? one.value === value : one.options));
      const option = field?.options && [...field.options].find((one) => one.value === value);
      return option ? option.textContent.trim() : field && ticks(field) ? field.labels?.[0]?.textContent.trim() || value : value;
    });
    return words.join(", ") || "–";
  };
  const offer = (form, name, draft) => {
    const server = values(form, false);
    /* Saving something else at this address is no word about this text. */
    store.setItem(name, JSON.stringify({ ...draft, sent: undefined }));
    const changed = !same(server, draft.base);
    const notice = element("div", "", "callout callout--warning stack stack--tight draft");
    notice.setAttribute("role", "status");
    notice.append(element("p", say("kept", { when: when(draft.at) })));
    const saved = form.dataset.savedAt;
    if (changed) notice.append(element("p", saved ? say("changed", { when: saved }) : say("changedNow")));
    const details = element("details");
    details.open = changed;
    details.append(element("summary", say("compare")));
    const list = element("dl", "", "facts");
    differing(server, draft.values).forEach((one) => {
      list.append(element("dt", label(form, one, draft.labels)));
      const cell = element("dd");
      cell.append(element("p", `${say("yours", { when: when(draft.at) })} ${shown(form, one, draft.values[one] || [])}`, "draft__text"));
      cell.append(element("p", `${saved ? say("savedAt", { when: saved }) : say("savedNow")} ${shown(form, one, server[one] || [])}`, "draft__text"));
      list.append(cell);
    });
    details.append(list);
    const buttons = element("p", "", "cluster");
    const button = (text, act) => {
      const made = element("button", text, "button button--small");
      made.type = "button";
      made.addEventListener("click", act);
      buttons.append(made);
      return made;
    };
    let before = null;
    const restore = button(say("restore"), () => {
      const now = values(form, true);
      filling = true;
      put(form, before || draft.values);
      filling = false;
      before = before ? null : now;
      if (before) {
        places.set(form, name);
        extras.set(form, { values: homeless(form, draft.values), labels: draft.labels });
      } else [places, extras].forEach((map) => map.delete(form));
      restore.textContent = before ? say("undo") : say("restore");
    });
    button(say("forget"), () => { store.removeItem(name); notice.remove(); });
    notice.append(details, buttons);
    form.before(notice);
  };

  /* --- the life of a draft --- */
  keys(BEFORE).forEach((name) => { if (Date.now() - (read(name)?.at || 0) > WEEK) store.removeItem(name); });
  const told = document.cookie.split("; ").find((one) => one.startsWith("slz_saved="));
  if (told) {
    const address = decodeURIComponent(told.slice("slz_saved=".length));
    keys(`${account}${address}|`).forEach((name) => { const draft = read(name); if (draft?.sent && same(draft.sent, draft.values)) store.removeItem(name); });
    document.cookie = "slz_saved=; max-age=0; path=/";
  }
  const look = () => forms.forEach((form) => {
    /* Fields that hold what was sent and refused, or sent too late, are not what the server has. */
    if (form.querySelector("[data-unsaved-notice]")) write(form);
    else if (!("answer" in document.body.dataset)) keys(key(form)).forEach((name) => {
      const draft = read(name);
      if (!draft || same(draft.values, values(form, false))) store.removeItem(name);
      else if (same(draft.values, values(form, true))) places.set(form, name);
      else offer(form, name, draft);
    });
  });
  /* Once, and after the browser has put back what it kept itself. */
  window.addEventListener("pageshow", () => setTimeout(look), { once: true });
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (forms.includes(form) && fields(form).includes(event.target)) write(form);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[action$='/logout/']")) keys(account).forEach((name) => store.removeItem(name));
    else if (forms.includes(form) && read(place(form))) write(form, { sent: values(form, true) });
  });
})();
