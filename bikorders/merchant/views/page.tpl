% # Shows the problems of one cause; each address opens its cell, where the source has links.
% def item(cause, anchor=None):
%   problem = cause.first.problem
%   if anchor:
      <li id="{{ anchor }}" class="problem {{ problem.level }}">
%   else:
      <li class="problem {{ problem.level }}">
%   end
        <p class="place">
          <span class="whose"><bdi>{{ cause.name }}</bdi>
%   for entry in cause.shown:
%     if entry.url:
          <a href="{{ entry.url }}" target="_blank" rel="noopener noreferrer">{{ entry.problem.cell }}<span class="aside"> in {{ entry.problem.tab }}, opens the sheet</span></a>
%     else:
          <span class="cell">{{ entry.problem.cell }}<span class="aside"> in {{ entry.problem.tab }}</span></span>
%     end
%   end
%   if cause.more:
          and {{ cause.more }} more
%   end
%   if cause.first.aside:
          <span aria-hidden="true">in</span> <bdi aria-hidden="true">{{ shorten(cause.first.aside, 60) }}</bdi>
%   end
          </span>
          <span class="level">{{ "fix" if problem.level == "error" else "check" }}</span>
        </p>
        <p><bdi>{{ shorten(cause.message) }}</bdi></p>
        <p class="hint">{{ shorten(problem.hint) }}</p>
%   if cause.lesson:
        <p class="hint">{{ teach }}</p>
        <pre>{{ cause.lesson.row }}</pre>
%   end
      </li>
% end
<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>{{ state.mark.capitalize() }} – {{ shorten(name, 60) or "bikorders" }}</title>
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <meta name="robots" content="noindex">
  <link rel="icon" id="icon" href="{{ icon }}.svg" type="image/svg+xml">
  <link rel="stylesheet" href="page.css">
  <script src="live.js" defer></script>
</head>
<body>
  <header>
    <h1 id="whose" data-live><img src="{{ icon }}.svg" alt="" width="28" height="28"> <bdi>{{ shorten(name, 60) or "bikorders" }}</bdi></h1>
    <p id="note" role="status"></p>
  </header>
  <main>
    <section id="health" class="card" aria-labelledby="health-title">
      <h2 id="health-title" class="aside">How it is</h2>
      <div id="state" role="status" data-live>
        <p class="state {{ state.name }}"><span class="mark">{{ state.mark }}</span> <strong>{{ state.headline }}</strong></p>
      </div>
      <p id="details" class="hint" data-live>
% for detail in state.details:
        <span>{{ detail }}</span>
% end
      </p>
      <template id="lost">
        <p class="state stale"><span class="mark">may be out of date</span> <strong>This page could not be renewed</strong></p>
      </template>
      <template id="lost-details">
        <span>What you see is as it was at <time></time>.</span>
        <span>It is tried again by itself.</span>
      </template>
% if waiting:
      <div id="waiting" role="status" data-live>
%   if waiting.mark:
        <p class="state {{ waiting.level }}"><span class="mark">{{ waiting.mark }}</span> <strong>{{ waiting.headline }}</strong></p>
%   else:
        <p class="hint">{{ waiting.headline }}</p>
%   end
      </div>
      <div id="waiting-orders" data-live>
%   for reason in waiting.reasons:
        <p class="hint">{{ shorten(reason) }}</p>
%   end
%   if waiting.orders:
        <ul class="problems">
%     for order in waiting.orders:
          <li class="problem">
            <p class="place"><a href="{{ find_lookup_url(order.id) }}#answer"><bdi>{{ shorten(order.id, 60) }}</bdi></a> <span class="hint">for {{ order.since }}</span></p>
            <p><bdi>{{ shorten(order.contents) }}</bdi></p>
%       if order.advice:
            <p class="hint">{{ order.advice }}</p>
%       end
          </li>
%     end
        </ul>
%   end
%   if waiting.more:
        <p>And {{ f"{waiting.more:,}" }} more.</p>
%   end
      </div>
% end
      <div id="numbers" data-live>
% if report:
      <dl class="numbers">
        <div><dt><a href="#understood">orders</a></dt><dd>{{ report.order_count }}</dd></div>
        <div><dt><a href="#understood">items</a></dt><dd>{{ report.item_count }}</dd></div>
        <div class="{{ "error" if report.count("error") else "none" }}"><dt><a href="#problems">to fix</a></dt><dd>{{ report.count("error") }}</dd></div>
        <div class="{{ "warning" if report.count("warning") else "none" }}"><dt><a href="{{ "#check" if first_check else "#problems" }}">to check</a></dt><dd>{{ report.count("warning") }}</dd></div>
      </dl>
% elif orders is not None:
      <dl class="numbers"><div><dt>orders</dt><dd>{{ orders }}</dd></div></dl>
% end
% if sheet_url:
      <p><a href="{{ sheet_url }}" target="_blank" rel="noopener noreferrer">Open the sheet</a></p>
