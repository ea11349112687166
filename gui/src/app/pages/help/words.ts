/** The words of the glossary, in the order in which it tells them. */
export const TERMS = [
  ...['bounce-rate', 'hard-bounce', 'response', 'template', 'cause', 'fault', 'rule', 'policy', 'watched', 'paused'],
  ...['suppressed', 'revived', 'probe', 'draft', 'replay', 'outcome', 'incident', 'status-code'],
];

/** Which of them belong to a page. */
export const TERMS_OF: Record<string, string[]> = {
  dashboard: ['bounce-rate', 'hard-bounce', 'cause', 'fault', 'revived'],
  responses: ['response', 'cause', 'fault', 'status-code'],
  templates: ['template', 'rule'],
  rules: ['rule', 'draft', 'replay', 'outcome'],
  policies: ['policy', 'draft', 'replay', 'paused'],
  recipients: ['watched', 'paused', 'suppressed', 'probe'],
  incidents: ['incident', 'suppressed'],
  reports: ['bounce-rate', 'hard-bounce', 'cause', 'suppressed', 'revived'],
};

const en = {
  intro: 'What the words mean, what each page is for, and which keys there are.',
  glossary: 'Glossary',
  pages: 'What each page is for',
  tour: 'Show the tour again',
  firstSteps: 'First steps again',
  terms: [
    ['Bounce rate', 'Messages that failed for good, per messages with a final outcome (delivered or failed).'],
    [
      'Hard bounce',
      'A message that failed permanently, by the fault of the recipient or the domain. Counted once for each message. The Certified Senders Alliance asks for at most 1.0 %.',
    ],
    ['Response', 'What the receiving server answered, word by word.'],
    ['Template', 'A response with its variable parts masked: addresses, hosts, numbers, times.'],
    ['Cause', 'Why a message failed: one of 32 fixed categories, such as “Mailbox full”.'],
    [
      'Fault',
      'Whose fault it is: recipient, domain, sender (ours), message or transport. Only those of the recipient and the domain can withhold mail.',
    ],
    ['Rule', 'Patterns that give a response its cause. Every rule carries examples that test it.'],
    ['Policy', 'History rules: when failures make a recipient watched, paused or suppressed.'],
    ['Watched', 'Failing, and still mailed.'],
    ['Paused', 'Not mailed until a day; then one probe is let through.'],
    ['Suppressed', 'Not mailed until somebody releases it, or the recipient gives a new consent.'],
    ['Revived', 'Paused or suppressed before, and may be mailed again.'],
    ['Probe', 'One mail after a pause. Its outcome decides how it goes on.'],
    [
      'Draft',
      'A change of rules or of the policy that is not in force yet. It is linted, replayed, reviewed, published.',
    ],
    ['Replay', 'What a draft would change of everything that is stored: verdicts and recipients.'],
    ['Outcome score', 'Of recipients whom a rule called dead and who were mailed again: how many stayed dead.'],
    ['Incident', 'Hours in which a provider called living recipients dead. Their failures do not count.'],
    ['Enhanced status code', 'RFC 3463: class, subject and detail of a reply, such as 5.1.1.'],
  ] as [string, string][],
  purposes: {
    dashboard:
      'What fails, where, since when, and whether somebody must act. Every mark leads to the responses behind it.',
    responses: 'Every answer that was no delivery: searched, narrowed down, explained.',
    templates: 'What nothing classifies yet, the largest first: make a rule of it, keep it or ignore it.',
    rules: 'How responses are read. Changed in drafts, replayed on what is stored, published, rolled back.',
    policies: 'What follows from a history, with presets of other systems and what each is worth.',
    recipients: 'Who is not mailed and why, told in a sentence; release, suppress, note.',
    incidents: 'Outages of providers, alarms and campaigns that should stop; judged again and taken back.',
    reports: 'A month in figures for people who never sign in: on paper, by a link, by mail. No recipient is named.',
    integrations: 'Webhooks, other ways in, and the tokens of other systems.',
    settings: 'Users and roles, review by a second person, streams, alarms, audit log.',
  } as Record<string, string>,
  how: {
    dashboard:
      'Choose the time, stream and provider above. Draw over a stretch of the area to zoom in, click any mark for its responses; the table and CSV buttons stand in each panel.',
    responses:
      'Write a part of the text, or narrow down by the facets at the side. Arrows and Enter open a response: what decided it is marked.',
    templates:
      'Open the largest text. Make a rule drafts one from it, Keep says that it rightly stays unclassified, Ignore takes it out of the queue.',
    rules:
      'Begin a draft, change rules, watch the examples turn to ticks, replay, ask for review, publish. Versions compares any two and rolls back.',
    policies:
      'Choose a preset and begin a draft from it, or write in the TOML. Replay tells whose status would change; a long count can be cancelled.',
    recipients:
      'Search an address. Its page tells its story; release or suppress it there, with a reason. Release many shows beforehand who is meant.',
    incidents:
      'Open one to see the outage and who was held. Judge it again when it is over; what was suppressed wrongly is taken back.',
    reports:
      'Choose month and stream. PDF opens the paper; Link makes an address that needs no account, expires and can be revoked; By mail sends each month’s report to who should have it.',
    integrations:
      'Choose a provider and follow the steps of its webhook. A token for another system gets only the scopes that it needs, and is shown once.',
    settings: 'Invite people by a link that works once. Every change stands in the audit log.',
  } as Record<string, string>,
};

