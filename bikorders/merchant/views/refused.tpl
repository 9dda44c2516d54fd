% # In place of the page: its password is missing or wrong, or was wrong too often.
% is_locked = status == 429
% title = "Wait a minute" if is_locked else "This page asks for its password"
<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>{{ title }} – bikorders</title>
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <meta name="robots" content="noindex">
  <link rel="icon" href="stale.svg" type="image/svg+xml">
  <link rel="stylesheet" href="page.css">
</head>
<body>
  <header>
    <h1><img src="stale.svg" alt="" width="28" height="28"> bikorders</h1>
  </header>
  <main>
    <section class="card" aria-labelledby="title">
      <h2 id="title">{{ title }}</h2>
% if is_locked:
      <p>A wrong password was typed too often. For a minute nobody is let in from where you are, not even with the right one.</p>
% else:
      <p>Type any user name. The password is the one that was chosen for this page, in the setting <code>BIKORDERS_PAGE_PASSWORD</code>. It is neither that of your Google account nor what Bik sends.</p>
      <p>If you don’t have it, ask the person who set up bikorders for you.</p>
% end
      <p><a href="./">Try again</a></p>
    </section>
  </main>
</body>
</html>
