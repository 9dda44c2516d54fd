// Keeps the page up to date while somebody looks at it. Without it, a reload does the same.
'use strict';

const EVERY = 4000; // ms between an answer and the next question
const PATIENCE = 60000; // ms for an answer: a large sheet takes a while to check
const TRIES = 3; // so often in a row an answer may fail to come

const answer = document.getElementById('answer');
const note = document.getElementById('note');
let timer = 0;
let failures = 0;
let isAsking = false;

async function update() {
  clearTimeout(timer);
  if (isAsking || document.hidden) return; // coming back to the page asks again
  isAsking = true;
  try {
    const url = new URL(answer.dataset.url || './', location.origin + location.pathname);
    const response = await fetch(url, { cache: 'no-store', signal: AbortSignal.timeout(PATIENCE) });
    failures = response.ok ? 0 : TRIES;
    if (response.ok) show(new DOMParser().parseFromString(await response.text(), 'text/html'));
  } catch {
    failures += 1;
  }
  isAsking = false;
  if (failures < TRIES) timer = setTimeout(update, EVERY);
  const said = failures < TRIES ? '' : 'Not up to date: bikorders does not answer. Reload to try again.';
  if (note.textContent !== said) note.textContent = said;
}

// Replaces what changed, and nothing else: what is read, open or in focus stays so.
function show(fresh) {
  document.title = fresh.title;
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
    if (part === answer) answer.dataset.url = next.dataset.url;
    if (focus) [...part.querySelectorAll('a, summary')].find((each) => each.outerHTML === focus)?.focus();
  }
}

document.addEventListener('visibilitychange', update);
timer = setTimeout(update, EVERY);
