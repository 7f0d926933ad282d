"use strict";
// Runs the module beside the page, so that the page never freezes.
let wasm = null;
let binary = null;
let given = [];
let order = [];
let stopped = false;
let fetched = 0;
let broken = "";

const reader = new FileReaderSync();
const imports = {
  page: {
    // A file's bytes go straight to the module's memory; no file is ever whole in the script's.
    read_at(file, at, into, length) {
      try {
        const here = held?.file === file ? held.bytes.subarray(at, at + length) : null;
        const piece = () => reader.readAsArrayBuffer(given[file].file.slice(at, at + length));
        const bytes = here ?? new Uint8Array(piece());
        new Uint8Array(wasm.memory.buffer, into >>> 0, bytes.length).set(bytes);
        fetched += bytes.length;
        tell(false);
        return bytes.length;
      } catch {
        return -1;
      }
    },
    broke(at, length) {
      broken = new TextDecoder().decode(new Uint8Array(wasm.memory.buffer, at >>> 0, length));
    },
  },
};

const start = async () => {
  broken = "";
  wasm = (await WebAssembly.instantiate(binary, imports)).exports;
  wasm.begin();
};

const call = (request) => {
  const bytes = new TextEncoder().encode(JSON.stringify(request));
  const at = wasm.request_at(bytes.length) >>> 0;
  new Uint8Array(wasm.memory.buffer, at, bytes.length).set(bytes);
  const failed = wasm.call();
  const answer = new Uint8Array(wasm.memory.buffer, wasm.answer_at() >>> 0, wasm.answer_len() >>> 0).slice();
  if (failed) throw new Error(new TextDecoder().decode(answer));
  return answer;
};

// Progress by bytes: what is finished, and how far the file at hand is.
let finished = 0;
let total = 0;
let place = 0;
let told = 0;
const tell = (now) => {
  if (!now && performance.now() - told < 100) return;
  told = performance.now();
  const current = order[place] === undefined ? null : given[order[place]];
  const part = current ? Math.min(fetched, current.file.size) : 0;
  const share = total ? Math.min(1, (finished + part) / total) : 1;
  postMessage({ progress: share, place, of: order.length, path: current?.path ?? "" });
};

// A call for a piece of a file takes a millisecond, longer than most files take to read and measure. So small files
// are fetched whole, some ahead of the one at hand.
const SMALL = 4 << 20;
const AHEAD = 8;
let held = null;
const ahead = new Map();
const fetchAhead = () => {
  for (let next = place; next < Math.min(place + AHEAD, order.length); next++) {
    const { file } = given[order[next]];
    // One that cannot be read is asked for again by the module, and gets its row then.
    if (!ahead.has(next) && file.size <= SMALL) ahead.set(next, file.arrayBuffer().catch(() => null));
  }
};
const hold = async () => {
  fetchAhead();
  const buffer = await ahead.get(place);
  ahead.delete(place);
  held = buffer ? { file: order[place], bytes: new Uint8Array(buffer) } : null;
};

// Lets messages in, such as the one to stop.
const turn = () => new Promise((done) => {
  const channel = new MessageChannel();
  channel.port1.onmessage = () => { channel.port1.close(); done(); };
  channel.port2.postMessage(0);
});

const open = () => {
  const files = given.map(({ path, file }) => ({ path, size: file.size }));
  order = JSON.parse(new TextDecoder().decode(call({ do: "open", files })));
};

// A module that breaks down is begun anew: the file at hand has a row that says so, and the files
// before it are read again.
const read = async () => {
  const bad = new Map();
  for (;;) {
    ahead.clear();
    open();
    total = order.reduce((sum, file) => sum + given[file].file.size, 0);
    finished = 0;
    let turned = performance.now();
    try {
      for (place = 0; place < order.length && !stopped; place++) {
        fetched = 0;
        await hold();
        if (bad.has(place)) call({ do: "fail", place, why: bad.get(place) });
        else call({ do: "read", place });
        finished += given[order[place]].file.size;
        tell(false);
        if (performance.now() - turned > 50) {
          await turn();
          turned = performance.now();
        }
      }
      return { read: place, of: order.length };
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError) || bad.size >= 20) throw error;
      bad.set(place, broken || "the browser's memory was not enough, or the reader broke down");
      await start();
    }
  }
};

const handle = async ({ id, binary: packed, files, request }) => {
  try {
    if (packed) {
      binary = await WebAssembly.compile(await unpacked(packed));
      await start();
    } else if (files) {
      given = files;
      stopped = false;
      postMessage({ id, answer: await read() });
    } else {
      const answer = call(request);
      postMessage({ id, answer }, [answer.buffer]);
    }
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) await start();
    postMessage({ id, error: broken || error.message });
  }
};

// One message after the other, except the one to stop.
let queue = Promise.resolve();
onmessage = ({ data }) => {
  if (data.stop) stopped = true;
  else queue = queue.then(() => handle(data));
};

// The module lies in the page as base64 of gzip, or comes as it is.
const unpacked = async (binary) => {
  if (typeof binary !== "string") return binary;
  const text = atob(binary.trim());
  const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
};
