/** `2026-10` of a time in UTC. */
export function monthAt(time: number): string {
  return new Date(time).toISOString().slice(0, 7);
}

/** The month so many after one; before it where negative. */
export function shifted(month: string, by: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return monthAt(Date.UTC(year, number - 1 + by, 1));
}

/** Whether a text is a month. */
export function isMonth(text: string | undefined): text is string {
  return text !== undefined && /^\d{4}-(0[1-9]|1[0-2])$/.test(text);
}

/** "October 2026". */
export function nameOf(month: string, locale: string): string {
  return new Date(`${month}-01T00:00:00Z`).toLocaleDateString(locale, {
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  });
}

/** "2 October". */
export function dayOf(date: string, locale: string): string {
  return new Date(`${date}T00:00:00Z`).toLocaleDateString(locale, { day: 'numeric', month: 'long', timeZone: 'UTC' });
}

/** A difference of shares in percentage points, with its sign. */
export function pointsOf(change: number, locale: string): string {
  return (change * 100).toLocaleString(locale, {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
    signDisplay: 'exceptZero',
  });
}
