const en = {
  schedule: 'Schedule: in words, or the five fields of cron',
  example: 'daily 03:00 Europe/Berlin',
  suggested: ['Only when asked to', 'Every hour', 'Every day', 'Every week'],
  next: 'The next three times',
};

const de: typeof en = {
  schedule: 'Zeitplan: in Worten oder die fünf Felder von cron',
  example: 'daily 03:00 Europe/Berlin',
  suggested: ['Nur auf Anstoß', 'Jede Stunde', 'Jeden Tag', 'Jede Woche'],
  next: 'Die nächsten drei Male',
};

export const WORDS = { en, de };
