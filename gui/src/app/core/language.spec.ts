import { TestBed } from '@angular/core/testing';

import { Language } from './language';
import { de } from './words/de';
import { en } from './words/en';

describe('Language', () => {
  const of = (code: 'en' | 'de'): Language => {
    const language = TestBed.inject(Language);
    language.code.set(code);
    return language;
  };

  it('writes numbers as its speakers do', () => {
    expect(of('de').number(1204311)).toBe('1.204.311');
    expect(of('en').number(1204311)).toBe('1,204,311');
    expect(of('de').percent(0.0084)).toBe('0,84\u00a0%');
    expect(of('de').percent(null)).toBe('–');
    expect(of('de').figure(0.2468)).toBe('0,247');
    expect(of('de').axisPercent(0.02)).toBe('2\u00a0%');
  });

  it('shortens large numbers so that nobody takes them for exact ones', () => {
    expect(of('de').compact(9_999)).toBe('9.999');
    expect(of('de').compact(15_074)).toBe('15,1 Tsd.');
    expect(of('de').compact(999_600)).toBe('1\u00a0Mio.');
    expect(of('en').compact(15_074)).toBe('15.1k');
    expect(of('en').compact(1_204_311)).toBe('1.2m');
  });

  it('tells times from now', () => {
    const now = Date.parse('2026-01-05T12:00:00Z');
    expect(of('en').relative('2026-01-02T12:00:00Z', now)).toBe('3 days ago');
    expect(of('de').relative('2026-01-05T11:50:00Z', now)).toBe('vor 10 Minuten');
  });

  it('compares with what was before', () => {
    expect(of('en').change(150, 100)).toBe('+50%');
    expect(of('en').change(5, 0)).toBe('–');
  });

  it('names every category in both languages', () => {
    expect(Object.keys(de.categories)).toEqual(Object.keys(en.categories));
    expect(Object.keys(en.categories)).toHaveLength(32);
  });
});
