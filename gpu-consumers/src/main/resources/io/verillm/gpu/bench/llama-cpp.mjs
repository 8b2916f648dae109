// Times llama.cpp by node-llama-cpp. One JSON request as the only argument, one JSON answer as the
// last line of stdout.
import { pathToFileURL } from "node:url";

const { library, file, prompt, output, threads, chunk, repeats } = JSON.parse(process.argv[2]);
const { getLlama } = await import(pathToFileURL(library));
const llama = await getLlama({ build: "never", gpu: false, maxThreads: threads, logLevel: "error" });
const model = await llama.loadModel({ modelPath: file, gpuLayers: 0 });
const context = await model.createContext({
  contextSize: prompt.length + output + 1,
  batchSize: chunk,
  threads,
  // The precision of the other side's cache.
  experimentalKvCacheKeyType: "F32",
  experimentalKvCacheValueType: "F32",
});
const sequence = context.getSequence();

async function run() {
  await sequence.clearHistory();
  const start = performance.now();
  await sequence.evaluateWithoutGeneratingNewTokens(prompt.slice(0, -1));
  const read = performance.now();
  const tokens = [];
  let last = read;
  for await (const token of sequence.evaluate(prompt.slice(-1), { temperature: 0, yieldEogToken: true })) {
    tokens.push(token);
    last = performance.now();
    if (tokens.length === output) break;
  }
  return { prefill: (read - start) / 1e3, decode: (last - read) / 1e3, tokens };
}

await run();
const runs = [];
for (let i = 0; i < repeats; i++) runs.push(await run());
console.log(JSON.stringify({ version: llama.llamaCppRelease.release, runs }));
await llama.dispose();
process.exit(0);
