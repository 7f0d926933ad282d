// Compares the page's reading with the program's on one thread, over 1,000 made-up marathons in FIT, and
// measures its memory over 100 and 1,000 of them. Run by web/test measure.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

import { chromium } from "playwright-core";

const ROOT = path.resolve(import.meta.dirname, "../../..");
const PROGRAM = path.join(ROOT, "target/release/firstmile");
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "firstmile-web-"));

const read = async (count) => {
  const marathons = path.join(folder, String(count));
  execFileSync("cargo", ["run", "--quiet", "--package", "firstmile-fixtures", "--", "--marathons", "fit", String(count), marathons], { cwd: ROOT, stdio: "ignore" });
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
  const page = await browser.newPage();
  await page.goto(`file://${ROOT}/target/web/firstmile.html`);
  await page.waitForSelector("#rule-list li");
  const times = { page: [], program: [] };
  for (let round = 0; round < 3; round++) {
    const begun = Date.now();
    await page.setInputFiles("#folder", marathons);
    const given = Date.now();
    await page.waitForSelector("#report:not([hidden])", { timeout: 600_000 });
    times.page.push(Date.now() - given);
    const started = Date.now();
    try {
      execFileSync(PROGRAM, ["--jobs", "1", "--format", "html", marathons], { maxBuffer: 1 << 30, stdio: ["ignore", "pipe", "ignore"] });
    } catch { /* Findings make its status 1. */ }
    times.program.push(Date.now() - started);
    console.error(`${count} marathons: handed over in ${given - begun} ms, page ${times.page.at(-1)} ms, program ${times.program.at(-1)} ms`);
    await page.click("#anew");
  }
  const memory = await Promise.all(page.workers().map((worker) => worker.evaluate(() => wasm.memory.buffer.byteLength)));
  await browser.close();
  return { ratio: Math.min(...times.page) / Math.min(...times.program), memory: memory[0] / 2 ** 20 };
};

const few = await read(100);
const many = await read(1000);
fs.rmSync(folder, { recursive: true });
const per = (many.memory - few.memory) * 1024 / 900;
console.log(`1,000 marathons: ${many.ratio.toFixed(2)} times the program's time on one thread (at most 4)`);
console.log(`memory of the module: ${few.memory.toFixed(0)} MiB after 100, ${many.memory.toFixed(0)} MiB after 1,000 (${per.toFixed(0)} KiB a run kept)`);
process.exitCode = many.ratio <= 4 ? 0 : 1;
