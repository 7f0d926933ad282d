// Opens the built page in Firefox and compares its JSON with the program's. Run by web/test.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import path from "node:path";

import puppeteer from "puppeteer-core";

const ROOT = path.resolve(import.meta.dirname, "../../..");
const PROGRAM = process.env.FIRSTMILE_BIN ?? path.join(ROOT, "target/release/firstmile");

const browser = await puppeteer.launch({ browser: "firefox", executablePath: process.env.FIREFOX, headless: true });
try {
  const page = await browser.newPage();
  const said = [];
  page.on("console", (line) => said.push(line.text()));
  page.on("pageerror", (error) => said.push(error.message));
  await page.goto(`file://${ROOT}/target/web/firstmile.html`);
  await page.waitForSelector("#rule-list li");
  const input = await page.$("#files");
  await input.uploadFile(path.join(ROOT, "src/cli/demo.zip"));
  await page.waitForSelector("#report:not([hidden])");
  const json = await page.evaluate(() => answer({ do: "report", settings: settings(), format: "json" }));
  let expected;
  try {
    expected = execFileSync(PROGRAM, ["--format", "json", "--no-profile", "demo.zip"], { cwd: path.join(ROOT, "src/cli"), stdio: ["ignore", "pipe", "ignore"] });
  } catch (error) {
    expected = error.stdout;
  }
  assert.equal(json, expected.toString());
  assert.deepEqual(said, []);
  console.log(`ok: ${await browser.version()}: the JSON is the program's, and the console is clean`);
} finally {
  await browser.close();
}
