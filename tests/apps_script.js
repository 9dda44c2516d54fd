// Runs deploy/refresh.gs as it is, with stand-ins for the services of Apps Script; its calls go to a real server.
// Takes the state of the spreadsheet and the events as JSON, and gives the state after them, with what was called.
'use strict';

const { readFileSync } = require('node:fs');
const { spawnSync } = require('node:child_process');
const vm = require('node:vm');

const state = JSON.parse(readFileSync(0, 'utf8'));
const did = { fetches: [], warned: [], changed: [], unknown: [], locks: 0 };
const pending = [...(state.meanwhile || [])];  // edits that are made while an answer is under way

// Apps Script has no such thing as an undefined method: whatever a stand-in lacks is noted, and fails.
function stand(methods) {
  return new Proxy(methods, {
    get(target, name) {
      if (name in target || typeof name === 'symbol') return target[name];
      did.unknown.push(String(name));
      throw new TypeError(`${String(name)} is not a function`);
    },
  });
}

function parse(text) {
  const found = /^([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?$/.exec(text);
  if (!found) throw new Error(`Range not found: ${text}`);
  const count = (letters) => [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
  const [left, top] = [count(found[1]), Number(found[2])];
  return { top, left, bottom: Number(found[4] || top), right: found[3] ? count(found[3]) : left };
}

function spell(row, column) {
  let letters = '';
  for (let rest = column; rest; rest = Math.floor((rest - 1) / 26)) letters = String.fromCharCode(65 + (rest - 1) % 26) + letters;
  return letters + row;
}

const meets = (a, b) => a.top <= b.bottom && b.top <= a.bottom && a.left <= b.right && b.left <= a.right;

function makeRange(tab, box) {
  const notes = state.notes[tab];
  const first = spell(box.top, box.left);
  function change(text) {
    did.changed.push(`${tab}!${first}`);
    if (state.protected.includes(`${tab}!${first}`)) throw new Error('You are trying to edit a protected cell or object.');
    if (text) notes[first] = text;
    else delete notes[first];
  }
  const numbers = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
  return stand({
    getSheet: () => makeSheet(tab),
    getA1Notation: () => (box.top === box.bottom && box.left === box.right ? first : `${first}:${spell(box.bottom, box.right)}`),
    getRow: () => box.top,
    getColumn: () => box.left,
    getNumRows: () => box.bottom - box.top + 1,
    getNumColumns: () => box.right - box.left + 1,
    getMergedRanges: () => (state.merges[tab] || []).map(parse).filter((merged) => meets(merged, box)).map((merged) => makeRange(tab, merged)),
    getNotes: () => numbers(box.top, box.bottom).map((row) => numbers(box.left, box.right).map((column) => notes[spell(row, column)] || '')),
    setNote: change,
    clearNote: () => change(''),
  });
}

function makeSheet(tab) {
  return stand({
    getName: () => tab,
    getRange: (row, column) => makeRange(tab, column ? { top: row, left: column, bottom: row, right: column } : parse(row)),
  });
}

function fetchNow(url, options) {
  did.fetches.push({ url, options });
  const target = `http://127.0.0.1:${state.port}${new URL(url).pathname}`;
  const ask = `fetch(process.argv[1], JSON.parse(process.argv[2])).then(
    async (answer) => process.stdout.write(JSON.stringify([answer.status, await answer.text()])), () => process.exit(1))`;
  const headers = { 'Content-Type': options.contentType, ...options.headers };
  const sent = JSON.stringify({ method: options.method.toUpperCase(), headers, body: options.payload });
  const asked = spawnSync(process.execPath, ['-e', ask, target, sent], { encoding: 'utf8' });
  if (asked.status !== 0) throw new Error(`Address unavailable: ${url}`);
  const [status, text] = JSON.parse(asked.stdout);
  if (status >= 400 && !options.muteHttpExceptions) throw new Error(`Request failed: ${status}`);
  if (pending.length) run(pending.shift());
  return stand({ getResponseCode: () => status, getContentText: () => text });
}

const context = vm.createContext({
  console: { warn: (text) => did.warned.push(text) },
  SpreadsheetApp: stand({
    getActiveSpreadsheet: () => stand({ getSheetByName: (tab) => (tab in state.notes ? makeSheet(tab) : null) }),
    flush: () => {},
  }),
  UrlFetchApp: stand({ fetch: fetchNow }),
  PropertiesService: stand({
    getScriptProperties: () => stand({
      getProperty: (name) => state.properties[name] ?? null,
      setProperty: (name, value) => { state.properties[name] = String(value); },
    }),
  }),
  LockService: stand({
    getScriptLock: () => stand({
      tryLock: () => !state.isLocked && Boolean(did.locks += 1),
      releaseLock: () => { did.locks -= 1; },
    }),
  }),
});
vm.runInContext(readFileSync(state.script, 'utf8'), context);

function run(edit) {
  context.refresh(edit ? stand({ range: makeRange(edit.tab, parse(edit.range)) }) : undefined);
}

state.edits.forEach(run);
process.stdout.write(JSON.stringify({ notes: state.notes, properties: state.properties, ...did }));
