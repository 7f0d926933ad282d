// Drives the built page in Chromium, from the disk and from a static server, and compares what it
// shows and downloads with the program. Run by web/test.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";

import { chromium } from "playwright-core";

const ROOT = path.resolve(import.meta.dirname, "../../..");
const WEB = path.join(ROOT, "target/web");
const PICTURES = path.join(WEB, "pictures");
const PROGRAM = process.env.FIRSTMILE_BIN ?? path.join(ROOT, "target/release/firstmile");
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "firstmile-web-"));
const input = (name) => path.join(folder, name);

// What the program writes over the same input; findings may make its status 1.
const program = (cwd, ...args) => {
  try {
    return execFileSync(PROGRAM, args, { cwd, maxBuffer: 1 << 30, stdio: ["ignore", "pipe", "ignore"] });
  } catch (error) {
    assert.equal(error.status, 1, error.message);
    return error.stdout;
  }
};

const inputs = () => {
  // The fixtures without the program that makes them.
  fs.mkdirSync(input("fixtures"));
  for (const name of fs.readdirSync(path.join(ROOT, "fixtures"))) {
    if (name !== "generator") fs.cpSync(path.join(ROOT, "fixtures", name), path.join(input("fixtures"), name), { recursive: true });
  }
  execFileSync("python3", ["-c", "import shutil; shutil.make_archive('fixtures', 'zip', '.', 'fixtures')"], { cwd: folder });
  execFileSync("python3", ["-c", "import shutil; shutil.make_archive('fixtures', 'gztar', '.', 'fixtures')"], { cwd: folder });
  const whole = fs.readFileSync(path.join(ROOT, "fixtures/races/2018-10-14_harbour-marathon_even.fit"));
  fs.writeFileSync(input("cut.fit"), whole.subarray(0, whole.length / 2));
  fs.writeFileSync(input("nonsense.gpx"), "shopping: bananas");
  fs.mkdirSync(input("export/activities"), { recursive: true });
  fs.writeFileSync(input("export/activities/1.fit"), whole);
  fs.writeFileSync(input("export/activities.csv"), "Activity ID,Activity Name,Activity Type,Filename\n1,\"My <b>first</b> & best\",Run,activities/1.fit\n");
  fs.writeFileSync(input("export/firstmile.toml"), "sex = \"female\"\nunits = \"km\"\n[goals]\nmarathon = \"3:40:00\"\n");
};

const server = () => {
  const types = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm" };
  const site = http.createServer((request, answer) => {
    const file = path.join(WEB, "site", request.url === "/" ? "index.html" : request.url);
    if (!fs.existsSync(file)) return answer.writeHead(404).end();
    answer.writeHead(200, { "content-type": types[path.extname(file)] ?? "application/octet-stream" }).end(fs.readFileSync(file));
  });
  return new Promise((done) => site.listen(0, "127.0.0.1", () => done(site)));
};

class Visit {
  constructor(page) {
    this.page = page;
    this.said = [];
    this.requests = [];
    page.on("console", (line) => this.said.push(line.text()));
    page.on("pageerror", (error) => this.said.push(error.message));
    page.on("request", (request) => this.requests.push(request.url()));
  }
  async open(url) {
    await this.page.goto(url);
    await this.page.waitForSelector("#rule-list li");
    this.opened = this.requests.length;
  }
  async drop(...names) {
    const files = names.map(input);
    const cdp = await this.page.context().newCDPSession(this.page);
    const data = { items: [], files, dragOperationsMask: 1 };
    for (const type of ["dragEnter", "dragOver", "drop"]) {
      await cdp.send("Input.dispatchDragEvent", { type, x: 300, y: 200, data });
    }
    await this.reported();
  }
  async choose(id, ...names) {
    await this.page.setInputFiles(id, names.map(input));
    await this.reported();
  }
  // Waits for what a change leads to: an answer or a problem.
  async reported() {
    await this.page.waitForTimeout(400);
    await this.page.waitForFunction(() => document.getElementById("reading").hidden
      && !document.getElementById("report").ariaBusy
      && (!document.getElementById("report").hidden || !document.getElementById("problem").hidden), null, { timeout: 120_000 });
  }
  async download(name) {
    const [download] = await Promise.all([this.page.waitForEvent("download"), this.page.click(`[data-name="${name}"]`)]);
    return fs.readFileSync(await download.path());
  }
  text(selector) {
    return this.page.textContent(selector);
  }
  // Its console is clean, and nothing left the machine after it was open.
  checkQuiet() {
    assert.deepEqual(this.said, []);
    assert.deepEqual(this.requests.slice(this.opened).filter((url) => !url.startsWith("blob:")), []);
  }
}

