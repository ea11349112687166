import { DOCUMENT, Injectable, Signal, computed, effect, inject, signal } from '@angular/core';

import { kept } from './appearance';
import { Problem } from './problem';
import { told } from './told';
import { de } from './words/de';
import { en, Words } from './words/en';

export type Code = 'en' | 'de';

const WORDS: Record<Code, Words> = { en, de };

/** The user's language: its words, and how it writes numbers and times. */
@Injectable({ providedIn: 'root' })
export class Language {
  private readonly document = inject(DOCUMENT);
  readonly code = signal<Code>(kept('language', ['en', 'de'], navigator.language.startsWith('de') ? 'de' : 'en'));
  readonly words = computed(() => WORDS[this.code()]);
  private readonly locale = computed(() => (this.code() === 'de' ? 'de-DE' : 'en-GB'));
  private readonly whole = computed(() => new Intl.NumberFormat(this.locale(), { maximumFractionDigits: 0 }));
  private readonly short = computed(
    () => new Intl.NumberFormat(this.locale(), { notation: 'compact', maximumSignificantDigits: 3 }),
  );
  private readonly minutes = computed(
    () =>
      new Intl.DateTimeFormat(this.locale(), {
        day: 'numeric',
        month: 'short',
        year: 'numeric',
        hour: '2-digit',
        minute: '2-digit',
        timeZoneName: 'short',
      }),
  );
  private readonly moments = computed(
    () => new Intl.DateTimeFormat(this.locale(), { dateStyle: 'medium', timeStyle: 'long' }),
  );
  private readonly digits = computed(() => new Intl.NumberFormat(this.locale(), { maximumSignificantDigits: 3 }));
  private readonly days = computed(() => new Intl.DateTimeFormat(this.locale(), { dateStyle: 'medium' }));
  private readonly ago = computed(() => ({
    long: new Intl.RelativeTimeFormat(this.locale(), { numeric: 'auto' }),
    short: new Intl.RelativeTimeFormat(this.locale(), { numeric: 'auto', style: 'short' }),
  }));

  constructor() {
    effect(() => {
      this.document.documentElement.lang = this.code();
      localStorage.setItem('language', this.code());
    });
  }

  /** The words of a page, which come with it. */
  of<T>(words: Record<Code, T>): Signal<T> {
    return computed(() => words[this.code()]);
  }

  /** What went wrong, in a sentence; empty where nothing is known. */
  said({ status, detail }: Problem): string {
    return status === 0 ? this.words().states.unreachable : told(detail, this.code());
  }

  /** 12 345 in full. */
  number(value: number): string {
    return this.whole().format(value);
  }

  /** Three significant digits: 12.3k, 12,3 Tsd. */
  compact(value: number): string {
    if (Math.abs(value) < 10_000) return this.whole().format(value);
    // German has no short form of thousands in the tables of browsers: 12.345 would be shown as 12.300, as if it were exact.
    return this.code() === 'de' && Math.abs(value) < 999_500
      ? `${this.digits().format(value / 1000)} Tsd.`
      : this.short().format(value);
  }

  /** A bare figure with three significant digits: 0.247. */
  figure(value: number): string {
    return this.digits().format(value);
  }

  /** Octets as kB, MB, GB. */
  octets(value: number): string {
    const step = Math.min(Math.floor(Math.log10(Math.max(value, 1)) / 3), UNITS_OF_SIZE.length - 1);
    return new Intl.NumberFormat(this.locale(), {
      style: 'unit',
      unit: UNITS_OF_SIZE[step],
      unitDisplay: 'short',
      maximumSignificantDigits: 3,
    }).format(value / 1000 ** step);
  }

  /** A duration: 0.13 sec. */
  seconds(value: number): string {
    return new Intl.NumberFormat(this.locale(), {
      style: 'unit',
      unit: 'second',
      maximumFractionDigits: value < 1 ? 2 : value < 10 ? 1 : 0,
    }).format(value);
  }

  /** A share of 1 as per cent: two digits below ten. */
  percent(share: number | null): string {
    if (share === null || !Number.isFinite(share)) {
      return '–';
    }
    const digits = share < 0.0995 ? 2 : share < 0.995 ? 1 : 0;
    return new Intl.NumberFormat(this.locale(), {
      style: 'percent',
      minimumFractionDigits: share === 0 ? 0 : digits,
      maximumFractionDigits: digits,
    }).format(share);
  }

  /** A share on an axis: as few digits as it takes. */
  axisPercent(share: number): string {
    return new Intl.NumberFormat(this.locale(), { style: 'percent', maximumSignificantDigits: 2 }).format(share);
  }

  /** Euros; cents where there are few, and less than a cent as such. */
  euros(value: number): string {
    const some = new Intl.NumberFormat(this.locale(), {
      style: 'currency',
      currency: 'EUR',
      maximumFractionDigits: value < 1000 ? 2 : 0,
    });
    return value > 0 && value < 0.01 ? `< ${some.format(0.01)}` : some.format(value);
  }

  /** A price, of which also a hundredth of a cent counts. */
  rate(value: number): string {
    return new Intl.NumberFormat(this.locale(), {
      style: 'currency',
      currency: 'EUR',
      maximumSignificantDigits: 3,
    }).format(value);
  }

  /** Date and time with zone. */
  moment(time: string | number | null | undefined): string {
    return time ? this.moments().format(new Date(time)) : '–';
  }

  /** The same to the minute, for lists. */
  minute(time: string | number | null | undefined): string {
    return time ? this.minutes().format(new Date(time)) : '–';
  }

  day(time: string | number | null | undefined): string {
    return time ? this.days().format(new Date(time)) : '–';
  }

  /** `12:00`. */
  clock(time: string | number): string {
    return new Date(time).toLocaleTimeString(this.locale(), { hour: '2-digit', minute: '2-digit' });
  }

  /** Day and month, for axes. */
  shortDay(time: string | number): string {
    return new Date(time).toLocaleDateString(this.locale(), { day: 'numeric', month: 'short' });
  }

  /** Day, month and time to the second, for lists that name the zone once. */
  brief(time: string | number | null | undefined): string {
    if (!time) return '–';
    return new Date(time).toLocaleString(this.locale(), {
      day: '2-digit',
      month: 'short',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
  }

  /** `+12 %` against what was before. */
  change(now: number, before: number): string {
    if (before === 0) return now === 0 ? '±0' : '–';
    return ((now - before) / before).toLocaleString(this.locale(), {
      style: 'percent',
      maximumFractionDigits: 0,
      signDisplay: 'exceptZero',
    });
  }

  /** "3 days ago". */
  relative(
    time: string | number | null | undefined,
    now: number = Date.now(),
    style: 'long' | 'short' = 'long',
  ): string {
    if (!time) {
      return '–';
    }
    const seconds = (new Date(time).getTime() - now) / 1000;
    for (const [unit, size] of UNITS) {
      if (Math.abs(seconds) >= size) {
        return this.ago()[style].format(Math.round(seconds / size), unit);
      }
    }
    return this.ago()[style].format(Math.round(seconds), 'second');
  }
}

const UNITS_OF_SIZE = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * 86400],
  ['month', 30 * 86400],
  ['day', 86400],
  ['hour', 3600],
  ['minute', 60],
];