const de: typeof en = {
  intro: 'Was die Wörter bedeuten, wofür jede Seite da ist und welche Tasten es gibt.',
  glossary: 'Glossar',
  pages: 'Wofür jede Seite da ist',
  tour: 'Rundgang noch einmal zeigen',
  firstSteps: 'Noch einmal erste Schritte',
  terms: [
    [
      'Bounce-Rate',
      'Endgültig gescheiterte Nachrichten, je Nachricht mit endgültigem Ausgang (zugestellt oder gescheitert).',
    ],
    [
      'Hard Bounce',
      'Eine Nachricht, die durch die Schuld des Empfängers oder der Domain endgültig gescheitert ist. Je Nachricht einmal gezählt. Die Certified Senders Alliance verlangt höchstens 1,0 %.',
    ],
    ['Antwort', 'Was der empfangende Server geantwortet hat, Wort für Wort.'],
    ['Textmuster', 'Eine Antwort, deren veränderliche Teile maskiert sind: Adressen, Rechner, Nummern, Zeiten.'],
    ['Ursache', 'Warum eine Nachricht gescheitert ist: eine von 32 festen Kategorien, etwa „Postfach voll“.'],
    [
      'Verschulden',
      'Wessen Schuld es ist: Empfänger, Domain, Absender (wir), Nachricht oder Transport. Nur die von Empfänger und Domain kann eine Sperre bewirken.',
    ],
    ['Regel', 'Muster, die einer Antwort ihre Ursache geben. Jede Regel bringt Beispiele mit, die sie prüfen.'],
    ['Richtlinie', 'Verlaufsregeln: wann Fehler einen Empfänger beobachten, pausieren oder sperren lassen.'],
    ['Beobachtet', 'Scheitert und wird noch angeschrieben.'],
    ['Pausiert', 'Wird bis zu einem Tag nicht angeschrieben; dann kommt ein Versuch durch.'],
    ['Gesperrt', 'Wird nicht angeschrieben, bis jemand freigibt oder der Empfänger neu einwilligt.'],
    ['Wiederbelebt', 'War pausiert oder gesperrt und darf wieder angeschrieben werden.'],
    ['Versuch', 'Eine Mail nach einer Pause. Ihr Ausgang entscheidet, wie es weitergeht.'],
    [
      'Entwurf',
      'Eine Änderung von Regeln oder Richtlinie, die noch nicht gilt. Sie wird geprüft, nachgespielt, durchgesehen, veröffentlicht.',
    ],
    ['Nachspielen', 'Was ein Entwurf an allem Gespeicherten ändern würde: Urteile und Empfänger.'],
    [
      'Trefferwert',
      'Von Empfängern, die eine Regel für tot erklärte und die wieder Post bekamen: wie viele tot blieben.',
    ],
    ['Vorfall', 'Stunden, in denen ein Anbieter lebende Empfänger für tot erklärte. Ihre Fehler zählen nicht.'],
    ['Erweiterter Statuscode', 'RFC 3463: Klasse, Gegenstand und Einzelheit einer Antwort, etwa 5.1.1.'],
  ],
  purposes: {
    dashboard:
      'Was scheitert, wo, seit wann, und ob jemand handeln muss. Jedes Zeichen führt zu den Antworten dahinter.',
    responses: 'Jede Antwort, die keine Zustellung war: gesucht, eingegrenzt, erklärt.',
    templates: 'Was noch nichts einordnet, das Größte zuerst: eine Regel daraus machen, behalten oder übergehen.',
    rules:
      'Wie Antworten gelesen werden. In Entwürfen geändert, am Gespeicherten nachgespielt, veröffentlicht, zurückgerollt.',
    policies: 'Was aus einem Verlauf folgt, mit Vorlagen anderer Systeme und was jede taugt.',
    recipients: 'Wer nicht angeschrieben wird und warum, in einem Satz; freigeben, sperren, notieren.',
    incidents: 'Ausfälle von Anbietern, Alarme und Kampagnen, die anhalten sollen; neu beurteilt und zurückgenommen.',
    reports:
      'Ein Monat in Zahlen für alle, die sich nie anmelden: auf Papier, als Link, als Mail. Kein Empfänger wird genannt.',
    integrations: 'Webhooks, andere Wege herein und die Token anderer Systeme.',
    settings: 'Benutzer und Rollen, Durchsicht durch eine zweite Person, Ströme, Alarme, Protokoll.',
  },
  how: {
    dashboard:
      'Wählen Sie oben Zeit, Strom und Anbieter. Ziehen Sie über ein Stück der Fläche, um hineinzuzoomen; ein Klick auf ein Zeichen zeigt seine Antworten. Tabelle und CSV gibt es an jeder Tafel.',
    responses:
      'Schreiben Sie einen Teil des Textes, oder grenzen Sie mit den Angaben an der Seite ein. Pfeile und Enter öffnen eine Antwort: Was entschieden hat, ist markiert.',
    templates:
      'Öffnen Sie den größten Text. „Regel daraus machen“ entwirft eine Regel, „Behalten“ sagt, dass er zu Recht offen bleibt, „Übergehen“ nimmt ihn aus der Liste.',
    rules:
      'Beginnen Sie einen Entwurf, ändern Sie Regeln, bis die Beispiele Haken tragen, spielen Sie nach, bitten Sie um Durchsicht, veröffentlichen Sie. „Versionen“ vergleicht zwei beliebige und rollt zurück.',
    policies:
      'Wählen Sie eine Vorlage und beginnen Sie einen Entwurf daraus, oder schreiben Sie im TOML. Das Nachspielen sagt, wessen Status sich ändert; eine lange Zählung lässt sich abbrechen.',
    recipients:
      'Suchen Sie eine Adresse. Ihre Seite erzählt, was war; dort geben Sie mit einem Grund frei oder sperren. „Viele freigeben“ zeigt vorher, wer gemeint ist.',
    incidents:
      'Öffnen Sie einen, um den Ausfall zu sehen und wer zurückgehalten wurde. Beurteilen Sie ihn danach neu; was zu Unrecht gesperrt wurde, wird zurückgenommen.',
    reports:
      'Wählen Sie Monat und Strom. PDF öffnet das Papier; Link erzeugt eine Adresse, die kein Konto braucht, abläuft und widerrufen werden kann; Per Mail schickt jeden Monat den Bericht an alle, die ihn haben sollen.',
    integrations:
      'Wählen Sie einen Anbieter und folgen Sie den Schritten seines Webhooks. Ein Token für ein anderes System bekommt nur die Rechte, die es braucht, und wird einmal gezeigt.',
    settings: 'Laden Sie Personen mit einem Link ein, der einmal gilt. Jede Änderung steht im Protokoll.',
  },
};

export const WORDS = { en, de };