const same = (name, got, expected) => assert.ok(got.equals(expected), `${name}: ${got.length} bytes, not the program's ${expected.length}`);
const equalsProgram = async (visit, cwd, ...args) => {
  same("JSON", await visit.download("firstmile.json"), program(cwd, "--format", "json", ...args));
  same("CSV", await visit.download("firstmile.csv"), program(cwd, "--format", "csv", ...args));
  same("splits", await visit.download("firstmile-splits.csv"), program(cwd, "--format", "csv", "--table", "splits", ...args));
  same("page", await visit.download("firstmile.html"), program(cwd, "--format", "html", ...args));
};

// Chooses a folder, and stops at its first race of 2017.
const stopAmongRaces = async (visit) => {
    await visit.page.workers()[0].evaluate(() => {
      const { read_at } = imports.page;
      imports.page.read_at = (file, ...rest) => {
        stopped = given[file].path.includes("2017");
        return read_at(file, ...rest);
      };
      return start();
    });
    await visit.choose("#folder", "fixtures/races");
};

const journeys = {
  async "a dropped folder is judged as by the program, with other settings too"(visit) {
    await visit.drop("fixtures");
    assert.match(await visit.text("#report h1"), /races/);
    await equalsProgram(visit, folder, "fixtures");
    await visit.page.selectOption("#settings [name=units]", "km");
    await visit.page.selectOption("#settings [name=sex]", "female");
    await visit.page.fill("#settings [name=hr-max]", "188");
    await visit.page.fill("#settings [name=goal]", "5:20/km");
    await visit.reported();
    await equalsProgram(visit, folder, "--units", "km", "--sex", "female", "--hr-max", "188", "--goal", "5:20/km", "fixtures");
  },
  async "archives are read member by member"(visit) {
    for (const archive of ["fixtures.zip", "fixtures.tar.gz"]) {
      await visit.choose("#files", archive);
      await equalsProgram(visit, folder, archive);
      await visit.page.click("#anew");
    }
  },
  async "a folder is chosen, with an index and a profile in it"(visit) {
    await visit.choose("#folder", "export");
    assert.match(await visit.text("#report .kicker"), /My <b>first<\/b> & best/);
    await equalsProgram(visit, folder, "export");
  },
  async "damaged files have a row that says why, among others"(visit) {
    await visit.choose("#files", "cut.fit", "nonsense.gpx");
    await equalsProgram(visit, folder, "cut.fit", "nonsense.gpx");
    assert.match(await visit.text("#found"), /1 unreadable/);
    await visit.page.click("#anew");
    await visit.choose("#files", "nonsense.gpx");
    assert.match(await visit.text("#report"), /content that no reader knows/);
  },
  async "a click says which runs were races"(visit) {
    await visit.page.click("#try");
    await visit.reported();
    const races = async () => Number(/(\d+) of them/.exec(await visit.text("#found"))[1]);
    const before = await races();
    await visit.page.click("#races summary");
    const race = await visit.page.evaluate(() => [...document.querySelectorAll("#races select")]
      .find((choice) => choice.options[0].text.startsWith("yes")).dataset.address);
    const choice = `#races [data-address=${JSON.stringify(race)}]`;
    await visit.page.selectOption(choice, "no");
    await visit.reported();
    assert.equal(await races(), before - 1);
    await visit.page.selectOption(choice, "");
    await visit.reported();
    assert.equal(await races(), before);
  },
  async "a rule is explained at a click, and a plan made and drawn"(visit) {
    await visit.page.click("#rule-list button");
    await visit.page.waitForSelector("#rule[open]");
    assert.match(await visit.text("#rule div"), /^[A-Z]+-\d\d: /);
    await visit.page.keyboard.press("Escape");
    await visit.page.fill("#plan [name=goal]", "3:45:00");
    await visit.page.click("#plan button");
    await visit.page.waitForSelector("#plan-tools:not([hidden])");
    const band = await visit.page.evaluate(() => document.getElementById("band").shadowRoot.textContent);
    assert.match(band, /3:45:00/);
    for (const format of ["html", "fit"]) {
      const [download] = await Promise.all([visit.page.waitForEvent("download"), visit.page.click(`[data-plan=${format}]`)]);
      same(`plan as ${format}`, fs.readFileSync(await download.path()), program(folder, "plan", "--course", "marathon", "--goal", "3:45:00", "--no-profile", "--format", format));
    }
    await visit.page.fill("#plan [name=goal]", "0:45:00");
    await visit.page.click("#plan button");
    await visit.page.waitForSelector("#plan-problem:not([hidden])");
  },
  async "a file that breaks the reader has a row, and those before it are read again"(visit) {
    await visit.page.workers()[0].evaluate(() => {
      const { read_at } = imports.page;
      imports.page.read_at = (file, ...rest) => {
        if (given[file].path === "cut.fit") throw new WebAssembly.RuntimeError("made up");
        return read_at(file, ...rest);
      };
      return start();
    });
    await visit.choose("#files", "cut.fit", "fixtures.zip");
    assert.match(await visit.text("#found"), /races; .* 6 unreadable/);
    assert.match(await visit.text("#report"), /the reader broke down/);
  },
  async "after a stop, what was read is judged"(visit) {
    await stopAmongRaces(visit);
    assert.match(await visit.text("#problem"), /^Stopped: \d of 22 files/);
    assert.match(await visit.text("#report h1"), /races/);
  },
  async "a setting that cannot be used is said, and nothing is lost"(visit) {
    await visit.page.click("#try");
    await visit.reported();
    const before = await visit.text("#report");
    await visit.page.fill("#settings [name=goal]", "abc");
    await visit.page.check("#remember");
    await visit.page.fill("#settings [name=hr-max]", "999");
    await visit.page.waitForSelector("#problem:not([hidden])");
    assert.equal(await visit.text("#report"), before);
    await visit.page.fill("#settings [name=hr-max]", "");
    await visit.page.fill("#settings [name=goal]", "3:45:00");
    await visit.page.waitForSelector("#problem", { state: "hidden" });
    await visit.page.evaluate(() => localStorage.clear());
  },
  async "begin anew forgets runs, settings and plan"(visit) {
    const plan = async () => {
      await visit.page.fill("#plan [name=goal]", "3:45:00");
      await visit.page.click("#plan button");
      await visit.page.waitForSelector("#plan-tools:not([hidden])");
      return visit.page.evaluate(() => document.getElementById("band").shadowRoot.textContent);
    };
    const before = await plan();
    await visit.page.click("#try");
    await visit.reported();
    await visit.page.selectOption("#settings [name=units]", "km");
    await visit.reported();
    assert.notEqual(await plan(), before);
    await visit.page.click("#anew");
    assert.equal(await plan(), before);
  },
  async "a stop while files are added keeps the report before it"(visit) {
    await visit.page.click("#try");
    await visit.reported();
    const before = await visit.text("#report");
    await stopAmongRaces(visit);
    assert.match(await visit.text("#problem"), /^Stopped: the report is of the files/);
    assert.equal(await visit.text("#report"), before);
  },
  async "settings are stored only when asked for"(visit) {
    await visit.page.click("#try");
    await visit.reported();
    const stored = () => visit.page.evaluate(() => localStorage.length);
    await visit.page.selectOption("#settings [name=units]", "km");
    await visit.reported();
    assert.equal(await stored(), 0);
    await visit.page.check("#remember");
    await visit.reported();
    assert.equal(await stored(), 1);
    await visit.page.reload();
    await visit.page.waitForSelector("#rule-list li");
    assert.equal(await visit.page.inputValue("#settings [name=units]"), "km");
    await visit.page.evaluate(() => localStorage.clear());
    visit.opened = visit.requests.length;
  },
};

