import type { Code } from './language';

/** What the server says in English, in German: a pattern, and the sentence (`$1` and so on are its groups). */
const GERMAN: readonly [RegExp, string][] = [
  [/needs the scope (\w+) \(.*\), which (.+) does not have/i, 'Das darf nur, wer „$1“ darf; $2 darf es nicht.'],
  [
    /the URL must begin with https:\/\//i,
    'Die URL muss mit https:// beginnen. http:// wird nur genommen, wenn sie ins eigene Netz führen darf.',
  ],
  [/the URL must name a host, and no user/i, 'Die URL muss einen Host nennen und keinen Benutzer.'],
  [/the URL cannot be read/i, 'Die URL ist nicht lesbar: Schreiben Sie sie wie https://hooks.example.com/prellbock.'],
  [
    /^(?:url: )?(\S+) is not on the internet/i,
    '$1 ist nicht im Internet: Erlauben Sie das eigene Netz, wenn das gemeint ist.',
  ],
  [/the host is not on the internet/i, 'Der Host ist nicht im Internet, und das eigene Netz ist nicht erlaubt.'],
  [/there is an? \w+ (\S+) already/i, '„$1“ gibt es schon: Wählen Sie einen anderen Namen.'],
  [/there is no \w+ '?([^\s';]+)'?/i, '„$1“ gibt es nicht (mehr): Laden Sie die Seite neu.'],
  [/1 to 64 letters, digits/i, 'Name: 1 bis 64 Buchstaben, Ziffern und die Zeichen . _ @ + - sind möglich.'],
  [/the secret is missing/i, 'Das Geheimnis fehlt: Tragen Sie das ein, das der Anbieter zeigt.'],
  [/the database is full/i, 'Die Datenbank ist voll: Schaffen Sie Platz.'],
  [/reason: say why/i, 'Der Grund fehlt; er wird aufbewahrt und genannt.'],
  [/^(\w+): it cannot be reached/i, 'Nicht erreichbar ($1).'],
  [/no answer within (\d+) s/i, 'Keine Antwort in $1 Sekunden.'],
  [
    /a redirect, which is not followed/i,
    'Eine Weiterleitung, der nicht gefolgt wird: Nennen Sie die URL, zu der sie führt.',
  ],
  [/has judged .* already|was judged already/i, 'Das hat schon jemand beurteilt: Laden Sie die Seite neu.'],
  [/has not begun yet/i, 'Dieser Monat hat noch nicht begonnen.'],
  [/too many|try again (?:in|later)/i, 'Zu viel auf einmal: Warten Sie kurz und versuchen Sie es erneut.'],
];

/** A sentence of the server in the user's language. What is not known in German is quoted. */
export function told(detail: string, code: Code): string {
  if (code === 'en' || detail === '') return detail;
  for (const [pattern, sentence] of GERMAN) {
    const found = pattern.exec(detail);
    if (found) return sentence.replace(/\$(\d)/g, (_, group: string) => found[Number(group)] ?? '');
  }
  return `Der Server sagt: „${detail}“`;
}
