// The kernel imports this file in place of Pyodide's own: it starts Pyodide and tells it of the wheels that lie beside
// this file. A cell that imports lossbook then loads it, NumPy and Matplotlib as if they came with Pyodide.
const here = new URL(".", import.meta.url);

async function json(address) {
  return (await fetch(address)).json();
}

export async function loadPyodide(options) {
  const from = options.indexURL; // a public CDN, or this site: see build.py
  const [original, lock, wheels] = await Promise.all([
    import(`${from}pyodide.mjs`),
    json(`${from}pyodide-lock.json`),
    json(new URL("wheels.json", here)),
  ]);
  for (const wheel of wheels) {
    wheel.file_name = new URL(wheel.file_name, here).href;
    lock.packages[wheel.name] = wheel;
  }
  const pyodide = await original.loadPyodide({
    ...options,
    lockFileContents: lock,
    packageBaseUrl: from,
  });
  // Matplotlib warns, on red ground, that it lists the fonts. It does so once in every new kernel, and nothing is wrong.
  pyodide.runPython(`
    import logging
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
  `);
  return pyodide;
}
