// Tells bikorders about every edit, so that the next answer shows it at once.
// Set up in four steps: see "An edit shows at once" in the README beside this file.

const URL = 'https://orders.example.com/refresh';

function refresh() {
  const header = PropertiesService.getScriptProperties().getProperty('AUTHORIZATION');
  UrlFetchApp.fetch(URL, {
    method: 'post',
    headers: header ? {Authorization: header} : {},
    muteHttpExceptions: true,  // bikorders reads again within seconds anyway
  });
}