% end
      </div>
    </section>

    <section id="lookup" class="card" aria-labelledby="lookup-title">
      <h2 id="lookup-title">What would Bik tell a customer?</h2>
      <form action="./#answer" method="get" role="search">
        <label for="order">Order number</label>
        <div class="ask">
          <input id="order" name="order" value="{{ asked }}" maxlength="100" required autocomplete="off" autocapitalize="off" spellcheck="false" enterkeyhint="search">
          <button>Look up</button>
        </div>
      </form>
% if answer:
      <div id="answer" tabindex="-1" role="region" aria-label="What a customer would be told" aria-live="polite" data-url="{{ find_lookup_url(asked) }}">
% else:
      <div id="answer" data-url="">
% end
% if answer and answer.told:
%   told = answer.told
        <div class="told">
%   if told.sentences:
          <p>{{ shorten(" ".join(told.sentences)) }}</p>
%   end
%   if told.items:
          <ul class="items">
%     for line in told.items[:most_items]:
            <li>{{ shorten(line) }}</li>
%     end
%     if len(told.items) > most_items:
            <li>and {{ len(told.items) - most_items }} more</li>
%     end
          </ul>
%   end
%   if told.amounts:
          <dl class="amounts">
%     for label, amount in told.amounts:
            <div class="{{ label.lower() }}"><dt>{{ label }}</dt><dd>{{ amount }}</dd></div>
%     end
          </dl>
%   end
%   if told.tracking_url:
          <p class="link">Track it: <a href="{{ told.tracking_url }}" target="_blank" rel="noopener noreferrer">{{ shorten(told.tracking_url) }}</a></p>
%   end
        </div>
%   if told.missing:
        <p class="hint">The sheet does not say for certain: {{ "; ".join(told.missing) }}.</p>
%   end
%   if answer.causes:
        <h3>To fix in this order</h3>
        <ul class="problems">
%     for cause in answer.causes[:most_items]:
%       item(cause)
%     end
        </ul>
%   end
% elif answer:
        <div class="told nothing"><p>{{ shorten(answer.reason) }}</p></div>
% end
% if answer:
        <details>
          <summary>As JSON, status {{ answer.status }}</summary>
          <pre>{{ answer.json }}</pre>
        </details>
% end
      </div>
    </section>

    <section id="problems" class="card" aria-labelledby="problems-title">
      <h2 id="problems-title">What needs fixing</h2>
      <div id="verdict" role="status" data-live>
% if report is None:
      <p>{{ "This shows once the sheet can be read again." if orders is None else "The sheet is being checked; this shows in a moment." }}</p>
% elif not report.problems:
      <p class="state fresh">Nothing. Every cell that matters could be read.</p>
% else:
      <p class="hint">{{ f"{report.count('error')} to fix, {report.count('warning')} to check." }} {{ "What is marked “fix” is left out of what Bik is told." if report.count("error") else "Nothing has to be fixed; these are worth a look." }}</p>
% end
      </div>
      <div id="found" data-live>
% if causes:
      <ul class="problems">
%   for cause in causes:
%     item(cause, "check" if cause is first_check else None)
%   end
      </ul>
% end
% if more_problems:
      <p>And {{ more_problems }} more; the command <code>bikorders check</code> lists them all.</p>
% end
      </div>
    </section>

    <section id="lookups" class="card" aria-labelledby="lookups-title" data-live>
      <h2 id="lookups-title">What Bik asked last</h2>
% if lookups:
      <table>
        <thead><tr><th scope="col">Order</th><th scope="col">When</th><th scope="col">Result</th></tr></thead>
        <tbody>
%   for lookup in lookups:
          <tr><td><a href="{{ lookup.url }}#answer"><bdi>{{ lookup.order_id }}</bdi></a></td><td>{{ lookup.when }}</td><td>{{ lookup.result }}</td></tr>
%   end
        </tbody>
      </table>
% else:
      <p class="hint">Nothing since the start.</p>
% end
    </section>

    <section id="understood" class="card" aria-labelledby="understood-title" data-live>
      <h2 id="understood-title">How the sheet was understood</h2>
% if report:
      <p>The items of the orders: {{ shorten(report.items) }}.</p>
      <details>
        <summary>Tabs and columns</summary>
%   for tab in tabs:
        <h3><bdi>{{ shorten(tab.title, 60) }}</bdi> <span class="role">{{ tab.role }}</span></h3>
%     if tab.columns:
        <dl class="columns">
%       for header, path in tab.columns:
          <div><dt><bdi>{{ shorten(header.text, 60) }}</bdi></dt><dd><code>{{ shorten(path, 60) }}</code></dd></div>
%       end
        </dl>
%     end
%     if tab.ignored:
        <p class="hint">Stays in the sheet: {{ ", ".join(shorten(header.text, 60) for header in tab.ignored) }}</p>
%     end
%   end
%   if more_tabs:
        <p>And {{ more_tabs }} more tabs.</p>
%   end
      </details>
% else:
      <p class="hint">This shows once the sheet is read and checked.</p>
% end
    </section>
  </main>
</body>
</html>
