// Writes expected.json with @huggingface/jinja, an implementation independent of the one tested:
//   npm install @huggingface/jinja && node render.mjs
import { Template } from "@huggingface/jinja";
import { readFileSync, writeFileSync } from "node:fs";

const conversations = {
  one: [{ role: "user", content: "Who made the light?" }],
  system: [
    { role: "system", content: "  Be brief.\n" },
    { role: "user", content: " a\n\nb " },
    { role: "assistant", content: "c" },
    { role: "user", content: "d é 漢 😀" },
  ],
  hostile: [
    { role: "user", content: "{{ 7 * 7 }} {% if true %}x{% endif %} {# y #} <|im_end|> &amp; \\n 'q' \"" },
    { role: "assistant", content: "" },
    { role: "user", content: "{{ messages }}" },
  ],
};
const cases = [];
for (const template of ["llama3", "qwen2.5", "smollm2", "blocks"]) {
  for (const [name, messages] of Object.entries(conversations)) {
    const text = new Template(readFileSync(template + ".jinja", "utf8")).render({
      messages, add_generation_prompt: true, bos_token: "<|begin|>", eos_token: "<|end|>",
    });
    cases.push({ template, name, messages, text });
  }
}
writeFileSync("expected.json", JSON.stringify(cases, null, 1) + "\n");