const pictures = async (browser, url) => {
  fs.mkdirSync(PICTURES, { recursive: true });
  for (const [width, scheme] of [[1200, "light"], [800, "dark"], [390, "light"], [390, "dark"]]) {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: scheme });
    const visit = new Visit(page);
    await visit.open(url);
    await page.screenshot({ path: path.join(PICTURES, `start-${width}-${scheme}.png`) });
    await page.click("#try");
    await visit.reported();
    await page.screenshot({ path: path.join(PICTURES, `report-${width}-${scheme}.png`), fullPage: true });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${width} px: ${wide} px too wide`);
    await page.close();
  }
};

const paintsFirst = async (browser, url) => {
  const page = await browser.newPage();
  await page.goto(url);
  await page.waitForSelector("#rule-list li");
  const [paint, module] = await page.evaluate(() => [
    performance.getEntriesByName("first-contentful-paint")[0].startTime,
    performance.getEntriesByName("module")[0].startTime,
  ]);
  assert.ok(paint < module, `painted after ${paint} ms, the module was ready after ${module} ms`);
  await page.close();
};

inputs();
const size = fs.statSync(path.join(WEB, "firstmile.html")).size;
assert.ok(size <= 3_000_000, `the page has ${size} bytes`);
const site = await server();
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
const urls = [`file://${path.join(WEB, "firstmile.html")}`, `http://127.0.0.1:${site.address().port}/`];
let failed = 0;
try {
  for (const url of urls) {
    await paintsFirst(browser, url);
    for (const [name, journey] of Object.entries(journeys)) {
      const context = await browser.newContext({ viewport: { width: 1200, height: 900 } });
      const visit = new Visit(await context.newPage());
      try {
        await visit.open(url);
        await journey(visit);
        visit.checkQuiet();
        console.log(`ok: ${url.slice(0, 4)}: ${name}`);
      } catch (error) {
        failed += 1;
        console.log(`FAILED: ${url.slice(0, 4)}: ${name}\n${error.stack}\n${visit.said.join("\n")}`);
      }
      await context.close();
    }
  }
  await pictures(browser, urls[0]);
} finally {
  await browser.close();
  site.close();
  fs.rmSync(folder, { recursive: true });
}
console.log(`${size} bytes; ${failed} failed`);
process.exitCode = failed ? 1 : 0;
