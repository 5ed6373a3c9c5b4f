// The kernel imports this file in place of Pyodide's own: it starts Pyodide and tells it of the wheels that lie beside
// this file. A cell that imports lossbook then loads it, NumPy and Matplotlib as if they came with Pyodide.
// What it loads, and whether that fails, it tells the page (head.html), which would show nothing otherwise.
const here = new URL(".", import.meta.url);
const page = new BroadcastChannel("python-of-the-book");
const original = globalThis.fetch;
let bytes = 0;

/** As fetch, and the page hears how much has come. */
globalThis.fetch = async (...request) => {
  const response = await original(...request);
  if (!response.ok || !response.body) return response;
  const count = new TransformStream({
    transform(chunk, rest) {
      bytes += chunk.length;
      page.postMessage({ bytes });
      rest.enqueue(chunk);
    },
  });
  return new Response(response.body.pipeThrough(count), response);
};

async function json(address) {
  return (await fetch(address)).json();
}

export async function loadPyodide(options) {
  try {
    const pyodide = await load(options);
    page.postMessage({ ready: true });
    return pyodide;
  } catch (error) {
    page.postMessage({ failed: options.indexURL });
    throw error;
  }
}

async function load(options) {
  const from = options.indexURL; // a public CDN, or this site: see build.py
  const [theirs, lock, wheels] = await Promise.all([
    import(`${from}pyodide.mjs`),
    json(`${from}pyodide-lock.json`),
    json(new URL("wheels.json", here)),
  ]);
  for (const wheel of wheels) {
    wheel.file_name = new URL(wheel.file_name, here).href;
    lock.packages[wheel.name] = wheel;
  }
  const pyodide = await theirs.loadPyodide({
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
