/** Pyodide, NumPy and nnweb as their documentation has it, with weights as numbers. */

addEventListener("message", async ({ data }) => {
  const base = new URL("../runtime-000000000000/", import.meta.url).href;
  const { loadPyodide } = await import(`${base}pyodide.mjs`);
  const pyodide = await loadPyodide();
  await pyodide.loadPackage("numpy", { messageCallback() {} });
  const wheel = `${base}nnweb-0.0.0-py3-none-any.whl`;
  await pyodide.loadPackage(wheel, { messageCallback() {} });
  const weights = await (await fetch("mlp-numbers.json")).text();
  const recognizer = pyodide.pyimport("nnweb.page.api").Recognizer(weights);
  const answer = recognizer.recognize(pyodide.toPy(data), 28, 28, "digit");
  postMessage(answer.get("index"));
});
