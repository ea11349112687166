const en = {
  intro: 'What follows from a history: who is watched, paused, suppressed.',
  presets: 'Presets and what is in force',
  inForce: 'in force',
  inForceNow: 'In force',
  worth: 'What they are worth in a simulated world',
  worthHint: (recipients: string, days: number) => `${recipients} recipients, ${days} days, whose truth is known`,
  policy: 'Policy',
  suppressedWrongly: 'Living suppressed wrongly, per 10,000',
  withheld: 'Recipient-days withheld from the living, per 1,000',
  found: 'Dead found',
  mails: 'Mails to each dead',
  content: 'Policy (TOML)',
  rules: 'Rules',
  line: (line: number) => `line ${line}`,
  save: 'Save in the draft',
  saved: 'Saved in the draft.',
  useAsDraft: 'Begin a draft from it',
  needsDraft: 'Begin a draft to change the policy.',
  category: 'Causes',
  /** Of presets whose own description is in another language. */
  descriptions: {} as Record<string, string>,
};

const de: typeof en = {
  intro: 'Was aus einem Verlauf folgt: wer beobachtet, pausiert, gesperrt wird.',
  presets: 'Vorlagen und was in Kraft ist',
  inForce: 'in Kraft',
  inForceNow: 'In Kraft',
  worth: 'Was sie in einer simulierten Welt taugen',
  worthHint: (recipients, days) => `${recipients} Empfänger, ${days} Tage, deren Wahrheit bekannt ist`,
  policy: 'Richtlinie',
  suppressedWrongly: 'Lebende zu Unrecht gesperrt, je 10.000',
  withheld: 'Lebenden vorenthaltene Empfängertage, je 1.000',
  found: 'Gefundene Tote',
  mails: 'Mails an jeden Toten',
  content: 'Richtlinie (TOML)',
  rules: 'Regeln',
  line: (line) => `Zeile ${line}`,
  save: 'Im Entwurf speichern',
  saved: 'Im Entwurf gespeichert.',
  useAsDraft: 'Einen Entwurf daraus beginnen',
  needsDraft: 'Beginnen Sie einen Entwurf, um die Richtlinie zu ändern.',
  category: 'Ursachen',
  descriptions: {
    default:
      'Ein endgültiger Fehler pausiert, ein zweiter einen Tag später sperrt; ein volles Postfach hat Monate Zeit.',
    'adobe-campaign':
      'Quarantäne sofort bei harten Fehlern, beim fünften weichen; Fehler zählen im Abstand eines Tages.',
    cloudflare:
      'Ein Hard Bounce hält 7 Tage zurück, ein weicher 24 Stunden; für immer, wenn es danach wieder scheitert.',
    'csa-3': 'Gesperrt nach drei Hard Bounces in Folge; weiche werden nur beobachtet.',
    discourse: '2 Punkte für harte, 1 für weiche Bounces; bei 4 keine Mail bis 30 Tage nach dem letzten.',
    mailchimp: 'Bereinigt beim ersten Hard Bounce, beim siebten weichen ohne Aktivität.',
    mailman:
      'Ein Punkt am Tag, ausgesetzt bei fünf, vergessen nach sieben ruhigen Tagen; entfernt, wenn es weiter scheitert.',
    salesforce: 'Zurückgehalten nach drei Bounces, mindestens 15 Tage nach dem ersten.',
    'suppress-at-first': 'Gesperrt beim ersten endgültigen Fehler, für immer; weiche Bounces werden nur beobachtet.',
    'three-in-14-days': 'Gesperrt nach drei Bounces in Folge, hart oder weich, über mehr als 14 Tage verteilt.',
  },
};

export const WORDS = { en, de };
