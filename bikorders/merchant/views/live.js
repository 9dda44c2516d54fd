// Keeps the page up to date while somebody looks at it. Without it, a reload does the same.
'use strict';

const EVERY = 4000; // ms between an answer and the next question
const LONGEST = 30000; // ms between two questions while no answer comes
const GOOD_FOR = 15000; // ms after which what is shown may be out of date
const IDLE_AFTER = 300000; // ms after the last touch: from then on the sheet is not read for this page alone
const PATIENCE = 60000; // ms for an answer: a large sheet takes a while to check

const find = (id) => document.getElementById(id);
const answer = find('answer');
let shownAt = Date.now();
let askAt = shownAt + EVERY;
let touchedAt = shownAt;
let failures = 0;
let isLost = false;
let isLocked = false;
let request = null;

// Comes every second, by the time of day: a phone that slept goes on as soon as it wakes.
function tick() {
  if (document.hidden || isLocked) return;
  const now = Date.now();
  if (now - shownAt > GOOD_FOR) lose();
  if (request && now - request.at > PATIENCE) request.stop.abort();
  if (!request && now >= askAt) update();
}

const isIdle = () => Date.now() - touchedAt > IDLE_AFTER;

function touch() {
  if (isIdle()) turnUp();
  touchedAt = Date.now();
}

function turnUp() {
  touchedAt = Date.now();
  comeBack();
}

// Asks at once. What was asked before a sleep gets no answer any more.
function comeBack() {
  askAt = 0;
  if (request && Date.now() - request.at > GOOD_FOR) {
    request.isGivenUp = true;
    request.stop.abort();
  }
  tick();
}

async function update() {
  request = { at: Date.now(), stop: new AbortController(), isGivenUp: false };
  try {
    const url = new URL(answer.dataset.url || './', location.origin + location.pathname);
    const headers = { 'X-Requested-With': isIdle() ? 'live.js, idle' : 'live.js' };
    const response = await fetch(url, { cache: 'no-store', headers, signal: request.stop.signal });
    isLocked = response.status === 401;
    if (!response.ok) throw new Error(response.status);
    show(new DOMParser().parseFromString(await response.text(), 'text/html'));
    shownAt = Date.now();
    failures = 0;
    isLost = false;
  } catch {
    failures += 1;
    lose();
  }
  const pause = request.isGivenUp ? 0 : Math.min(EVERY * 2 ** failures, LONGEST);
  askAt = Date.now() + pause;
  request = null;
  find('note').textContent = isLocked ? 'The password of this page is another one now. Reload it to type that.' : '';
}

// Says that what is shown may be out of date, until an answer comes.
function lose() {
  if (isLost) return;
  isLost = true;
  find('state').replaceChildren(find('lost').content.cloneNode(true));
  find('details').replaceChildren(find('lost-details').content.cloneNode(true));
  find('details').querySelector('time').textContent = new Date(shownAt).toLocaleTimeString();
  document.title = document.title.replace(/^[^–]*/, 'May be out of date ');
  find('icon').href = 'stale.svg';
  find('whose').querySelector('img').src = 'stale.svg';
}

// Replaces what changed, and nothing else: what is read, open or in focus stays so.
function show(fresh) {
  document.title = fresh.title;
  find('icon').href = fresh.getElementById('icon').href;
  const parts = [...document.querySelectorAll('[data-live]')];
  if (answer.dataset.url) parts.push(answer);
  for (const part of parts) {
    const next = fresh.getElementById(part.id);
    if (!next) continue;
    const folds = part.querySelectorAll('details');
    next.querySelectorAll('details').forEach((fold, i) => { fold.open = Boolean(folds[i]?.open); });
    if (next.innerHTML === part.innerHTML) continue;
    const focus = part.contains(document.activeElement) ? document.activeElement.outerHTML : '';
    part.replaceChildren(...next.childNodes);
    if (focus) [...part.querySelectorAll('a, summary')].find((each) => each.outerHTML === focus)?.focus();
  }
}

document.addEventListener('visibilitychange', turnUp);
addEventListener('pageshow', turnUp);
['focus', 'keydown', 'pointerdown', 'pointermove', 'wheel'].forEach((kind) => addEventListener(kind, touch, { passive: true }));
addEventListener('online', comeBack);
setInterval(tick, 1000);
