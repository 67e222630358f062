// A lesson runs by itself once its kernel is there.  A menu is no way to ask for that: JupyterLab 4.6 lets a
// finger choose nothing in it (jupyterlab/jupyterlab#19124), and before there is a kernel it silently runs nothing.
//
// An extension of JupyterLab, written by hand: it asks for nothing but the page's own commands.

/** What the site handed out lies here: a notebook of one's own does not run unasked. */
const HANDED_OUT = /^(lessons|exercises)\/.*\.ipynb$/;

/** Run all cells, and stay at the top: by itself the page would move to the last cell. */
async function runAll(app, { content, revealed, sessionContext }) {
  await Promise.all([revealed, sessionContext.ready]);
  const done = app.commands.execute("notebook:run-all-cells");
  content.activeCellIndex = 0;
  content.scrollToItem(0).catch(() => {}); // somebody scrolled meanwhile: they know where they want to be
  await done;
}

function activate(app) {
  const seen = new WeakSet();
  const look = () => {
    const panel = app.shell.currentWidget;
    if (seen.has(panel) || !HANDED_OUT.test(panel?.context?.path)) return;
    seen.add(panel);
    runAll(app, panel).catch(console.error);
  };
  app.shell.currentChanged.connect(look);
  look();
}

const plugin = { id: "media-literacy-kit:run", autoStart: true, activate };
const container = { init() {}, get: async () => () => ({ __esModule: true, default: plugin }) };

(globalThis._JUPYTERLAB ??= {})["media-literacy-kit"] = container;
