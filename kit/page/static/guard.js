// JupyterLab takes a pressed "d d" anywhere in a cell's output for "delete this cell".  This
// keeps the keys that are pressed in its box; running the cell and saving the notebook still work.

const SIGN = "data-lm-suppress-shortcuts";

/** Tells whether JupyterLab should have this key although it was pressed in a box. */
export function isForTheNotebook(event) {
  const command = event.ctrlKey || event.metaKey;
  return (event.key === "Enter" && (event.shiftKey || command)) || (command && "sS".includes(event.key));
}

function letThrough(event, box) {
  box.querySelectorAll(`[${SIGN}]`).forEach((node) => node.removeAttribute(SIGN));
  box.removeAttribute(SIGN);
  if (!event.target.matches("input, textarea")) return;
  // A text field lets no key out, so the box says it.  First, what was typed becomes an answer:
  // running the cell would draw the field anew, without it.
  event.preventDefault();
  event.stopImmediatePropagation();
  event.target.blur();
  event.target.focus();
  box.dispatchEvent(new KeyboardEvent(event.type, event));
}

function render({ el }) {
  // At every key, because this is drawn before it stands in its box.  On the target itself,
  // because JupyterLab asks it before it asks what is around it.
  const guard = (event) => {
    const box = event.target.closest?.(".kit-practice");
    if (!box?.contains(el)) return;
    if (isForTheNotebook(event)) letThrough(event, box);
    else event.target.setAttribute(SIGN, "true");
  };
  window.addEventListener("keydown", guard, true);
  return () => window.removeEventListener("keydown", guard, true);
}

export default { render };
