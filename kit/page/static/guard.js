// JupyterLab takes a pressed "d d" anywhere in a cell's output for "delete this cell".  This
// marks the box that it stands in, so that keys pressed there stay there; running the cell
// and saving the notebook still work.

/** Tells whether JupyterLab should have this key although it was pressed in a box. */
export function isForTheNotebook(event) {
  const command = event.ctrlKey || event.metaKey;
  return (event.key === "Enter" && (event.shiftKey || command)) || (command && "sS".includes(event.key));
}

function render({ el }) {
  const box = el.closest(".kit-practice");
  if (!box) return;
  const keep = () => { box.dataset.lmSuppressShortcuts = "true"; };
  const pass = (event) => { if (isForTheNotebook(event)) delete box.dataset.lmSuppressShortcuts; };
  keep();
  box.addEventListener("keydown", pass, true);
  box.addEventListener("keyup", keep, true);
  return () => {
    box.removeEventListener("keydown", pass, true);
    box.removeEventListener("keyup", keep, true);
  };
}

export default { render };
