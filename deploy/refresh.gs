// Tells bikorders about every edit, so that the next answer shows it at once, and writes what is wrong as a note on
// the very cell. Only notes are written, and of these only our own: no value, and no note of anybody else.
// Set up in four steps: see refresh.md beside this file.

const URL = 'https://orders.example.com/refresh';
const MARK = 'bikorders: ';  // begins every line of a note of ours
const TURNS = 3;  // so often an edit is asked about again because the answer to a later one was written first
const PATIENCE = 20000;  // ms to wait until others have written

function refresh(event) {
  if (!event || !event.range) {
    ask({});
    return;
  }
  const edit = {tab: event.range.getSheet().getName(), range: event.range.getA1Notation()};
  for (let turn = 0; turn < TURNS; turn += 1) {
    const began = Date.now();
    const answer = ask(edit);
    if (!answer || writeNotes(answer, began)) return;
  }
}

// Returns what is wrong, or null: bikorders may be away or slow, and it reads again within seconds anyway.
function ask(edit) {
  const header = (PropertiesService.getScriptProperties().getProperty('AUTHORIZATION') || '').trim();
  const [, field, value] = /^([\w-]+):\s*(.+)$/.exec(header) || ['', 'Authorization', header];
  try {
    const response = UrlFetchApp.fetch(URL, {
      method: 'post',
      contentType: 'application/json',
      payload: JSON.stringify(edit),
      headers: header ? {[field]: value} : {},
      muteHttpExceptions: true,
    });
    const code = response.getResponseCode();
    if (code === 401) console.warn('bikorders wants another header: see AUTHORIZATION in the script properties');
    return code === 200 ? JSON.parse(response.getContentText()) : null;
  } catch (error) {
    console.warn(`bikorders does not answer: ${error.message}`);
    return null;
  }
}

// Returns whether the answer is done with; false if a later one was written first, so that this one may be out of date.
function writeNotes(answer, began) {
  const lock = LockService.getScriptLock();
  if (!lock.tryLock(PATIENCE)) return true;
  try {
    const properties = PropertiesService.getScriptProperties();
    if (began < Number(properties.getProperty('WRITTEN'))) return false;
    properties.setProperty('WRITTEN', String(began));
    const spreadsheet = SpreadsheetApp.getActiveSpreadsheet();
    for (const {tab, range} of answer.checked) {
      const sheet = spreadsheet.getSheetByName(tab);
      const problems = answer.problems.filter((problem) => problem.tab === tab);
      if (sheet) writeRange(sheet, sheet.getRange(range), problems);
    }
    SpreadsheetApp.flush();
    return true;
  } finally {
    lock.releaseLock();
  }
}

function writeRange(sheet, range, problems) {
  const [top, left, notes] = [range.getRow(), range.getColumn(), range.getNotes()];
  const shownIn = findShownIn(range);
  const wanted = {};
  for (const {cell, message, hint} of problems) {
    const shown = shownIn[cell] || cell;
    const line = MARK + `${message} ${hint}`.replace(/\s+/g, ' ');
    wanted[shown] = wanted[shown] ? `${wanted[shown]}\n${line}` : line;
  }
  notes.forEach((row, down) => row.forEach((note, right) => {
    const text = wanted[name(top + down, left + right)] || '';
    if (note === text || (note && !isOurs(note))) return;
    const cell = sheet.getRange(top + down, left + right);
    try {
      if (text) cell.setNote(text);
      else cell.clearNote();
    } catch (error) {
      console.warn(`a note can't be written: ${error.message}`);  // the cell is protected
    }
  }));
}

// Returns for each cell of a merged range the one that is seen, which holds the note of all.
function findShownIn(range) {
  const shownIn = {};
  for (const merged of range.getMergedRanges()) {
    const [top, left] = [merged.getRow(), merged.getColumn()];
    for (let row = top; row < top + merged.getNumRows(); row += 1) {
      for (let column = left; column < left + merged.getNumColumns(); column += 1) {
        shownIn[name(row, column)] = name(top, left);
      }
    }
  }
  return shownIn;
}

// Returns whether we wrote all of a note: a line that somebody added makes it theirs.
function isOurs(note) {
  return note.split('\n').every((line) => line.startsWith(MARK));
}

// Returns a cell's address, such as F17.
function name(row, column) {
  let letters = '';
  for (let rest = column; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters;
  }
  return letters + row;
}
