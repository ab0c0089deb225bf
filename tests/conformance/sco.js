/* A SCO that does what it is told: the page that watches the browser plays a visit's commands through it.
   Terminate follows the last command, or comes when the SCO goes away where its page says so. */

"use strict";

(() => {
  const MOST_PARENTS = 500;

  function above(start) {
    let win = start;
    for (let depth = 0; depth < MOST_PARENTS && win; depth += 1) {
      try {
        if (win.API_1484_11) return win.API_1484_11;
      } catch {
        return null; // another origin: nothing to be found from there up
      }
      if (win.parent === win) return null;
      win = win.parent;
    }
    return null;
  }

  /* As the standard has it: up the parents, then up the opener's. */
  const find = () => above(window.parent) ?? (window.opener ? above(window.opener) : null);

  const api = find();
  const text = (value) => (value === null || value === undefined ? `(${value})` : String(value));

  function idsOf(collection) {
    const count = Number(api.GetValue(`${collection}._count`)) || 0;
    return Array.from({ length: count }, (_none, index) => text(api.GetValue(`${collection}.${index}.id`)));
  }

  function call({ call: name, element, value, reference, collection }) {
    if (name === "CompareObjectiveIds") return { value: idsOf("cmi.objectives").join(","), error: "0" };
    let target = element;
    if (reference) {
      const index = idsOf(collection).indexOf(reference);
      if (index < 0) return { value: `(no ${reference} in ${collection})`, error: "" };
      target = element.replace(`&${reference}&`, String(index));
    }
    const given = { GetValue: [target], SetValue: [target, value], GetLastError: [] }[name] ?? [value];
    const answer = text(api[name](...given));
    return { value: answer, error: text(api.GetLastError()) };
  }

  const atTheEnd = document.documentElement.dataset.terminate === "unload";
  let open = false;
  const terminate = () => {
    if (!open) return null;
    open = false;
    try {
      return { value: text(api.Terminate("")), error: text(api.GetLastError()) };
    } catch (fault) {
      return { value: `(threw ${fault})`, error: "" };
    }
  };

  window.play = (commands) => {
    if (!commands.length) return { found: Boolean(api), answers: [], terminated: null };
    if (!api) return { found: false, answers: [], terminated: null };
    open = true;
    const answers = commands.map((command) => {
      try {
        return call(command);
      } catch (fault) {
        return { value: `(threw ${fault})`, error: "" };
      }
    });
    document.getElementById("status").textContent = "done";
    return { found: true, answers, terminated: atTheEnd ? null : terminate() };
  };

  if (atTheEnd) window.addEventListener("pagehide", terminate);
  window.addEventListener("load", () => window.conformanceArrived(location.search));
})();
